"""What Cisco-like command lines share about VLANs: lists of them, their sections and what a trunk carries."""

from collections.abc import Iterable
from typing import Final

from lab.cli_dialect import Node, enter_section
from lab.cli_grammar import Match

_ALL_VLANS: Final = frozenset(range(1, 4095))
_TRUNK: Final = ("switchport", "trunk", "allowed", "vlan")


def read_vlans(text: str) -> set[int]:
    """Return the VLANs of a list like ``1,5-7``."""
    vlans: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        vlans.update(range(int(first), int(last or first) + 1))
    return vlans


def write_vlans(vlans: Iterable[int]) -> str:
    """Return VLANs as a list, neighbours drawn together."""
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and runs[-1][-1] == vlan - 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def enter_vlans(parent: Node, match: Match) -> list[Node]:
    """Return the sections of ``vlan 10,20``, made where they are missing."""
    return [enter_section(parent, ("vlan", str(vlan)), match) for vlan in sorted(read_vlans(match.words[-1]))]


def change_trunk_vlans(_root: Node, section: Node, match: Match, negative: bool) -> None:  # noqa: FBT001 - an Action
    """Apply ``switchport trunk allowed vlan add``, ``remove`` and ``except``."""
    verb, listed = match.words[4], read_vlans(match.words[5])
    existing = section.child(_TRUNK)
    known = existing.text.split()[-1] if existing is not None else "all"
    allowed = set(_ALL_VLANS) if known == "all" else set() if known == "none" else read_vlans(known)
    if verb == "except":
        allowed = set(_ALL_VLANS) - listed
    elif (verb == "add") != negative:
        allowed |= listed
    else:
        allowed -= listed
    section.drop(_TRUNK)
    if allowed != _ALL_VLANS:
        text = " ".join((*_TRUNK, write_vlans(allowed) or "none"))
        section.children.append(Node(text, _TRUNK, match.command))
