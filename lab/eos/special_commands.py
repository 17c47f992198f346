"""EOS configuration commands whose effect is more than storing a line."""

from typing import Final

from lab.cli_dialect import Action, Node
from lab.cli_grammar import Match
from lab.eos.ranges import read_vlans, write_vlans

_ALL_VLANS: Final = range(1, 4095)
_STEP: Final = 10


def change_trunk_vlans(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Apply ``switchport trunk allowed vlan add``, ``remove`` and ``except``."""
    identity = ("switchport", "trunk", "allowed", "vlan")
    verb, listed = match.words[4], read_vlans(match.words[5])
    existing = section.child(identity)
    known = existing.text.split()[-1] if existing is not None else "all"
    allowed = set(_ALL_VLANS) if known == "all" else set() if known == "none" else read_vlans(known)
    if verb == "except":
        allowed = set(_ALL_VLANS) - listed
    elif (verb == "add") != negative:
        allowed |= listed
    else:
        allowed -= listed
    section.children[:] = [node for node in section.children if node.identity != identity]
    if allowed != set(_ALL_VLANS):
        text = " ".join((*identity, write_vlans(allowed) or "none"))
        section.children.append(Node(text, identity, match.command))


def change_access_entry(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Append an entry without a number to an access list, or take the equal one out."""
    known = {
        int(node.identity[0]): node.text.split()[1:] for node in section.children if node.text[0].isdigit()
    }
    words = match.text.split()
    same = [number for number, text in known.items() if text == words]
    if negative:
        gone = {(str(number),) for number in same}
        section.children[:] = [node for node in section.children if node.identity not in gone]
    elif not same:
        number = max(known, default=0) // _STEP * _STEP + _STEP
        section.children.append(Node(f"{number} {match.text}", (str(number),), match.command))


ACTIONS: Final[dict[str, Action]] = {
    "trunk-vlans": change_trunk_vlans,
    "access-entry": change_access_entry,
}
