"""The AOS-CX dialect: sections of several objects at once, and what is refused although it is well formed."""

import re
from collections.abc import Iterator
from typing import Final

from lab.aoscx.line_actions import ACCESS, ACTIONS
from lab.aoscx.modes import MODES, command_of
from lab.cli_dialect import Dialect, Guard, Node, enter_section
from lab.cli_grammar import Match
from lab.cli_vlans import enter_vlans, read_vlans, write_vlans

_LAYER_2_MODELS: Final = re.compile(r"\b(?:4100|6000|6100)\b")
_GATHERED_SINCE: Final = (10, 15)
_PRESENT_ALWAYS: Final = "1"


def read_ports(text: str) -> tuple[str, ...]:
    """Return the ports of a list such as ``1/1/1-1/1/4,1/1/9``."""
    return tuple(_ports(text))


def _ports(text: str) -> Iterator[str]:
    for part in text.split(","):
        first, _, last = part.partition("-")
        stem, _, number = first.rpartition("/")
        end = int((last or first).rpartition("/")[2])
        yield from (f"{stem}/{port}" for port in range(int(number), end + 1))


def _enter_lag(parent: Node, match: Match) -> list[Node]:
    """Return the section of a LAG; a new one is shut."""
    identity = match.words[:3]
    existing = parent.child(identity)
    if existing is not None:
        return [existing]
    made = enter_section(parent, identity, match)
    made.text = match.text
    made.children.append(Node("shutdown", ("shutdown",), command_of("lag", "shutdown")))
    return [made]


def _enter_ports(parent: Node, match: Match) -> list[Node]:
    """Return the sections of a list of ports; a guard has read it before."""
    return [
        node
        for name in read_ports(match.words[-1])
        if (node := parent.child(("interface", name))) is not None
    ]


def _gather_vlans(nodes: list[Node]) -> list[Node]:
    """Return lines with VLANs that have nothing to say about themselves drawn into one."""
    plain = [node for node in nodes if node.mode == "vlan" and not node.children]
    if len(plain) < 2:  # noqa: PLR2004 - a single one needs no gathering
        return nodes
    vlans = write_vlans(int(node.text.split()[1]) for node in plain)
    drawn = Node(f"vlan {vlans}", ("vlan", vlans), plain[0].command, mode="vlan")
    return [drawn if node is plain[0] else node for node in nodes if node is plain[0] or node not in plain]


class Hardware:
    """What a model and its release make of the language."""

    def __init__(self, model: str, release: str) -> None:
        self._switches_only = _LAYER_2_MODELS.search(model) is not None
        numbers = [int(number) for number in re.findall(r"\d+", release)]
        self._gathers = tuple(numbers[:2]) >= _GATHERED_SINCE

    def dialect(self, *, boots: bool) -> Dialect:
        """Return the dialect that reads the first configuration, or the one of a device that runs.

        The interfaces that the first configuration names become the device's hardware.
        """
        return Dialect(
            modes=MODES,
            indent="    ",
            delimiter="^",
            actions=ACTIONS,
            selectors={"vlans": enter_vlans, "lag": _enter_lag, "ports": _enter_ports},
            guard=self._refuse_routing if boots else self._guard(),
            gather=_gather_vlans if self._gathers else None,
        )

    def _guard(self) -> Guard:
        def refuse(root: Node, section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
            for rule in (self._refuse_routing, self._refuse_vlans, _refuse_port, _refuse_vlan):
                words = rule(root, section, match, negative)
                if words is not None:
                    return words
            return None

        return refuse

    def _refuse_routing(self, _root: Node, _section: Node, match: Match, _negative: bool) -> str | None:  # noqa: FBT001 - a Guard
        """Refuse what a switch that cannot route does not know."""
        return "" if self._switches_only and match.words == ("routing",) else None

    def _refuse_vlans(self, _root: Node, section: Node, match: Match, _negative: bool) -> str | None:  # noqa: FBT001 - a Guard
        """Refuse VLANs on a port that routes or belongs to a LAG."""
        if match.words[0] != "vlan" or section.mode not in ("port", "lag"):
            return None
        if section.child(("lag",)) is not None:
            return "Operation not allowed on an interface that is part of a LAG"
        switched = any(node.identity[0] == "vlan" for node in section.children)
        if not switched and not self._switches_only and section.child(("routing",)) is None:
            return "Operation not allowed on a routed interface"
        return None


def _refuse_port(root: Node, _section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse ports that the device does not have, and the removal of those that it has."""
    if match.words[0] != "interface" or "/" not in match.words[-1]:
        return None
    missing = any(root.child(("interface", name)) is None for name in read_ports(match.words[-1]))
    return "" if missing or negative else None


def _refuse_vlan(root: Node, _section: Node, match: Match, negative: bool) -> str | None:  # noqa: FBT001 - a Guard
    """Refuse a port in a VLAN that is not there, and the removal of VLAN 1."""
    if match.words[:2] == ACCESS and not negative and root.child(("vlan", match.words[2])) is None:
        return f"VLAN {match.words[2]} doesn't exist"
    if match.command.enters == "vlan" and negative and 1 in read_vlans(match.words[1]):
        return "VLAN 1 cannot be removed"
    return None


def settle_vlans(root: Node) -> None:
    """Put the access ports of a VLAN that is gone into VLAN 1."""
    for interface in root.find("interface"):
        access = interface.child(ACCESS)
        if access is not None and root.child(("vlan", access.text.split()[-1])) is None:
            access.text = f"vlan access {_PRESENT_ALWAYS}"
