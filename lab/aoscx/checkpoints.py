"""The checkpoints of an AOS-CX device: named copies of its configuration, and their differences."""

import difflib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from lab.cli_tree import ConfigTree

_LONGEST_NAME: Final = 32
_MOST_OF_A_KIND: Final = 32
_SYSTEM: Final = "CPC"
_CONTEXT_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A copy of a configuration with who made it, and when."""

    name: str
    writer: Literal["User", "System"]
    made_at: datetime
    content: ConfigTree


class CheckpointRefused(Exception):
    """The device does not do what was asked of its checkpoints; the words are its own."""


class Checkpoints:
    """The copies that a device keeps; no two hold the same."""

    def __init__(self) -> None:
        self._kept: dict[str, Checkpoint] = {}

    def all(self) -> tuple[Checkpoint, ...]:
        """Return them in the order in which they were made."""
        return tuple(self._kept.values())

    def find(self, name: str) -> Checkpoint:
        """Return one.

        Raises:
            CheckpointRefused: there is none of that name.
        """
        found = self._kept.get(name)
        if found is None:
            raise CheckpointRefused(f"Checkpoint {name} doesn't exist")
        return found

    def make(self, name: str, content: ConfigTree, made_at: datetime) -> None:
        """Keep a copy under a name that a person chose.

        Raises:
            CheckpointRefused: the name or the content cannot be taken.
        """
        if len(name) > _LONGEST_NAME or name.startswith(_SYSTEM):
            raise CheckpointRefused(f"Invalid checkpoint name {name}")
        if name in self._kept:
            raise CheckpointRefused(f"Checkpoint {name} already exists")
        if self._holds(content):
            raise CheckpointRefused("An identical checkpoint already exists")
        if self._count("User") >= _MOST_OF_A_KIND:
            raise CheckpointRefused("The maximum number of checkpoints has been reached")
        self._kept[name] = Checkpoint(name, "User", made_at, content.copy())

    def make_by_system(self, content: ConfigTree, made_at: datetime) -> None:
        """Keep a copy because nothing has changed for a while; the oldest of its kind makes room."""
        if self._holds(content):
            return
        if self._count("System") >= _MOST_OF_A_KIND:
            del self._kept[next(one.name for one in self._kept.values() if one.writer == "System")]
        name = f"{_SYSTEM}{made_at:%Y%m%d%H%M%S}"
        self._kept[name] = Checkpoint(name, "System", made_at, content.copy())

    def make_automatic(self, content: ConfigTree, made_at: datetime) -> str:
        """Keep what was confirmed and return its name."""
        name = f"AUTO{made_at:%Y%m%d%H%M%S}"
        self._kept[name] = Checkpoint(name, "User", made_at, content.copy())
        return name

    def erase(self, name: str) -> None:
        """Drop one, or every one that a person made.

        Raises:
            CheckpointRefused: there is none of that name.
        """
        if name == "all":
            self._kept = {one.name: one for one in self._kept.values() if one.writer == "System"}
            return
        del self._kept[self.find(name).name]

    def rename(self, name: str, wanted: str) -> None:
        """Give one another name.

        Raises:
            CheckpointRefused: there is none of the old name, or one of the new.
        """
        found = self.find(name)
        if wanted in self._kept or len(wanted) > _LONGEST_NAME:
            raise CheckpointRefused(f"Invalid checkpoint name {wanted}")
        del self._kept[name]
        self._kept[wanted] = Checkpoint(wanted, found.writer, found.made_at, found.content)

    def _holds(self, content: ConfigTree) -> bool:
        text = content.render()
        return any(one.content.render() == text for one in self._kept.values())

    def _count(self, writer: str) -> int:
        return sum(one.writer == writer for one in self._kept.values())


def difference(first: str, before: str, second: str, after: str) -> str:
    """Return what leads from one configuration to another, as the device tells it."""
    lines = list(
        difflib.unified_diff(
            before.splitlines(),
            after.splitlines(),
            f"/tmp/chkpt_diff/src-{first}",  # noqa: S108 - the device's own words
            f"/tmp/chkpt_diff/dest-{second}",  # noqa: S108 - the device's own words
            n=_CONTEXT_LINES,
            lineterm="",
        )
    )
    return "".join(f"{line}\n" for line in lines) or "No difference in configs.\n"
