"""The interfaces of NX-OS: their names, the mode of each kind, and lines that name several of them."""

import re
from typing import Final

from lab.cli_dialect import Node
from lab.cli_grammar import Match
from lab.cli_interfaces import InterfaceNames

INTERFACES: Final = InterfaceNames(
    ("Vlan", "port-channel", "nve", "Ethernet", "mgmt", "loopback", "Tunnel"),
    virtual=("Vlan", "port-channel", "nve", "loopback", "Tunnel"),
    short={"Ethernet": "Eth", "port-channel": "Po", "loopback": "Lo"},
)
"""What NX-OS calls its interfaces."""

_MODES: Final = {"Vlan": "svi", "mgmt": "mgmt", "loopback": "loopback", "nve": "nve", "Tunnel": "loopback"}
_INTERFACE: Final = re.compile(r"(?P<type>[A-Za-z-]+)(?P<before>(?:\d+/)*)(?P<last>\d+)(?P<sub>\.\d+)?$")


def read_interfaces(text: str) -> list[str] | None:
    """Return the interfaces of a list like ``Ethernet1/1-4, Ethernet1/7``; None where it cannot be read."""
    found: list[str] = []
    for part in re.sub(r"\s*-\s*(?=\d)", "-", text.strip()).split(","):
        first, dash, last = part.strip().rpartition("-")
        if not (dash and last.isdecimal() and re.search(r"\d$", first)):
            first, last = part.strip(), ""
        name = INTERFACES.full_name(" ".join(first.split()))
        matched = _INTERFACE.match(name or "")
        if name is None or matched is None:
            return None
        end = int(last) if last else int(matched["last"])
        numbers = range(int(matched["last"]), end + 1)
        sub = matched["sub"] or ""
        found.extend(f"{matched['type']}{matched['before']}{number}{sub}" for number in numbers)
    return found


def enter_interfaces(parent: Node, match: Match) -> list[Node]:
    """Return the sections of the interfaces that a line names; a guard has read it before."""
    return [_section(parent, name, match) for name in read_interfaces(match.words[-1]) or []]


def _section(parent: Node, name: str, match: Match) -> Node:
    identity = ("interface", name)
    existing = parent.child(identity)
    if existing is not None:
        return existing
    made = Node(f"interface {name}", identity, match.command, mode=mode_of(name))
    parent.children.append(made)
    return made


def mode_of(name: str) -> str:
    """Return the mode of an interface by its kind; ports and bundles share one."""
    kind = re.match(r"[A-Za-z-]*", name)
    return _MODES.get(kind[0] if kind else "", "port")


def is_routed(section: Node) -> bool:
    """Return whether an interface belongs to the router and not to the switch."""
    return section.mode != "port" or "." in section.identity[-1] or bool(section.find("no switchport"))


def is_shut_by_default(section: Node) -> bool:
    """Return whether an interface that says nothing about itself is shut."""
    if section.mode in ("svi", "nve"):
        return True
    return section.mode == "port" and is_routed(section) and not section.identity[-1].startswith("port-")


def is_shut(section: Node) -> bool:
    """Return whether an interface is shut."""
    if is_shut_by_default(section):
        return not section.find("no shutdown")
    return bool(section.find("shutdown"))
