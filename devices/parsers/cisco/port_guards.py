"""Read what the lines of one port of an IOS, EOS or NX-OS switch switch on to guard it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from devices.facts import ConfigLine, GuardLines, PortGuard
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


@dataclass(frozen=True, slots=True)
class EdgeDefaults:
    """The lines that make every host port an edge port, and give every edge port BPDU guard."""

    edge: tuple[ConfigLine, ...] = ()
    bpdu_guard: tuple[ConfigLine, ...] = ()


def read_edge_defaults(root: Statement) -> EdgeDefaults:
    """Return the defaults for all ports."""
    edge: tuple[ConfigLine, ...] = ()
    guarded: tuple[ConfigLine, ...] = ()
    for line in root.under("spanning-tree"):
        if line.words[1:2] not in {("portfast",), ("edge-port",), ("port",)}:
            continue
        meant = tuple(one for one in line.words[1:] if one not in _EDGE_NAMES)
        if meant == ("bpduguard", "default"):
            guarded = (line.line,)
        elif meant == ("default",):
            edge = (line.line,)
    return EdgeDefaults(edge, guarded)


def read_guards(body: Statement, defaults: EdgeDefaults, *, trunk: bool) -> GuardLines:
    """Return what the lines of one port, and the defaults for all of them, switch on.

    Guard by default holds on edge ports only, and no line of the port may speak against it.
    """
    said: dict[_Said, tuple[ConfigLine, ...]] = {}
    for child in body.children:
        for one in _said(child):
            said[one] = (*said.get(one, ()), child.line)
    found: dict[PortGuard, tuple[ConfigLine, ...]] = {one: said[one] for one in _ALL if one in said}
    if defaults.edge and not trunk and "no-edge" not in said:
        found.setdefault("edge", defaults.edge)
    if defaults.bpdu_guard and "edge" in found and "no-bpdu-guard" not in said:
        found.setdefault("bpdu-guard", (*defaults.bpdu_guard, *found["edge"]))
    if "closed" in said and "asks" in said:
        found["authentication"] = (*said["closed"], *said["asks"])
    return found


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
