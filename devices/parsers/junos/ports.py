"""Read the ports and analyzers of Junos switches."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from devices.facts import ConfigLine, MirrorDestination, MirrorSession, MirrorSource, Port, VLANNumbers
from devices.parsers.junos.port_guards import PortGuards, read_port_guards
from devices.parsers.junos.tree import Leaf, Tree
from devices.vlans import join_vlans, read_vlans

_PHYSICAL = re.compile(r"(?:ge|xe|et|mge|fe)-\d+/\d+/\d+")
_BUNDLE = re.compile(r"ae\d+")
_ANALYZERS: Final = (("forwarding-options", "analyzer"), ("ethernet-switching-options", "analyzer"))
_CARRYING: Final = ("ethernet-switching", "native-vlan-id", "802.3ad", "inet", "inet6", "vlan-tagging")
_DEFAULT_VLAN: Final = 1


def read_junos_ports(tree: Tree) -> tuple[Port, ...]:
    """Return the physical ports and bundles, with what interface ranges add to them."""
    own: dict[str, list[Leaf]] = {}
    for leaf in tree.under("interfaces"):
        name = leaf.path[1] if len(leaf.path) > 1 else ""
        if _PHYSICAL.fullmatch(name) or _BUNDLE.fullmatch(name):
            own.setdefault(name, []).append(leaf)
    for range_name in tree.values("interfaces", "interface-range"):
        at = ("interfaces", "interface-range", range_name)
        leaves = [leaf for leaf in tree.under(*at) if len(leaf.path) > len(at)]
        for name in _members(leaves, tuple(own)):
            shared = [
                _moved(leaf, name)
                for leaf in leaves
                if leaf.path[3:4] not in {("member",), ("member-range",)}
            ]
            own[name] = [*shared, *own.get(name, [])]
    numbers = _vlan_numbers(tree)
    guards = read_port_guards(tree)
    return tuple(_port(name, leaves, numbers, guards) for name, leaves in own.items() if leaves)


def _moved(leaf: Leaf, name: str) -> Leaf:
    trail = tuple((depth - 1, number, text) for depth, number, text in leaf.trail)
    return Leaf(("interfaces", name, *leaf.path[3:]), trail)


def _members(leaves: list[Leaf], known: tuple[str, ...]) -> Iterator[str]:
    for leaf in leaves:
        words = leaf.path[3:]
        if words[:1] == ("member",) and len(words) > 1:
            if re.search(r"[*\[?]", words[1]):
                yield from (name for name in known if fnmatchcase(name, words[1]))
            else:
                yield words[1]
        elif words[:1] == ("member-range",) and len(words) > 3:  # noqa: PLR2004
            stem, _, first = words[1].rpartition("/")
            last = words[3].rpartition("/")[2]
            if first.isdigit() and last.isdigit():
                yield from (f"{stem}/{number}" for number in range(int(first), int(last) + 1))


def _vlan_numbers(tree: Tree) -> dict[str, int]:
    numbers = {"default": _DEFAULT_VLAN}
    for leaf in tree.under("vlans"):
        if leaf.path[2:3] == ("vlan-id",) and leaf.path[-1].isdigit():
            numbers[leaf.path[1]] = int(leaf.path[-1])
    return numbers


def _port(name: str, leaves: list[Leaf], numbers: dict[str, int], elsewhere: PortGuards) -> Port:
    paths = [leaf.path[2:] for leaf in leaves]
    guards = elsewhere.of(name, leaves)
    mode = _word_after(paths, "interface-mode") or _word_after(paths, "port-mode")
    members = [path[-1] for path in paths if path[-3:-1] == ("vlan", "members")]
    native = _word_after(paths, "native-vlan-id")
    routed = any({"inet", "inet6", "vlan-tagging"} & set(path) for path in paths)
    bundle = _word_after(paths, "802.3ad")
    lines = {leaf.line.number: leaf.line for leaf in leaves}
    return Port(
        name=name,
        physical=_PHYSICAL.fullmatch(name) is not None,
        mode="trunk" if mode == "trunk" else "routed" if routed else "access",
        description=next(
            (path[1] for path in reversed(paths) if path[:1] == ("description",) and len(path) > 1), None
        ),
        shut=any(path == ("disable",) for path in paths),
        access_vlan=_access_vlan(members, numbers),
        access_lines=tuple(leaf.line for leaf in leaves if leaf.path[-3:-1] == ("vlan", "members")),
        native_vlan=int(native) if native is not None and native.isdigit() else None,
        native_may_be_absent=True,
        trunk_vlans=_trunk_vlans(members, numbers),
        bundle=bundle,
        dot1x="authentication" in guards,
        guards=guards,
        addresses=tuple(path[-1] for path in paths if "address" in path[:-1]),
        carrying=tuple(_carrying(leaves)),
        shutting=tuple(leaf.line for leaf in leaves if leaf.path[2:] == ("disable",)),
        lines=tuple(lines[number] for number in sorted(lines)),
    )


def _word_after(paths: list[tuple[str, ...]], word: str) -> str | None:
    found = None
    for path in paths:
        if word in path[:-1]:
            found = path[path.index(word) + 1]
    return found


def _access_vlan(members: list[str], numbers: dict[str, int]) -> int | None:
    if not members:
        return _DEFAULT_VLAN
    return int(members[-1]) if members[-1].isdigit() else numbers.get(members[-1])


def _trunk_vlans(members: list[str], numbers: dict[str, int]) -> VLANNumbers | None:
    if "all" in members:
        return None
    ranges: list[tuple[int, int]] = []
    for member in members:
        if member in numbers:
            ranges.append((numbers[member], numbers[member]))
        else:
            ranges.extend(read_vlans(member) or ())
    return join_vlans(tuple(ranges))


def _carrying(leaves: list[Leaf]) -> Iterator[ConfigLine]:
    for leaf in leaves:
        words = leaf.path[2:]
        plain = words[-1] == "ethernet-switching" or words[-2:] == ("interface-mode", "access")
        if not plain and "storm-control" not in words and set(_CARRYING) & set(words):
            yield leaf.line


def read_junos_mirrors(tree: Tree) -> tuple[MirrorSession, ...]:
    """Return the analyzers; those of both generations of EX switches."""
    return tuple(_session(tree, at, name) for at in _ANALYZERS for name in tree.values(*at))


def _session(tree: Tree, at: tuple[str, ...], name: str) -> MirrorSession:
    sources: list[MirrorSource] = []
    for direction in ("ingress", "egress"):
        sources.extend(
            MirrorSource(
                interface=_without_unit(interface),
                receives=direction == "ingress",
                sends=direction == "egress",
                lines=tree.lines(*at, name, "input", direction, "interface", interface),
            )
            for interface in tree.values(*at, name, "input", direction, "interface")
        )
    destinations = tuple(
        MirrorDestination(
            interface=_without_unit(interface), lines=tree.lines(*at, name, "output", "interface", interface)
        )
        for interface in tree.values(*at, name, "output", "interface")
    )
    return MirrorSession(
        name=name,
        enabled=tree.last(*at, name, "disable") is None,
        sources=tuple(sources),
        destinations=destinations,
        lines=tree.lines(*at, name),
    )


def _without_unit(interface: str) -> str:
    return interface.removesuffix(".0")
