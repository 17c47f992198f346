"""Read the ports and mirror sessions of NX-OS.

A port that routes is shut until a line opens it; a switch port is open until a line shuts it.
"""

import re
from dataclasses import replace
from typing import Final

from devices.facts import MirrorDestination, MirrorSession, MirrorSource, Port, interface_key
from devices.parsers.cisco.port_guards import read_edge_defaults
from devices.parsers.cisco.switch_ports import PortGrammar, Section, read_ports
from devices.parsers.ranges import read_interfaces
from devices.parsers.statements import Statement

_PORTS: Final = PortGrammar(
    physical=re.compile(r"ethernet\d+(?:/\d+)+"),
    bundle=re.compile(r"port-channel\d+"),
    address_means_routed=False,
)
_DIRECTIONS: Final = frozenset({"rx", "tx", "both"})


def read_nxos_ports(root: Statement, sections: tuple[Section, ...]) -> tuple[Port, ...]:
    """Return the physical ports and bundles among the interfaces."""
    ports = read_ports(sections, _PORTS, read_edge_defaults(root))
    own = {interface_key(section.name): section for section in sections}
    return tuple(_as_nxos(port, own[interface_key(port.name)]) for port in ports)


def _as_nxos(port: Port, section: Section) -> Port:
    bundle = None if port.bundle is None else port.bundle.lower()
    taking = section.body.last("switchport", "monitor") is not None
    if port.mode != "routed" or not port.physical:
        return replace(port, bundle=bundle, takes_mirrors=taking)
    opened = section.body.denied("shutdown") is not None
    return replace(port, bundle=bundle, takes_mirrors=taking, shut=not opened)


def read_nxos_mirror_sessions(root: Statement) -> tuple[MirrorSession, ...]:
    """Return the mirror sessions; one is shut until ``no shut`` opens it."""
    return tuple(_session(one) for one in root.under("monitor", "session") if len(one.raw) > 2)  # noqa: PLR2004 - its number


def _session(section: Statement) -> MirrorSession:
    opened = section.denied("shut") or section.denied("shutdown")
    is_local = "type" not in section.words
    sources = tuple(
        source for child in section.under("source", "interface") for source in _sources(section, child)
    )
    destinations = tuple(
        MirrorDestination(interface=name, shares_line=len(names) > 1, lines=(section.line, child.line))
        for child in section.under("destination", "interface")
        for names in (_names(child.words[2:]),)
        for name in names
    )
    return MirrorSession(
        name=section.raw[2],
        enabled=opened is not None and is_local,
        needs_ready_port=True,
        sources=sources,
        destinations=destinations,
        lines=section.section,
    )


def _sources(section: Statement, child: Statement) -> tuple[MirrorSource, ...]:
    direction = next((word for word in child.words[2:] if word in _DIRECTIONS), "both")
    names = _names(child.words[2:])
    return tuple(
        MirrorSource(
            interface=name,
            receives=direction in {"both", "rx"},
            sends=direction in {"both", "tx"},
            shares_line=len(names) > 1,
            lines=(section.line, child.line),
        )
        for name in names
    )


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    listed = " ".join(word for word in words if word not in _DIRECTIONS)
    return tuple(interface_key(name) for name in read_interfaces(listed)) if listed else ()
