"""What a platform's command line is made of: lines in sections, modes and the dialect that joins them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lab.cli_grammar import Command, CommandTable, Match


@dataclass(slots=True)
class Node:
    """One line of configuration with the lines below it."""

    text: str
    identity: tuple[str, ...]
    command: Command | None = None
    negative: bool = False
    mode: str = ""
    body: str | None = None
    children: list["Node"] = field(default_factory=list)

    def copy(self) -> "Node":
        """Return a deep copy."""
        return Node(
            text=self.text,
            identity=self.identity,
            command=self.command,
            negative=self.negative,
            mode=self.mode,
            body=self.body,
            children=[child.copy() for child in self.children],
        )

    def child(self, identity: tuple[str, ...]) -> "Node | None":
        """Return the child of an identity."""
        return next((node for node in self.children if node.identity == identity), None)

    def drop(self, identity: tuple[str, ...]) -> None:
        """Remove the children of an identity."""
        self.children[:] = [node for node in self.children if node.identity != identity]

    def find(self, beginning: str) -> tuple["Node", ...]:
        """Return the children whose line is, or begins with, these words."""
        words = beginning.split()
        return tuple(node for node in self.children if node.text.split()[: len(words)] == words)


def enter_section(parent: Node, words: tuple[str, ...], match: Match) -> Node:
    """Return the section that these words open, made where it is missing."""
    existing = parent.child(words)
    if existing is not None:
        return existing
    made = Node(" ".join(words), words, match.command, mode=match.command.enters)
    parent.children.append(made)
    return made


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode; ``prompt`` is what the prompt shows in parentheses, ``closing`` ends the section in print.

    ``indent`` is what its lines stand behind, where that differs from the dialect's own. A ``free`` mode
    takes any line that is indented below its section, and others only when no mode around it does.
    """

    name: str
    prompt: str
    table: CommandTable
    closing: str = ""
    separated: bool = True
    indent: str | None = None
    free: bool = False


Action = Callable[[Node, Node, Match, bool], None]
"""Applies a command that needs more than a table (tree, section, match, whether ``no`` stood before)."""

Selector = Callable[[Node, Match], list[Node]]
"""Returns the sections, made where they are missing, that a command like ``interface range`` enters."""

Guard = Callable[[Node, Node, Match, bool], str | None]
"""Returns the device's words where it refuses a command (tree, section, match, ``no``), else None.

Empty words say that the last word of the command is what the device does not know.
"""

Gather = Callable[[list[Node]], list[Node]]
"""Returns the lines of a section as the device draws them together, as ``vlan 10,20``."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A platform's command line as data; the mode named ``global`` is the outermost."""

    modes: Mapping[str, Mode]
    indent: str = " "
    banner: Literal["delimited", "eof"] = "delimited"
    delimiter: str = "^C"
    rewrites: tuple[tuple[str, str], ...] = ()
    actions: Mapping[str, Action] = field(default_factory=dict)
    selectors: Mapping[str, Selector] = field(default_factory=dict)
    guard: Guard | None = None
    sort_key: Callable[[str], tuple[object, ...]] | None = None
    gather: Gather | None = None

    def rewrite(self, text: str) -> str:
        """Return a line in the form in which the device keeps it."""
        for pattern, replacement in self.rewrites:
            text = re.sub(pattern, replacement, text)
        return text
