"""Errors of imports; each one means that nothing was written.

InventoryError
└── ImportRefusedError         the base of everything here
    ├── SourceReadError        the source (a file, a server) cannot be read as what it should be
    ├── MappingError           the mapping file is wrong, or does not fit the source
    ├── DecisionsError         the file of decisions is wrong
    ├── NameCollisionError     two objects of the source get the same name
    ├── UndecidedConflictsError  a person and the source disagree, and nobody has decided
    ├── NewViolationsError     the result would break rules that hold today
    ├── FolderChangedError     a file was edited between the diff and the writing
    └── EditRefusedError       a file is written in a way that cannot be edited without touching more of it
"""

from collections.abc import Sequence
from pathlib import Path

from inventory.errors import InventoryError
from inventory.violations import Violation


def printable(text: str) -> str:
    """Return a text in one line, without control characters."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


class ImportRefusedError(InventoryError):
    """An import did not happen; nothing was written.

    Messages quote names and cells of foreign files, which could hold what commands a terminal.
    """

    def __init__(self, message: str) -> None:
        super().__init__("\n".join(printable(line) for line in message.split("\n")))


class SourceReadError(ImportRefusedError):
    """A source cannot be read; ``source`` is the file or address, without credentials."""

    def __init__(self, source: str, reason: str, action: str) -> None:
        self.source = source
        super().__init__(f"cannot import {source}: {reason}; {action}")


class MappingError(ImportRefusedError):
    """The mapping is wrong."""

    def __init__(self, mapping: str, reason: str, action: str) -> None:
        self.mapping = mapping
        super().__init__(f"mapping {mapping}: {reason}; {action}")


class DecisionsError(ImportRefusedError):
    """The decisions are wrong."""

    def __init__(self, decisions: str, reason: str, action: str) -> None:
        self.decisions = decisions
        super().__init__(f"decisions {decisions}: {reason}; {action}")


class NameCollisionError(ImportRefusedError):
    """Two objects of the source would become one."""

    def __init__(self, kind: str, key: str, origins: Sequence[str]) -> None:
        self.kind = kind
        self.key = key
        self.origins = tuple(origins)
        super().__init__(
            f"{kind}: '{key}' comes from {' and from '.join(self.origins)}; rename one of them in the "
            "source, or under names.rename in the mapping"
        )


class UndecidedConflictsError(ImportRefusedError):
    """A person and the source disagree."""

    def __init__(self, conflicts: Sequence[str]) -> None:
        self.conflicts = tuple(conflicts)
        listed = "\n".join(f"  {one}" for one in self.conflicts)
        super().__init__(
            f"{len(self.conflicts)} of the source's values differ from what is written in the files; decide "
            f"each with --decide FILE, or keep the files with --prefer-file; nothing was written:\n{listed}"
        )


class NewViolationsError(ImportRefusedError):
    """The result would break rules that hold today."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        listed = "\n".join(f"  {one.render()}" for one in self.violations)
        super().__init__(
            f"the import would add {len(self.violations)} violations; correct the source or the mapping, or "
            f"write them nevertheless with --allow-violations; nothing was written:\n{listed}"
        )


class FolderChangedError(ImportRefusedError):
    """Somebody edited a file meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} was changed after it was read; nothing was written; run the import again")


class EditRefusedError(ImportRefusedError):
    """A file cannot be edited without touching more than the import may."""

    def __init__(self, file: str, place: str, reason: str) -> None:
        self.file = file
        super().__init__(f"{file}: {place}: {reason}; nothing was written; edit it by hand and import again")
