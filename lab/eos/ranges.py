"""EOS commands that name several objects at once: interface ranges and VLAN lists."""

import re
from collections.abc import Iterable
from typing import Final

from lab.cli_dialect import Node
from lab.cli_grammar import CommandTable, Match
from lab.errors import LineRefused

INTERFACE_TYPES: Final = (
    "Port-Channel",
    "Recirc-Channel",
    "Ethernet",
    "Loopback",
    "Management",
    "Tunnel",
    "Vlan",
    "Vxlan",
    "Null",
)
"""The types of interface, in the order in which a configuration lists them."""

_VIRTUAL: Final = ("Port-Channel", "Recirc-Channel", "Loopback", "Tunnel", "Vlan", "Vxlan", "Null")
_SHORT: Final = {
    "Ethernet": "Et",
    "Port-Channel": "Po",
    "Management": "Ma",
    "Loopback": "Lo",
    "Vlan": "Vl",
    "Vxlan": "Vx",
}
_NAMES: Final = CommandTable("interface IF", interface_types=INTERFACE_TYPES)
_NUMBERED: Final = re.compile(r"(?P<type>[A-Za-z-]+)(?P<before>(?:\d+/)*)(?P<last>\d+)$")


def interface_key(text: str) -> tuple[object, ...]:
    """Return where a line stands among its kind; interfaces by type, then by number."""
    name = text.rsplit(maxsplit=1)[-1] if text.startswith("interface ") else ""
    kind = re.match(r"[A-Za-z-]*", name)
    order = INTERFACE_TYPES.index(kind[0]) if kind and kind[0] in INTERFACE_TYPES else len(INTERFACE_TYPES)
    return (order, tuple(int(number) for number in re.findall(r"\d+", text)), text)


def is_hardware(name: str) -> bool:
    """Return whether an interface cannot be made or removed by configuration."""
    return not name.startswith(_VIRTUAL) and "." not in name


def short_name(interface: str) -> str:
    """Return the name that tables show, as ``Et1``."""
    for kind, short in _SHORT.items():
        if interface.startswith(kind):
            return short + interface.removeprefix(kind)
    return interface


def read_interfaces(text: str) -> list[str] | None:
    """Return the interfaces of a list like ``Ethernet1-4,6``; None where it cannot be read."""
    interfaces: list[str] = []
    kind = ""
    for part in "".join(text.split()).split(","):
        first, dash, last = part.partition("-") if re.search(r"\d-\d+$", part) else (part, "", "")
        if not first.startswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")):
            first = kind + first
        name = _NAMES.interface_name(first)
        found = _NUMBERED.match(name or "")
        if found is None:
            return [name] if name is not None and not dash and len(text.split(",")) == 1 else None
        kind = found["type"] + found["before"]
        end = int(last) if dash else int(found["last"])
        interfaces.extend(f"{kind}{number}" for number in range(int(found["last"]), end + 1))
    return interfaces


def read_vlans(text: str) -> set[int]:
    """Return the VLANs of a list like ``1-4,7``."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def write_vlans(vlans: Iterable[int]) -> str:
    """Return VLANs as EOS writes them, as ``1-4,7``."""
    runs: list[list[int]] = []
    for vlan in sorted(vlans):
        if runs and vlan == runs[-1][-1] + 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _section(parent: Node, words: tuple[str, ...], match: Match) -> Node:
    existing = parent.child(words)
    if existing is None:
        existing = Node(" ".join(words), words, match.command, mode=match.command.enters)
        parent.children.append(existing)
    return existing


def enter_interfaces(parent: Node, match: Match) -> list[Node]:
    """Return the sections of an interface or of a range of them."""
    names = read_interfaces(match.words[-1])
    if names is None:
        raise LineRefused(match.text, "invalid", match.text.index(match.words[-1]))
    return [_section(parent, ("interface", name), match) for name in names]


def enter_vlans(parent: Node, match: Match) -> list[Node]:
    """Return the sections of the VLANs of a list; each is a section of its own."""
    return [_section(parent, ("vlan", str(vlan)), match) for vlan in sorted(read_vlans(match.words[1]))]


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
