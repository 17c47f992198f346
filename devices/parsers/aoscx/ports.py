"""Read the ports and mirror sessions of an AOS-CX configuration."""

import re
from typing import Final, Literal

from devices.facts import (
    ConfigLine,
    MirrorDestination,
    MirrorSession,
    MirrorSource,
    Port,
    PortMode,
    VLANNumbers,
    interface_key,
)
from devices.parsers.aoscx.switching import read_port_guards
from devices.parsers.aoscx.tree import read_names
from devices.parsers.repeated_ports import RepeatedPorts
from devices.parsers.statements import Statement
from devices.vlans import join_vlans, read_vlans

_REPEATED: Final = RepeatedPorts()
_PHYSICAL: Final = re.compile(r"\d+/\d+/\d+")
_SHOWN_DEFAULTS: Final = frozenset({"no shutdown", "no routing", "vlan access 1"})
_CARRYING: Final = (
    ("vlan", "access"),
    ("vlan", "trunk"),
    ("ip", "address"),
    ("ipv6", "address"),
    ("lag",),
    ("aaa", "authentication", "port-access"),
    ("port-access",),
)


def read_ports(root: Statement) -> tuple[Port, ...]:
    """Return the physical ports and LAGs."""
    ports: list[Port] = []
    for section in root.under("interface"):
        name = " ".join(section.raw[1:3]) if section.words[1:2] == ("lag",) else section.raw[-1]
        physical = _PHYSICAL.fullmatch(name) is not None
        if physical or section.words[1:2] == ("lag",):

            def read(
                body: Statement, _: tuple[ConfigLine, ...], *, name: str = name, physical: bool = physical
            ) -> Port:
                return _port(body, name, physical=physical)

            ports.append(_REPEATED.port(name, section, kind=(physical,), outside=(), read=read))
    return tuple(ports)


def _port(section: Statement, name: str, *, physical: bool) -> Port:
    description, shutdown, lag = section.last("description"), section.last("shutdown"), section.last("lag")
    native = section.last("vlan", "trunk", "native")
    guards = read_port_guards(section)
    access = section.last("vlan", "access")
    return Port(
        name=name,
        physical=physical,
        mode=_mode(section),
        description=None if description is None else " ".join(description.raw[1:]),
        shut=shutdown is not None,
        access_vlan=_number(access, 2),
        access_lines=() if access is None else (access.line,),
        native_vlan=_number(native, 3),
        native_tagged=native is not None and native.words[-1] == "tag",
        trunk_vlans=_trunk_vlans(section),
        bundle=None if lag is None else f"lag {lag.words[1]}",
        dot1x="authentication" in guards,
        guards=guards,
        addresses=tuple(
            " ".join(one.words[2:])
            for one in (*section.under("ip", "address"), *section.under("ipv6", "address"))
        ),
        bare=all(one.text in _SHOWN_DEFAULTS for one in section.children),
        carrying=_carrying(section),
        shutting=() if shutdown is None else (shutdown.line,),
        lines=section.section,
    )


def _mode(section: Statement) -> PortMode:
    """Return what a port is: a switch always shows the VLANs of a port that is not routed or in a LAG."""
    if any(section.under("vlan", "trunk")):
        return "trunk"
    switched = section.last("vlan", "access") or section.last("lag") or section.denied("routing")
    return "routed" if switched is None else "access"


def _number(statement: Statement | None, at: int) -> int:
    """Return the VLAN that a line names; without a line it is VLAN 1."""
    if statement is None or not statement.words[at : at + 1] or not statement.words[at].isdigit():
        return 1
    return int(statement.words[at])


def _trunk_vlans(section: Statement) -> VLANNumbers | None:
    """Return the VLANs that a trunk carries; None is all of them, which is also what no line means."""
    allowed: VLANNumbers = ()
    stated = False
    for line in section.under("vlan", "trunk", "allowed"):
        listed = "".join(line.words[3:])
        vlans = read_vlans(listed)
        if vlans is None:
            return None
        allowed, stated = join_vlans((*allowed, *vlans)), True
    return allowed if stated else None


def _carrying(section: Statement) -> tuple[ConfigLine, ...]:
    return tuple(
        child.line
        for child in section.children
        if any(child.starts(*words) for words in _CARRYING) and child.text != "vlan access 1"
    )


def read_mirror_sessions(root: Statement) -> tuple[MirrorSession, ...]:
    """Return the local mirror sessions; one is off until it is enabled."""
    return tuple(
        MirrorSession(
            name=section.words[2],
            enabled=section.last("enable") is not None,
            sources=tuple(source for one in section.under("source", "interface") for source in _sources(one)),
            destinations=tuple(
                MirrorDestination(interface=name, shares_line=len(names) > 1, lines=(one.line,))
                for one in section.under("destination", "interface")
                for names in (_names(one.raw[2:]),)
                for name in names
            ),
            lines=section.section,
        )
        for section in root.under("mirror", "session")
        if len(section.words) > 2  # noqa: PLR2004 - the words of the command itself
    )


def _sources(statement: Statement) -> tuple[MirrorSource, ...]:
    last = statement.words[-1]
    direction: Literal["both", "rx", "tx"] = "rx" if last == "rx" else "tx" if last == "tx" else "both"
    words = statement.raw[2:-1] if last in {"both", "rx", "tx"} else statement.raw[2:]
    names = _names(words)
    return tuple(
        MirrorSource(
            interface=name,
            receives=direction != "tx",
            sends=direction != "rx",
            shares_line=len(names) > 1,
            lines=(statement.line,),
        )
        for name in names
    )


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(interface_key(name) for name in read_names(" ".join(words)))
