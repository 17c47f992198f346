"""Configurations of NX-OS as trees of lines, and what makes two of them differ."""

from typing import Final

from devices.aoscx_difference import Branch, difference_lines, lines_apart
from devices.parsers.cisco.nxos import read_lines
from devices.parsers.statements import Statement

MARK: Final = "# forecast: NX-OS tells no difference beforehand, this one was computed by samdrift"


def read_branch(text: str, *, device: str) -> Branch:
    """Return the tree of some configuration lines; ``vlan 10,20`` and a section of VLAN 10 are two VLANs.

    Raises:
        ConfigurationTextError: they cannot be read.
    """
    root = Branch("")
    for statement in read_lines(text, device=device):
        for one in lines_apart(text_of(statement)):
            _grow(root.put(one), statement)
    return root


def text_of(statement: Statement) -> str:
    """Return a line as it is compared: its words, and the text of a banner without its delimiters."""
    if statement.words[0] == "banner":
        return f"{' '.join(statement.raw[:2])}\n{statement.body}"
    return " ".join(statement.text.split())


def _grow(branch: Branch, statement: Statement) -> None:
    for child in statement.children:
        below = Branch(text_of(child))
        branch.children.append(below)
        _grow(below, child)


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
