"""Errors of the inventory.

InventoryError
├── InventoryReadError         the folder or a file could not be read at all
├── InventoryViolationsError   it was read, and rules are broken
├── InventoryWriteError        a folder or file could not be written, or must not be
├── InventoryGenerationError   an inventory cannot be generated from what was asked for
├── RevisionError              git has no such revision, or it holds no inventory
├── SnapshotError              a snapshot file is broken, or its digest is not that of its content
├── EditorFilesError           files for an editor cannot be written
├── SelectionError             a selection is wrong or matches nothing
├── EndpointError              the overlay of addresses is wrong
├── AnsibleSourceError         the source file of the Ansible inventory is wrong
└── CredentialError            a credential reference does not lead to a credential
"""

from collections.abc import Sequence
from pathlib import Path

from inventory.violations import Violation


class InventoryError(Exception):
    """Something about the inventory is wrong; the message says what, where and what to do next."""


class InventoryReadError(InventoryError):
    """The inventory could not be read."""

    def __init__(self, path: Path, reason: str, action: str) -> None:
        self.path = path
        super().__init__(f"cannot read the inventory at {path}: {reason}; {action}")


class InventoryViolationsError(InventoryError):
    """The inventory was read and breaks rules."""

    def __init__(self, folder: Path, violations: Sequence[Violation]) -> None:
        self.folder = folder
        self.violations = tuple(violations)
        lines = "\n".join(f"  {violation.render()}" for violation in self.violations)
        count = len(self.violations)
        plural = "violation" if count == 1 else "violations"
        super().__init__(f"the inventory at {folder} has {count} {plural}; correct and check again:\n{lines}")


class InventoryWriteError(InventoryError):
    """The inventory could not be written; what was there before is unchanged."""

    def __init__(self, path: Path, reason: str, action: str) -> None:
        self.path = path
        super().__init__(f"cannot write the inventory to {path}: {reason}; {action}")


class InventoryGenerationError(InventoryError):
    """An inventory cannot be generated from what was asked for."""

    def __init__(self, what: str, reason: str, action: str) -> None:
        self.what = what
        super().__init__(f"cannot generate an inventory: {what}: {reason}; {action}")


class RevisionError(InventoryError):
    """Git does not know a revision, or it is no inventory."""

    def __init__(self, revision: str, reason: str, action: str) -> None:
        self.revision = revision
        super().__init__(f"revision {revision}: {reason}; {action}")


class SnapshotError(InventoryError):
    """What should be a snapshot is none."""

    def __init__(self, name: str, reason: str, action: str) -> None:
        self.name = name
        super().__init__(f"snapshot {name}: {reason}; {action}")


class EditorFilesError(InventoryError):
    """The files for an editor could not be written."""

    def __init__(self, path: Path, reason: str, action: str) -> None:
        self.path = path
        super().__init__(f"editor files: {path}: {reason}; {action}")


class SelectionError(InventoryError):
    """A selection cannot be understood or matches nothing."""

    def __init__(self, selection: str, reason: str, action: str) -> None:
        self.selection = selection
        super().__init__(f"selection '{selection}': {reason}; {action}")


class EndpointError(InventoryError):
    """The overlay of addresses and credentials is wrong."""

    def __init__(self, source: str, reason: str, action: str) -> None:
        self.source = source
        super().__init__(f"endpoints {source}: {reason}; {action}")


class AnsibleSourceError(InventoryError):
    """The source file of the Ansible inventory is wrong."""

    def __init__(self, source: str, reason: str, action: str) -> None:
        self.source = source
        super().__init__(f"Ansible inventory {source}: {reason}; {action}")


class CredentialError(InventoryError):
    """A credential reference leads to no usable credential; the secret itself is never part of this."""

    def __init__(self, reference: str, reason: str, action: str) -> None:
        self.reference = reference
        super().__init__(f"credential {reference}: {reason}; {action}")
