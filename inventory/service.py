"""What other rooms use of the inventory: load it, check it, freeze it, compare it."""

from pathlib import Path

from inventory.errors import InventoryViolationsError
from inventory.loaders.yaml_directory import read_folder
from inventory.models import Inventory, Model
from inventory.rules import INVENTORY_RULES, MUNICIPALITY_RULES
from inventory.snapshot import Snapshot, put_in_order, take_snapshot
from inventory.snapshot_diff import ObjectChange, SnapshotDiff, ValueChange, diff_snapshots
from inventory.violations import Finding, ModelPath, Violation

__all__ = [
    "LoadedInventory",
    "ObjectChange",
    "Snapshot",
    "SnapshotDiff",
    "ValueChange",
    "check",
    "diff_snapshots",
    "load_checked",
    "load_inventory",
    "take_snapshot",
]


class LoadedInventory(Model):
    """What a folder holds, and everything that is wrong with it."""

    folder: Path
    inventory: Inventory | None
    violations: tuple[Violation, ...]

    def checked(self) -> Inventory:
        """Return the inventory.

        Raises:
            InventoryViolationsError: it breaks rules.

        """
        if self.violations or self.inventory is None:
            raise InventoryViolationsError(self.folder, self.violations)
        return self.inventory


def load_inventory(folder: Path, *, extra_approvers: Path | None = None) -> LoadedInventory:
    """Read a folder and run every rule; the inventory is there when every file has the right form.

    Rules over one municipality run although the files of another are wrong; rules over several run when all
    files have the right form.

    Args:
        folder: the folder that holds ``samdrift.yaml``.
        extra_approvers: a further allowed_signers file, such as one made for a rehearsal.

    Raises:
        InventoryReadError: there is no inventory there, or a file cannot be opened.

    """
    read = read_folder(folder, extra_approvers=extra_approvers)
    findings = [
        finding
        for index, town in enumerate(read.partial)
        for rule in MUNICIPALITY_RULES
        for finding in rule(town, ("municipalities", index))
    ]
    if read.inventory is not None:
        findings.extend(finding for rule in INVENTORY_RULES for finding in rule(read.inventory))
    violations = {*read.violations, *(read.violation_of(finding) for finding in findings)}
    return LoadedInventory(
        folder=folder,
        inventory=None if read.inventory is None else put_in_order(read.inventory),
        violations=tuple(sorted(violations, key=_place)),
    )


def load_checked(folder: Path, *, extra_approvers: Path | None = None) -> Inventory:
    """Return the inventory of a folder that breaks no rule.

    Raises:
        InventoryReadError: there is no inventory there, or a file cannot be opened.
        InventoryViolationsError: it breaks rules.

    """
    return load_inventory(folder, extra_approvers=extra_approvers).checked()


def check(inventory: Inventory) -> tuple[Finding, ...]:
    """Return every broken cross-object rule of an inventory that did not come from files."""
    findings: list[Finding] = []
    for index, town in enumerate(inventory.municipalities):
        at: ModelPath = ("municipalities", index)
        findings.extend(finding for rule in MUNICIPALITY_RULES for finding in rule(town, at))
    findings.extend(finding for rule in INVENTORY_RULES for finding in rule(inventory))
    return tuple(findings)


def _place(violation: Violation) -> tuple[str, int, int, str, str]:
    at = violation.location
    return at.file, at.line, at.column, violation.rule, violation.message
