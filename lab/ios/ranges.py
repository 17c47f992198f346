"""IOS commands that name several objects at once: interface ranges and terminal lines."""

import re
from collections.abc import Iterable

from lab.cli_dialect import Node, enter_section
from lab.cli_grammar import Match
from lab.cli_interfaces import InterfaceNames
from lab.cli_vlans import write_vlans

INTERFACES = InterfaceNames(
    (
        "Loopback",
        "Tunnel",
        "Port-channel",
        "Serial",
        "Ethernet",
        "FastEthernet",
        "GigabitEthernet",
        "TwoGigabitEthernet",
        "TenGigabitEthernet",
        "TwentyFiveGigE",
        "FortyGigabitEthernet",
        "HundredGigE",
        "AppGigabitEthernet",
        "Vlan",
        "BDI",
        "Null",
    ),
    virtual=("Loopback", "Tunnel", "Port-channel", "Vlan", "BDI", "Null"),
    short={"GigabitEthernet": "Gi", "TenGigabitEthernet": "Te", "Port-channel": "Po", "FastEthernet": "Fa"},
)
"""What IOS calls its interfaces."""

_INTERFACE = re.compile(r"(?P<type>[A-Za-z-]+)(?P<before>(?:\d+/)*)(?P<last>\d+)$")


def read_interfaces(text: str) -> list[str] | None:
    """Return the interfaces of a list like ``Gi1/0/1 - 4 , Te1/1/1``; None where it cannot be read."""
    interfaces: list[str] = []
    for part in re.sub(r"\s*-\s*(?=\d)", "-", text).split(","):
        first, _, last = (
            part.strip().rpartition("-") if re.search(r"\d-\d+$", part.strip()) else (part, "", "")
        )
        name = INTERFACES.full_name(" ".join(first.split()))
        found = _INTERFACE.match(name or "")
        if name is None or found is None:
            return None
        end = int(last) if last else int(found["last"])
        numbers = range(int(found["last"]), end + 1)
        interfaces.extend(f"{found['type']}{found['before']}{number}" for number in numbers)
    return interfaces


def write_interfaces(interfaces: Iterable[str]) -> str:
    """Return interfaces as a mirror session lists them, neighbours drawn together."""
    runs: list[tuple[str, int, int]] = []
    for name in sorted(set(interfaces), key=lambda name: INTERFACES.sort_key(f"interface {name}")):
        found = _INTERFACE.match(name)
        if found is None:
            continue
        stem, number = found["type"] + found["before"], int(found["last"])
        if runs and runs[-1][0] == stem and runs[-1][2] == number - 1:
            runs[-1] = (stem, runs[-1][1], number)
        else:
            runs.append((stem, number, number))
    return " , ".join(
        INTERFACES.short_name(f"{stem}{first}") + (f" - {last}" if last > first else "")
        for stem, first, last in runs
    )


def enter_interfaces(parent: Node, match: Match) -> list[Node]:
    """Return the sections of ``interface range``; a guard has read the list before."""
    names = read_interfaces(match.words[-1]) or []
    return [node for name in names if (node := parent.child(("interface", name))) is not None]


def enter_vty(parent: Node, match: Match) -> list[Node]:
    """Return the sections that hold the terminal lines of a range, split where it cuts one."""
    numbers = [int(word) for word in match.words[2:]]
    first, last = numbers[0], numbers[-1]
    entered: list[Node] = []
    free = first
    for node in sorted(parent.find("line vty"), key=lambda node: INTERFACES.sort_key(node.text)):
        begin, end = _bounds(node)
        if end < first or begin > last:
            continue
        if free < begin:
            entered.append(enter_section(parent, _vty(free, begin - 1), match))
        entered.append(_cut(parent, node, max(begin, first), min(end, last)))
        free = min(end, last) + 1
    if free <= last:
        entered.append(enter_section(parent, _vty(free, last), match))
    return entered


def _bounds(node: Node) -> tuple[int, int]:
    numbers = [int(word) for word in node.text.split()[2:]]
    return numbers[0], numbers[-1]


def _vty(first: int, last: int) -> tuple[str, ...]:
    return ("line", "vty", str(first), *((str(last),) if last > first else ()))


def _cut(parent: Node, node: Node, first: int, last: int) -> Node:
    """Return the part of a section for the lines from first to last; the rest keeps a copy of it."""
    begin, end = _bounds(node)
    for low, high in ((begin, first - 1), (last + 1, end)):
        if low <= high:
            rest = node.copy()
            rest.identity = _vty(low, high)
            rest.text = " ".join(rest.identity)
            parent.children.append(rest)
    node.identity = _vty(first, last)
    node.text = " ".join(node.identity)
    return node


def gather_vlans(nodes: list[Node]) -> list[Node]:
    """Return lines with VLANs that have nothing to say about themselves drawn into one."""
    plain = [node for node in nodes if node.mode == "vlan" and not node.children]
    if len(plain) < 2:  # noqa: PLR2004 - a single one needs no gathering
        return nodes
    vlans = write_vlans(int(node.text.split()[1]) for node in plain)
    drawn = Node(f"vlan {vlans}", ("vlan", vlans), plain[0].command, mode="vlan")
    return [drawn if node is plain[0] else node for node in nodes if node is plain[0] or node not in plain]
