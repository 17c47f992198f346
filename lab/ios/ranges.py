"""IOS commands that name several objects at once: interface ranges, VLAN lists and terminal lines."""

import re
from collections.abc import Iterable

from lab.cli_dialect import Node
from lab.cli_grammar import CommandTable, Match

INTERFACE_TYPES = (
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
)
"""The types of interface, in the order in which a configuration lists them."""

VIRTUAL_TYPES = ("Loopback", "Tunnel", "Port-channel", "Vlan", "BDI", "Null")
"""The types that a configuration line brings into being; the others are hardware."""

_NAMES = CommandTable("interface IF", interface_types=INTERFACE_TYPES)
_SHORT = {"GigabitEthernet": "Gi", "TenGigabitEthernet": "Te", "Port-channel": "Po", "FastEthernet": "Fa"}
_INTERFACE = re.compile(r"(?P<type>[A-Za-z-]+)(?P<before>(?:\d+/)*)(?P<last>\d+)$")


def interface_key(text: str) -> tuple[object, ...]:
    """Return where a line such as ``interface Vlan10`` stands among its kind."""
    name = text.rsplit(maxsplit=1)[-1] if text.startswith("interface ") else ""
    kind = re.match(r"[A-Za-z-]*", name)
    order = INTERFACE_TYPES.index(kind[0]) if kind and kind[0] in INTERFACE_TYPES else len(INTERFACE_TYPES)
    return (order, tuple(int(number) for number in re.findall(r"\d+", text)), text)


def is_hardware(name: str) -> bool:
    """Return whether an interface cannot be made or removed by configuration."""
    return not name.startswith(VIRTUAL_TYPES) and "." not in name


def short_name(interface: str) -> str:
    """Return the name that tables and mirror sessions show, as ``Gi1/0/1``."""
    for kind, short in _SHORT.items():
        if interface.startswith(kind):
            return short + interface.removeprefix(kind)
    return interface


def full_name(text: str) -> str | None:
    """Return the full name of an interface, None where there is no such type."""
    return _NAMES.interface_name(text)


def read_interfaces(text: str) -> list[str] | None:
    """Return the interfaces of a list like ``Gi1/0/1 - 4 , Te1/1/1``; None where it cannot be read."""
    interfaces: list[str] = []
    for part in re.sub(r"\s*-\s*(?=\d)", "-", text).split(","):
        first, _, last = (
            part.strip().rpartition("-") if re.search(r"\d-\d+$", part.strip()) else (part, "", "")
        )
        name = full_name(" ".join(first.split()))
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
    for name in sorted(set(interfaces), key=lambda name: interface_key(f"interface {name}")):
        found = _INTERFACE.match(name)
        if found is None:
            continue
        stem, number = found["type"] + found["before"], int(found["last"])
        if runs and runs[-1][0] == stem and runs[-1][2] == number - 1:
            runs[-1] = (stem, runs[-1][1], number)
        else:
            runs.append((stem, number, number))
    return " , ".join(
        short_name(f"{stem}{first}") + (f" - {last}" if last > first else "") for stem, first, last in runs
    )


def read_vlans(text: str) -> set[int]:
    """Return the VLANs of a list like ``1,5-7``."""
    vlans: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        vlans.update(range(int(first), int(last or first) + 1))
    return vlans


def write_vlans(vlans: Iterable[int]) -> str:
    """Return VLANs as a list, three and more neighbours drawn together."""
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and runs[-1][-1] == vlan - 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _section(parent: Node, text: str, match: Match) -> Node:
    identity = tuple(text.split())
    existing = parent.child(identity)
    if existing is not None:
        return existing
    node = Node(text, identity, match.command, mode=match.command.enters)
    parent.children.append(node)
    return node


def enter_interfaces(parent: Node, match: Match) -> list[Node]:
    """Return the sections of ``interface range``; a guard has read the list before."""
    names = read_interfaces(match.words[-1]) or []
    return [node for name in names if (node := parent.child(("interface", name))) is not None]


def enter_vlans(parent: Node, match: Match) -> list[Node]:
    """Return the sections of ``vlan 10,20``, made where they are missing."""
    return [_section(parent, f"vlan {vlan}", match) for vlan in sorted(read_vlans(match.words[-1]))]


def enter_vty(parent: Node, match: Match) -> list[Node]:
    """Return the sections that hold the terminal lines of a range, split where it cuts one."""
    numbers = [int(word) for word in match.words[2:]]
    first, last = numbers[0], numbers[-1]
    entered: list[Node] = []
    free = first
    for node in sorted(parent.find("line vty"), key=lambda node: interface_key(node.text)):
        begin, end = _bounds(node)
        if end < first or begin > last:
            continue
        if free < begin:
            entered.append(_section(parent, _vty(free, begin - 1), match))
        entered.append(_cut(parent, node, max(begin, first), min(end, last)))
        free = min(end, last) + 1
    if free <= last:
        entered.append(_section(parent, _vty(free, last), match))
    return entered


def _bounds(node: Node) -> tuple[int, int]:
    numbers = [int(word) for word in node.text.split()[2:]]
    return numbers[0], numbers[-1]


def _vty(first: int, last: int) -> str:
    return f"line vty {first} {last}" if last > first else f"line vty {first}"


def _cut(parent: Node, node: Node, first: int, last: int) -> Node:
    """Return the part of a section for the lines from first to last; the rest keeps a copy of it."""
    begin, end = _bounds(node)
    for low, high in ((begin, first - 1), (last + 1, end)):
        if low <= high:
            rest = node.copy()
            rest.text = _vty(low, high)
            rest.identity = tuple(rest.text.split())
            parent.children.append(rest)
    node.text = _vty(first, last)
    node.identity = tuple(node.text.split())
    return node


def gather_vlans(nodes: list[Node]) -> list[Node]:
    """Return lines with VLANs that have nothing to say about themselves drawn into one."""
    plain = [node for node in nodes if node.mode == "vlan" and not node.children]
    if len(plain) < 2:  # noqa: PLR2004 - a single one needs no gathering
        return nodes
    vlans = write_vlans(int(node.text.split()[1]) for node in plain)
    drawn = Node(f"vlan {vlans}", ("vlan", vlans), plain[0].command, mode="vlan")
    return [drawn if node is plain[0] else node for node in nodes if node is plain[0] or node not in plain]
