"""Read how Junos forwards packets, and what limits those to the device itself."""

from typing import Final

from devices.facts import ConfigLine, ControlPlaneLimit, ForwardingSwitch, PathCheck
from devices.parsers.junos.tree import Tree

_RATE: Final = ("system", "internet-options", "icmpv4-rate-limit")
_NO_PORTS: Final = ("irb", "vlan", "fxp", "em", "me", "vme")
_UNIT_DEPTH: Final = 6

Lines = tuple[ConfigLine, ...]


def read_junos_redirects(tree: Tree, extent: Lines) -> ForwardingSwitch:
    """Return whether ICMP redirects are sent; they are unless told otherwise."""
    stated = tree.lines("system", "no-redirects")
    return ForwardingSwitch(
        name="system redirects",
        on=not stated,
        by_default=not stated,
        lines=stated or tree.lines("system", "services") or extent,
    )


def read_junos_path_checks(tree: Tree) -> tuple[PathCheck, ...]:
    """Return how each unit with an address checks the way back; a check without a mode is strict."""
    units: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    off: set[tuple[str, ...]] = set()
    for leaf in tree.under("interfaces"):
        path = leaf.path
        if path[2:] == ("disable",):
            off.add(path[1:2])
        elif path[2:3] == ("unit",) and path[4:] == ("disable",):
            off.add((path[1], path[3]))
        elif path[2:3] == ("unit",) and path[4:6] == ("family", "inet") and len(path) > _UNIT_DEPTH:
            units.setdefault((path[1], path[3]), []).append(path[_UNIT_DEPTH:])
    found: list[PathCheck] = []
    for (name, unit), said in units.items():
        up = (name,) not in off and (name, unit) not in off and name != "lo0"
        if up and any(words[0] in {"address", "dhcp", "dhcp-client"} for words in said):
            at = ("interfaces", name, "unit", unit, "family", "inet")
            checks = [words for words in said if words[0] == "rpf-check"]
            loose = any(words[1:3] == ("mode", "loose") for words in checks)
            found.append(
                PathCheck(
                    name=f"{name}.{unit}",
                    mode=None if not checks else "loose" if loose else "strict",
                    interfaces=(f"{name}.{unit}",),
                    is_port=not name.startswith(_NO_PORTS),
                    lines=tree.lines(*at),
                )
            )
    return tuple(found)


def read_junos_control_plane(tree: Tree, extent: Lines) -> tuple[ControlPlaneLimit, ...]:
    """Return the filters on lo0 and whether one of them polices, and the rate of ICMP."""
    rate = tree.lines(*_RATE)
    return (
        _filter_limit(tree, extent),
        ControlPlaneLimit(
            name="system internet-options icmpv4-rate-limit",
            limits=bool(rate),
            stated=bool(rate),
            lines=rate or tree.lines("system", "internet-options") or extent,
        ),
    )


def _filter_limit(tree: Tree, extent: Lines) -> ControlPlaneLimit:
    applied: list[str] = []
    lines: list[ConfigLine] = []
    for leaf in tree.under("interfaces", "lo0", "unit"):
        words = leaf.path[4:]
        if words[:3] == ("family", "inet", "filter") and words[3:4] in {("input",), ("input-list",)}:
            applied.append(words[-1])
            lines.append(leaf.line)
    policing: list[ConfigLine] = []
    for name in applied:
        policing.extend(_policing(tree, ("firewall", "filter", name)))
        policing.extend(_policing(tree, ("firewall", "family", "inet", "filter", name)))
    return ControlPlaneLimit(
        name="the filter on lo0",
        limits=bool(policing),
        stated=bool(applied),
        lines=(*lines, *policing) or tree.lines("interfaces", "lo0") or extent,
    )


def _policing(tree: Tree, at: tuple[str, ...]) -> list[ConfigLine]:
    """Return the lines that hand packets to a policer that is there and drops what is too much."""
    return [
        leaf.line
        for leaf in tree.under(*at)
        if leaf.path[-3:-1] == ("then", "policer") and _drops(tree, leaf.path[-1])
    ]


def _drops(tree: Tree, policer: str) -> bool:
    at = ("firewall", "policer", policer)
    return bool(tree.lines(*at, "if-exceeding")) and bool(tree.lines(*at, "then", "discard"))
