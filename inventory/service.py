"""What other rooms use of the inventory: load it, check it, freeze it, compare it."""

from pathlib import Path

from inventory.cycle_collection import cycle_collection_paused
from inventory.errors import InventoryViolationsError
from inventory.loaders.yaml_directory import read_folder
from inventory.models import Inventory, Model
from inventory.outline import inventory_outline
from inventory.rules import every_finding, inventory_findings, municipality_findings
from inventory.snapshot import Snapshot, put_in_order, take_snapshot
from inventory.snapshot_diff import ObjectChange, SnapshotDiff, ValueChange, diff_snapshots
from inventory.violations import Finding, Violation, in_order_of_files

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
    with cycle_collection_paused():
        findings = [
            finding
            for index, town in enumerate(read.partial)
            for finding in municipality_findings(town, ("municipalities", index))
        ]
        if read.inventory is not None:
            findings.extend(inventory_findings(inventory_outline(read.inventory)))
        return LoadedInventory(
            folder=folder,
            inventory=None if read.inventory is None else put_in_order(read.inventory),
            violations=in_order_of_files((*read.violations, *read.places.violations_of(findings))),
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
    return tuple(every_finding(inventory))
