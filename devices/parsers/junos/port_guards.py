"""Read what guards the ports and VLANs of Junos switches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from devices.facts import (
    ConfigLine,
    GuardLines,
    PortGuard,
    Switching,
    VLANGuard,
    VLANInterface,
    VLANNumbers,
)
from devices.parsers.junos.tree import Leaf, Path, Tree
from devices.vlans import join_vlans, read_vlans

_SPANNING_TREES: Final = ("rstp", "mstp", "vstp")
_BLOCKS: Final = (
    ("protocols", "layer2-control", "bpdu-block", "interface"),
    ("ethernet-switching-options", "bpdu-block", "interface"),
)
_OLD_ACCESS: Final = ("ethernet-switching-options", "secure-access-port", "vlan")
_DHCP: Final = ("forwarding-options", "dhcp-security")
_DEFAULT_VLAN: Final = 1


@dataclass(frozen=True, slots=True)
class PortGuards:
    """What is said of ports elsewhere than in their own sections: lines by guard and interface."""

    said: Mapping[PortGuard, Mapping[str, tuple[ConfigLine, ...]]]
    unlimited_profiles: frozenset[str]

    def of(self, name: str, leaves: Iterable[Leaf]) -> GuardLines:
        """Return what guards a port, from its own statements and from elsewhere."""
        found: dict[PortGuard, tuple[ConfigLine, ...]] = {}
        for guard, by_name in self.said.items():
            for one in (name, f"{name}.0", "all"):
                if one in by_name:
                    found.setdefault(guard, by_name[one])
        for leaf in leaves:
            if leaf.path[-2:-1] == ("storm-control",) and leaf.path[-1] not in self.unlimited_profiles:
                found["storm-control"] = (leaf.line,)
        return found


def read_port_guards(tree: Tree) -> PortGuards:
    """Return what is said of ports elsewhere."""
    edge: dict[str, tuple[ConfigLine, ...]] = {}
    guarded: dict[str, tuple[ConfigLine, ...]] = {}
    root: dict[str, tuple[ConfigLine, ...]] = {}
    for protocol in _SPANNING_TREES:
        _read_protocol(tree, ("protocols", protocol), edge, guarded, root)
    for block in _BLOCKS:
        guarded.update({name: tree.lines(*block, name) for name in tree.values(*block)})
    authenticator = ("protocols", "dot1x", "authenticator", "interface")
    return PortGuards(
        said={
            "edge": edge,
            "bpdu-guard": guarded,
            "root-guard": root,
            "authentication": {
                name: tree.lines(*authenticator, name) for name in tree.values(*authenticator)
            },
        },
        unlimited_profiles=frozenset(
            leaf.path[2]
            for leaf in tree.under("forwarding-options", "storm-control-profiles")
            if leaf.path[-1] == "no-broadcast"
        ),
    )


def _read_protocol(
    tree: Tree,
    at: Path,
    edge: dict[str, tuple[ConfigLine, ...]],
    guarded: dict[str, tuple[ConfigLine, ...]],
    root: dict[str, tuple[ConfigLine, ...]],
) -> None:
    """Take in what one spanning tree says of ports; nothing where it is off."""
    if tree.last(*at, "disable") is not None:
        return
    block = tree.lines(*at, "bpdu-block-on-edge")
    said = [leaf for leaf in tree.under(*at) if "interface" in leaf.path[:-2]]
    off = {leaf.path[-2] for leaf in said if leaf.path[-1] == "disable"}
    for leaf in said:
        name, word = leaf.path[-2:]
        if name in off:
            continue
        if word == "edge":
            edge[name] = (leaf.line,)
            if block:
                guarded[name] = (*block, leaf.line)
        elif word == "no-root-port":
            root[name] = (leaf.line,)


def read_junos_switching(tree: Tree, extent: tuple[ConfigLine, ...]) -> Switching:
    """Return what applies to VLANs: DHCP security is stated in the definition of each."""
    numbers = read_vlan_numbers(tree)
    defined = join_vlans(tuple(one for ranges in numbers.values() for one in ranges))
    return Switching(
        snooping=_guard(tree, numbers, defined, "", "examine-dhcp"),
        arp_inspection=_guard(tree, numbers, defined, "arp-inspection", "arp-inspection"),
        source_guard=_guard(tree, numbers, defined, "ip-source-guard", "ip-source-guard"),
        vlan_interfaces=tuple(_vlan_interfaces(tree, numbers)),
        lines=extent,
    )


def read_vlan_numbers(tree: Tree) -> dict[str, VLANNumbers]:
    """Return the numbers of each VLAN that is defined."""
    numbers: dict[str, VLANNumbers] = {}
    for name in tree.values("vlans"):
        listed = (*tree.values("vlans", name, "vlan-id"), *tree.values("vlans", name, "vlan-id-list"))
        numbers[name] = join_vlans(tuple(one for text in listed for one in read_vlans(text) or ()))
    return numbers


def _guard(
    tree: Tree, numbers: dict[str, VLANNumbers], defined: VLANNumbers, word: str, old_word: str
) -> VLANGuard:
    """Return the VLANs for which a protection is on, as both generations of switches state it."""
    vlans: list[tuple[int, int]] = []
    lines: list[ConfigLine] = []
    for name, ranges in numbers.items():
        at = ("vlans", name, *_DHCP, *((word,) if word else ()))
        old = tuple(
            line
            for listed in (name, "all", *(str(first) for first, last in ranges if first == last))
            for line in tree.lines(*_OLD_ACCESS, listed, old_word)
        )
        found = tree.lines(*at) or old
        if found:
            vlans.extend(ranges)
            lines.extend(found)
    searched = tuple(line for name in numbers for line in tree.lines("vlans", name))
    ordered = {line.number: line for line in lines or searched}
    return VLANGuard(
        switched_on=True,
        vlans=join_vlans(tuple(vlans)),
        defined=defined,
        by_default=not lines,
        lines=tuple(ordered[number] for number in sorted(ordered)) or _ends(tree),
    )


def _ends(tree: Tree) -> tuple[ConfigLine, ...]:
    ends = {leaf.line.number: leaf.line for leaf in (tree.leaves[0], tree.leaves[-1])}
    return tuple(ends[number] for number in sorted(ends))


def _vlan_interfaces(tree: Tree, numbers: dict[str, VLANNumbers]) -> Iterable[VLANInterface]:
    for name in ("default", *(one for one in numbers if one != "default")):
        ranges = numbers.get(name) or (((_DEFAULT_VLAN, _DEFAULT_VLAN),) if name == "default" else ())
        bound = tree.last("vlans", name, "l3-interface")
        if bound is None or not ranges:
            continue
        interface, _, unit = bound.path[-1].partition(".")
        at = ("interfaces", interface, "unit", unit)
        yield VLANInterface(
            name=bound.path[-1],
            vlan=ranges[0][0],
            shut=any(tree.last(*path, "disable") is not None for path in (at, ("interfaces", interface))),
            addresses=tree.values(*at, "family", "inet", "address"),
            lines=(*tree.lines(*at), bound.line),
        )
