"""Configurations of AOS-CX as trees of lines, and what makes two of them differ."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from devices.parsers.aoscx.tree import read_lines
from devices.parsers.statements import Statement
from devices.vlans import read_vlans

Placed = Counter[tuple[tuple[str, ...], str]]
"""Lines with the sections they stand in, and how often."""

MARK: Final = "# forecast: AOS-CX tells no difference beforehand, this one was computed by samdrift"
_INDENT: Final = "    "
_BANNER_LINE: Final = re.compile(r"^(banner (?:motd|exec)) [^\w\s]$")
_DELIMITER: Final = re.compile(r"[^\w\s]")


@dataclass(slots=True)
class Branch:
    """A line with what stands below it."""

    text: str
    children: list["Branch"] = field(default_factory=list)

    def beginning(self, words: tuple[str, ...]) -> list["Branch"]:
        """Return the lines below it that begin with these words."""
        return [child for child in self.children if child.text.split()[: len(words)] == list(words)]

    def drop(self, *words: str) -> None:
        """Take out the lines below it that begin with these words."""
        gone = self.beginning(words)
        self.children[:] = [child for child in self.children if child not in gone]

    def put(self, text: str) -> "Branch":
        """Return the line of that text below it, made where it is missing."""
        found = next((child for child in self.children if child.text == text), None)
        if found is None:
            found = Branch(text)
            self.children.append(found)
        return found


def read_branch(text: str, *, device: str) -> Branch:
    """Return the tree of some configuration lines; ``vlan 10,20`` is two of them.

    Raises:
        ConfigurationTextError: they cannot be read.
    """
    root = Branch("")
    for statement in read_lines(text, device=device):
        _grow(root, statement)
    return root


def difference_of_texts(before: str, after: str) -> str:
    """Return what makes two running configurations differ.

    Raises:
        ConfigurationTextError: one of them cannot be read.
    """
    trees = [read_branch(text, device="this configuration") for text in (before, after)]
    return difference_of_branches(*trees)


def difference_of_branches(before: Branch, after: Branch) -> str:
    """Return what goes and what comes, below the sections in which it does, marked as computed here."""
    lines = difference_lines(before, after)
    return "\n".join([MARK, *lines]) if lines else ""


def difference_lines(before: Branch, after: Branch) -> tuple[str, ...]:
    """Return what goes and what comes, below the sections in which it does."""
    return tuple(_differences(before, after, ""))


def placed_lines(text: str, *, device: str) -> Placed:
    """Return the lines of a configuration with the sections that they stand in."""
    return lines_of(read_branch(text, device=device))


def lines_of(branch: Branch) -> Placed:
    """Return the lines below a branch with the sections that they stand in."""
    return Counter(_placed(branch, ()))


def net_of_difference(text: str) -> Counter[str]:
    """Return how many times each line comes or goes by a difference that the switch told."""
    net: Counter[str] = Counter()
    for line in text.splitlines():
        if line.startswith(("+++", "---")) or line[:1] not in ("+", "-"):
            continue
        for one in lines_apart(_BANNER_LINE.sub(r"\1", line[1:].strip())):
            net[one] += 1 if line[0] == "+" else -1
    return _telling(net)


def net_of_lines(before: Placed, after: Placed) -> Counter[str]:
    """Return how many times each line comes (or, below zero, goes), wherever it stands."""
    net: Counter[str] = Counter()
    for sign, placed in ((1, after), (-1, before)):
        for (_, text), count in placed.items():
            for line in text.split("\n"):
                net[line.strip()] += sign * count
    return _telling(net)


def _telling(net: Counter[str]) -> Counter[str]:
    """Leave out what came as often as it went, comments, and what closes a banner."""
    return Counter(
        {
            line: count
            for line, count in net.items()
            if count and line and not line.startswith("!") and not _DELIMITER.fullmatch(line)
        }
    )


def lines_apart(text: str) -> tuple[str, ...]:
    """Return the lines that ``vlan 10,20-21`` stands for; any other line is itself."""
    words = text.split()
    vlans = read_vlans(words[1]) if len(words) == 2 and words[0] == "vlan" else None  # noqa: PLR2004
    if vlans is None:
        return (text,)
    return tuple(f"vlan {number}" for first, last in vlans for number in range(first, last + 1))


def _grow(parent: Branch, statement: Statement) -> None:
    text = text_of(statement)
    for one in lines_apart(text) if not parent.text else (text,):
        branch = Branch(one)
        parent.children.append(branch)
        for child in statement.children:
            _grow(branch, child)


def text_of(statement: Statement) -> str:
    """Return a line as it is compared: its words, and the text of a banner below them."""
    text = " ".join(statement.text.split())
    return f"{text}\n{statement.body}" if statement.body else text


def _placed(branch: Branch, section: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for child in branch.children:
        yield section, child.text
        yield from _placed(child, (*section, child.text))


def _differences(before: Branch, after: Branch, margin: str) -> Iterator[str]:
    """Yield what goes and what comes, below the sections in which it does."""
    old = {child.text: child for child in before.children}
    new = {child.text: child for child in sorted(after.children, key=_natural)}
    for text, child in old.items():
        if text not in new:
            yield from _whole(child, "-", margin)
        elif below := list(_differences(child, new[text], margin + _INDENT)):
            yield from [f" {margin}{text}", *below]
    for text, child in new.items():
        if text not in old:
            yield from _whole(child, "+", margin)


def _natural(branch: Branch) -> tuple[tuple[int, str], ...]:
    """Return where a line stands among those that come: a switch draws them in an order of its own."""
    parts = re.split(r"(\d+)", branch.text)
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in parts)


def _whole(branch: Branch, sign: str, margin: str) -> Iterator[str]:
    for line in branch.text.split("\n"):
        yield f"{sign}{margin}{line}"
    for child in sorted(branch.children, key=_natural):
        yield from _whole(child, sign, margin + _INDENT)
