"""The checkpoints of a Nexus switch: copies of its configuration by name or in a file, and their patches."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lab.cli_dialect import Dialect, Node
from lab.cli_render import ordered
from lab.cli_tree import ConfigTree

_LONGEST_NAME: Final = 80
_MOST: Final = 10


class CheckpointRefused(Exception):
    """The device does not do what was asked of its checkpoints; the words are its own."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A copy of a configuration with who made it, and when."""

    name: str
    user: str
    made_at: datetime
    content: ConfigTree


class Checkpoints:
    """The named copies that a switch keeps, and those that it wrote into files."""

    def __init__(self) -> None:
        self._named: dict[str, Checkpoint] = {}
        self._files: dict[str, Checkpoint] = {}

    def all(self) -> tuple[Checkpoint, ...]:
        """Return the named ones in the order in which they were made."""
        return tuple(self._named.values())

    def files(self) -> tuple[Checkpoint, ...]:
        """Return the files by their names."""
        return tuple(self._files[name] for name in sorted(self._files))

    def find(self, kind: str, name: str) -> Checkpoint:
        """Return one of the kind ``checkpoint`` or ``file``.

        Raises:
            CheckpointRefused: there is none of that name.
        """
        kept = self._named if kind == "checkpoint" else self._files
        found = kept.get(_plain(name))
        if found is None:
            words = "Checkpoint does not exist" if kind == "checkpoint" else "No such file or directory"
            raise CheckpointRefused(f"ERROR: ascii-cfg: {words} ({name})")
        return found

    def make(self, checkpoint: Checkpoint) -> None:
        """Keep a copy under a name.

        Raises:
            CheckpointRefused: the name is taken or too long, or there are too many.
        """
        if len(checkpoint.name) > _LONGEST_NAME:
            raise CheckpointRefused("ERROR: ascii-cfg: Checkpoint name is too long")
        if checkpoint.name in self._named:
            raise CheckpointRefused(f"ERROR: ascii-cfg: Checkpoint {checkpoint.name} already exists")
        if len(self._named) >= _MOST:
            raise CheckpointRefused("ERROR: ascii-cfg: The maximum number of checkpoints has been reached")
        self._named[checkpoint.name] = checkpoint

    def write(self, checkpoint: Checkpoint) -> None:
        """Keep a copy in a file, in place of what it held."""
        name = _plain(checkpoint.name)
        self._files[name] = Checkpoint(name, checkpoint.user, checkpoint.made_at, checkpoint.content)

    def has_file(self, name: str) -> bool:
        """Return whether there is a file of that name."""
        return _plain(name) in self._files

    def erase(self, kind: str, name: str) -> None:
        """Drop one.

        Raises:
            CheckpointRefused: there is none of that name.
        """
        found = self.find(kind, name)
        del (self._named if kind == "checkpoint" else self._files)[found.name]


def _plain(name: str) -> str:
    return name.removeprefix("bootflash:").lstrip("/")


def patch(before: ConfigTree, after: ConfigTree) -> tuple[str, ...]:
    """Return the lines that lead from one configuration to another, as the switch would apply them."""
    # Each VLAN for itself: to take `vlan 1,10` back and enter `vlan 1,20` would cut whoever uses VLAN 1.
    dialect = replace(before.dialect, gather=None)
    return tuple(_patch(dialect, before.root, after.root, ""))


def _patch(dialect: Dialect, before: Node, after: Node, margin: str) -> Iterator[str]:
    old = {_text(node): node for node in ordered(dialect, before)}
    new = {_text(node): node for node in ordered(dialect, after)}
    for text in old:
        if text not in new:
            yield f"{margin}{_denied(text)}"
    for text, node in new.items():
        known = old.get(text)
        below = list(_patch(dialect, known or Node("", ()), node, margin + dialect.indent))
        if known is None or below:
            yield from (f"{margin}{line}" for line in text.split("\n"))
        yield from below


def _denied(text: str) -> str:
    first = text.split("\n", maxsplit=1)[0]
    return first.removeprefix("no ") if first.startswith("no ") else f"no {first}"


def _text(node: Node) -> str:
    return node.text if node.body is None else f"{node.text} ^C\n{node.body}^C"
