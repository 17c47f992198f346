"""Read what the lines of one port of an IOS, EOS or NX-OS switch switch on to guard it."""

from collections.abc import Iterator
from typing import Final, Literal

from devices.facts.switching import PortGuard
from devices.parsers.statements import Statement

_Said = PortGuard | Literal["no-bpdu-guard", "no-edge", "closed", "asks"]

_GUARDS: Final[dict[tuple[str, ...], _Said]] = {
    ("spanning-tree", "bpduguard", "enable"): "bpdu-guard",
    ("spanning-tree", "bpduguard", "disable"): "no-bpdu-guard",
    ("spanning-tree", "guard", "root"): "root-guard",
    ("ip", "dhcp", "snooping", "trust"): "snooping-trust",
    ("ip", "arp", "inspection", "trust"): "inspection-trust",
    ("authentication", "port-control", "auto"): "closed",
    ("access-session", "port-control", "auto"): "closed",
    ("dot1x", "port-control", "auto"): "closed",
    ("dot1x", "pae", "authenticator"): "asks",
    ("dot1x", "pae", "both"): "asks",
}
_EDGE_NAMES: Final = frozenset({"edge", "portfast", "edge-port", "port", "type"})
_NO_EDGE: Final = frozenset({"disable", "network", "normal"})
_STORMS: Final = frozenset({"broadcast", "all"})
_EVERYTHING_PERCENT: Final = 100.0


def read_edge_default(root: Statement) -> tuple[bool, bool]:
    """Return whether every host port is an edge port, and whether every edge port has BPDU guard."""
    edge = guarded = False
    for line in root.under("spanning-tree"):
        if line.words[1:2] in {("portfast",), ("edge-port",), ("port",)}:
            meant = tuple(one for one in line.words[1:] if one not in _EDGE_NAMES)
            guarded = guarded or meant == ("bpduguard", "default")
            edge = edge or (meant == ("default",) or line.words[1:] == ("port", "type", "edge", "default"))
    return edge, guarded


def read_guards(body: Statement, defaults: tuple[bool, bool], *, trunk: bool) -> frozenset[PortGuard]:
    """Return what the lines of one port, and the defaults for all of them, switch on.

    Guard by default holds on edge ports only, and no line of the port may speak against it.
    """
    said = {one for child in body.children for one in _said(child)}
    found: set[PortGuard] = {one for one in _ALL if one in said}
    if defaults[0] and not trunk and "no-edge" not in said:
        found.add("edge")
    if defaults[1] and "edge" in found and "no-bpdu-guard" not in said:
        found.add("bpdu-guard")
    if {"closed", "asks"} <= said:
        found.add("authentication")
    return frozenset(found)


_ALL: Final[tuple[PortGuard, ...]] = (
    "bpdu-guard",
    "edge",
    "root-guard",
    "storm-control",
    "source-guard",
    "snooping-trust",
    "inspection-trust",
)


def _said(child: Statement) -> Iterator[_Said]:
    words = child.words
    if child.negated or child.defaulted:
        if words[:2] == ("spanning-tree", "portfast"):
            yield "no-edge"
        return
    if words in _GUARDS:
        yield _GUARDS[words]
    elif words[0] == "spanning-tree" and words[1:2] in {("portfast",), ("port",)}:
        yield "no-edge" if _NO_EDGE & set(words) else "edge"
    elif words[0] == "storm-control" and _limits(words):
        yield "storm-control"
    elif words[:3] == ("ip", "verify", "source"):
        yield "source-guard"
    elif words[0] == "mab":
        yield "asks"


def _limits(words: tuple[str, ...]) -> bool:
    """Return whether a storm of broadcasts is stopped: a level of all the bandwidth stops nothing."""
    if len(words) < 4 or words[1] not in _STORMS:  # noqa: PLR2004 - storm-control TYPE level N
        return False
    level = words[3]
    return not (level.replace(".", "", 1).isdigit() and float(level) >= _EVERYTHING_PERCENT)
