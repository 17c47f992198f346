"""Read services whose lines IOS and EOS share: communities, time servers and mirror sessions."""

from typing import Final

from pydantic import SecretStr

from devices.facts import (
    LogSwitch,
    MirrorDestination,
    MirrorSession,
    MirrorSource,
    SNMPCommunity,
    interface_key,
)
from devices.parsers.ranges import read_interfaces
from devices.parsers.statements import Statement

_AFTER_INTERFACES: Final = frozenset(
    {"both", "rx", "tx", "encapsulation", "ingress", "ip", "ipv6", "mac", "tunnel"}
)


def read_communities(root: Statement) -> tuple[SNMPCommunity, ...]:
    """Return the SNMP communities."""
    return tuple(
        SNMPCommunity(name=SecretStr(one.raw[2]), lines=(one.line,))
        for one in root.under("snmp-server", "community")
        if len(one.raw) > 2  # noqa: PLR2004
    )


def read_log_switch(root: Statement) -> LogSwitch:
    """Return whether log messages are sent at all; they are unless ``no logging on`` says otherwise."""
    denied = root.denied("logging", "on")
    if denied is not None:
        return LogSwitch(enabled=False, lines=(denied.line,))
    return LogSwitch(enabled=True, by_default=True, lines=root.extent)


def read_mirror_sessions(root: Statement) -> tuple[MirrorSession, ...]:
    """Return the local mirror sessions, put together from their lines."""
    sessions: dict[str, list[Statement]] = {}
    for statement in root.under("monitor", "session"):
        if len(statement.raw) > 3:  # noqa: PLR2004
            sessions.setdefault(statement.raw[2], []).append(statement)
    return tuple(_session(name, statements) for name, statements in sessions.items())


def _session(name: str, statements: list[Statement]) -> MirrorSession:
    sources: list[MirrorSource] = []
    destinations: list[MirrorDestination] = []
    for statement in statements:
        words = statement.words[4:]
        interfaces = words[1:] if words[:1] == ("interface",) else words
        names = _interface_names(interfaces)
        if statement.words[3] == "source" and words[:1] not in {("vlan",), ("remote",)}:
            direction = next((word for word in interfaces if word in {"both", "rx", "tx"}), "both")
            sources.extend(
                MirrorSource(
                    interface=one,
                    receives=direction in {"both", "rx"},
                    sends=direction in {"both", "tx"},
                    shares_line=len(names) > 1,
                    lines=(statement.line,),
                )
                for one in names
            )
        if statement.words[3] == "destination" and words[:1] not in {("remote",), ("cpu",), ("tunnel",)}:
            destinations.extend(
                MirrorDestination(
                    interface=one,
                    ingress="ingress" in interfaces,
                    shares_line=len(names) > 1,
                    lines=(statement.line,),
                )
                for one in names
            )
    return MirrorSession(
        name=name,
        enabled=not any(statement.words[3] in {"shutdown", "type"} for statement in statements),
        sources=tuple(sources),
        destinations=tuple(destinations),
        lines=tuple(statement.line for statement in statements),
    )


def _interface_names(words: tuple[str, ...]) -> tuple[str, ...]:
    taken: list[str] = []
    for word in words:
        if word in _AFTER_INTERFACES:
            break
        taken.append(word)
    return tuple(interface_key(name) for name in read_interfaces(" ".join(taken))) if taken else ()
