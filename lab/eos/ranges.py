"""EOS commands that name several objects at once: interface ranges and VLAN lists."""

import re
from typing import Final

from lab.cli_dialect import Node, enter_section
from lab.cli_grammar import Match
from lab.cli_interfaces import InterfaceNames
from lab.cli_vlans import write_vlans
from lab.errors import LineRefused

INTERFACES: Final = InterfaceNames(
    (
        "Port-Channel",
        "Recirc-Channel",
        "Ethernet",
        "Loopback",
        "Management",
        "Tunnel",
        "Vlan",
        "Vxlan",
        "Null",
    ),
    virtual=("Port-Channel", "Recirc-Channel", "Loopback", "Tunnel", "Vlan", "Vxlan", "Null"),
    short={
        "Ethernet": "Et",
        "Port-Channel": "Po",
        "Management": "Ma",
        "Loopback": "Lo",
        "Vlan": "Vl",
        "Vxlan": "Vx",
    },
)
"""What EOS calls its interfaces."""

_NUMBERED: Final = re.compile(r"(?P<type>[A-Za-z-]+)(?P<before>(?:\d+/)*)(?P<last>\d+)$")


def read_interfaces(text: str) -> list[str] | None:
    """Return the interfaces of a list like ``Ethernet1-4,6``; None where it cannot be read."""
    interfaces: list[str] = []
    kind = ""
    for part in "".join(text.split()).split(","):
        first, dash, last = part.partition("-") if re.search(r"\d-\d+$", part) else (part, "", "")
        if not first.startswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")):
            first = kind + first
        name = INTERFACES.full_name(first)
        found = _NUMBERED.match(name or "")
        if found is None:
            return [name] if name is not None and not dash and len(text.split(",")) == 1 else None
        kind = found["type"] + found["before"]
        end = int(last) if dash else int(found["last"])
        interfaces.extend(f"{kind}{number}" for number in range(int(found["last"]), end + 1))
    return interfaces


def enter_interfaces(parent: Node, match: Match) -> list[Node]:
    """Return the sections of an interface or of a range of them."""
    names = read_interfaces(match.words[-1])
    if names is None:
        raise LineRefused(match.text, "invalid", match.text.index(match.words[-1]))
    return [enter_section(parent, ("interface", name), match) for name in names]


def gather_vlans(nodes: list[Node]) -> list[Node]:
    """Return the sections with neighbouring VLANs that say nothing drawn together, as ``vlan 10,20``."""
    gathered: list[Node] = []
    open_run: list[int] = []
    for node in nodes:
        if node.mode != "vlan" or node.children:
            open_run = []
            gathered.append(node)
            continue
        vlan = int(node.identity[1])
        if open_run:
            gathered.pop()
        open_run.append(vlan)
        words = ("vlan", write_vlans(open_run))
        gathered.append(Node(" ".join(words), words, node.command, mode=node.mode))
    return gathered
