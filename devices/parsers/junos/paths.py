"""The statements of a Junos configuration as paths of words, and the tree in which they are found."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from devices.facts import ConfigLine

Path = tuple[str, ...]
Trail = tuple[tuple[int, int, str], ...]
"""For each line that leads to a statement: how many words are complete in it, its number, its text."""


class Leaf(NamedTuple):
    """A statement with all the words that lead to it, and the lines in which they stand."""

    path: Path
    trail: Trail

    def line_of(self, length: int) -> ConfigLine:
        """Return the line in which the first words of the path are complete."""
        for depth, number, text in self.trail:
            if depth >= length:
                return ConfigLine(number, text)
        _, number, text = self.trail[-1]
        return ConfigLine(number, text)

    @property
    def line(self) -> ConfigLine:
        """Return its own line."""
        trail = self.trail
        if len(trail) > 1 and trail[-2][0] >= len(self.path):
            return self.line_of(len(self.path))
        _, number, text = trail[-1]
        return ConfigLine(number, text)


class _Branch:
    """The leaves whose paths begin with the same words; sorted out by the next word when first asked."""

    __slots__ = ("_depth", "below_or_none", "leaves")

    def __init__(self, leaves: list[Leaf], depth: int) -> None:
        self.leaves = leaves
        self._depth = depth
        self.below_or_none: dict[str, _Branch] | None = None

    @property
    def below(self) -> dict[str, "_Branch"]:
        """Return the branches by their next word, in order."""
        return self.sort_out() if self.below_or_none is None else self.below_or_none

    def sort_out(self) -> dict[str, "_Branch"]:
        """Sort the leaves by their next word."""
        below: dict[str, _Branch] = {}
        depth = self._depth
        for leaf in self.leaves:
            path = leaf[0]
            if len(path) > depth:
                branch = below.get(path[depth])
                if branch is None:
                    below[path[depth]] = _Branch([leaf], depth + 1)
                else:
                    branch.leaves.append(leaf)
        self.below_or_none = below
        return below


_NOTHING_THERE: Final = _Branch([], 0)


@dataclass(slots=True)
class Tree:
    """What is in force, what of it is not inherited from a group, and which paths are deactivated."""

    leaves: list[Leaf] = field(default_factory=list)
    own: list[Leaf] = field(default_factory=list)
    inactive: list[Leaf] = field(default_factory=list)
    _root: _Branch = _NOTHING_THERE
    _sorted: int = 0

    def _at(self, path: Path) -> _Branch:
        if self._sorted != len(self.leaves):
            self._root = _Branch(self.leaves, 0)
            self._sorted = len(self.leaves)
        branch = self._root
        for word in path:
            below = branch.below_or_none
            found = (branch.sort_out() if below is None else below).get(word)
            if found is None:
                return _NOTHING_THERE
            branch = found
        return branch

    def under(self, *path: str) -> Iterator[Leaf]:
        """Return the leaves whose path begins so."""
        return iter(self._at(path).leaves)

    def values(self, *path: str) -> tuple[str, ...]:
        """Return the distinct words that follow a path, in order."""
        return tuple(self._at(path).below)

    def last(self, *path: str) -> Leaf | None:
        """Return the last leaf whose path begins so."""
        leaves = self._at(path).leaves
        return leaves[-1] if leaves else None

    def lines(self, *path: str) -> tuple[ConfigLine, ...]:
        """Return the lines of the leaves whose path begins so, each once."""
        lines: dict[int, ConfigLine] = {}
        for leaf in self._at(path).leaves:
            line = leaf.line
            lines[line.number] = line
        return tuple([lines[number] for number in sorted(lines)])
