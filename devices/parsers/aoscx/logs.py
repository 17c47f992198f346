"""Read what an AOS-CX switch logs, who is sent it, and where its time comes from."""

from ipaddress import ip_address
from typing import Final

from devices.facts import (
    ConfigLine,
    LoginRecord,
    LogServer,
    TimeAuthentication,
    TimeKey,
    TimeServer,
    TimeSwitch,
    TimeZone,
)
from devices.parsers.statements import Statement

_INFORMATIONAL: Final = frozenset({"info", "debug"})
_EVENTS: Final = "include-auditable-events"
_KEY_WORDS: Final = ("key", "key-id")
_UTC: Final = frozenset({"utc", "etc/utc", "gmt", "etc/gmt"})

Lines = tuple[ConfigLine, ...]


def read_aoscx_log_servers(root: Statement) -> tuple[LogServer, ...]:
    """Return the hosts that get log messages; other ``logging`` lines name a feature, not a host."""
    return tuple(
        LogServer(
            address=one.words[1],
            vrf=_after(one.raw, "vrf"),
            carries_informational=(_after(one.words, "severity") or "info") in _INFORMATIONAL,
            options=one.raw[2:],
            lines=(one.line,),
        )
        for one in _hosts(root)
    )


def read_aoscx_login_records(root: Statement, extent: Lines) -> tuple[LoginRecord, ...]:
    """Return whether each log host is told of logins, which are auditable events."""
    return tuple(
        LoginRecord(
            name=f"logging {one.words[1]}",
            server=one.words[1],
            logins="successful and failed",
            kept=_EVENTS in one.words,
            lines=(one.line,),
        )
        for one in _hosts(root)
    ) or (
        LoginRecord(
            name="logging", logins="successful and failed", kept=False, by_default=True, lines=extent
        ),
    )


def _hosts(root: Statement) -> tuple[Statement, ...]:
    return tuple(one for one in root.under("logging") if len(one.words) > 1 and _is_host(one.words[1]))


def _is_host(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return "." in word
    return True


def _after(words: tuple[str, ...], keyword: str) -> str | None:
    return words[words.index(keyword) + 1] if keyword in words[:-1] else None


def read_aoscx_time_servers(root: Statement) -> tuple[TimeServer, ...]:
    """Return the NTP servers; one VRF holds them all."""
    vrf = root.last("ntp", "vrf")
    return tuple(
        TimeServer(
            address=one.words[2],
            vrf=None if vrf is None else vrf.raw[2],
            key=next((key for word in _KEY_WORDS if (key := _after(one.words, word))), None),
            options=one.raw[3:],
            lines=(one.line,) if vrf is None else (one.line, vrf.line),
        )
        for one in root.under("ntp", "server")
        if len(one.words) > 2  # noqa: PLR2004 - the words of the command itself
    )


def read_aoscx_time_switch(root: Statement, extent: Lines) -> TimeSwitch:
    """Return whether NTP is on, which a line says."""
    on, off = root.last("ntp", "enable"), root.denied("ntp", "enable")
    stated = on or off
    searched = tuple(one.line for one in root.under("ntp")) or extent
    return TimeSwitch(
        enabled=on is not None,
        by_default=stated is None,
        lines=searched if stated is None else (stated.line,),
    )


def read_aoscx_time_authentication(root: Statement, extent: Lines) -> TimeAuthentication:
    """Return whether NTP servers must prove themselves, and the keys."""
    switch = root.last("ntp", "authentication")
    trusting = {one.words[2]: one.line for one in root.under("ntp", "trusted-key") if len(one.words) > 2}  # noqa: PLR2004 - its number
    keys = tuple(
        TimeKey(
            number=one.words[2],
            algorithm=one.words[3],
            trusted=one.words[-1] == "trusted" or one.words[2] in trusting,
            lines=(one.line, *((trusting[one.words[2]],) if one.words[2] in trusting else ())),
        )
        for one in root.under("ntp", "authentication-key")
        if len(one.words) > 3  # noqa: PLR2004 - its number and algorithm
    )
    searched = tuple(one.line for one in root.under("ntp")) or extent
    return TimeAuthentication(
        enabled=switch is not None,
        keys=keys,
        by_default=switch is None,
        lines=searched if switch is None else (switch.line,),
    )


def read_aoscx_time_zone(root: Statement, extent: Lines) -> TimeZone:
    """Return the zone of the clock; it is UTC unless told."""
    stated = root.last("clock", "timezone")
    if stated is None:
        return TimeZone(name="UTC", is_utc=True, by_default=True, lines=extent)
    name = stated.raw[-1]
    return TimeZone(name=name, is_utc=name.lower() in _UTC, lines=(stated.line,))
