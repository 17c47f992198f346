"""What Cisco-like command lines share about access lists: entries that the device numbers itself."""

from typing import Final

from lab.cli_dialect import Node
from lab.cli_grammar import Match

_STEP: Final = 10


def change_access_entry(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Append an entry without a number to an access list, or take the equal one out."""
    words = match.text.split()
    known = {
        int(node.identity[0]): node.text.split()[1:] for node in section.children if node.text[0].isdigit()
    }
    same = [number for number, text in known.items() if text == words]
    if negative:
        for number in same:
            section.drop((str(number),))
    elif not same:
        number = max(known, default=0) // _STEP * _STEP + _STEP
        section.children.append(Node(f"{number} {match.text}", (str(number),), match.command))
