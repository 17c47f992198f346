"""Read what a Junos device logs, who is sent it, and where its time comes from."""

from typing import Final

from devices.facts import (
    ConfigLine,
    LoginRecord,
    LogServer,
    LogStamps,
    TimeAuthentication,
    TimeKey,
    TimeServer,
    TimeZone,
)
from devices.parsers.junos.tree import Tree

_HOSTS: Final = ("system", "syslog", "host")
_NTP: Final = ("system", "ntp")
_FULL_SEVERITIES: Final = frozenset({"any", "info"})
_UTC: Final = frozenset({"utc", "etc/utc", "gmt", "gmt0", "gmt-0", "gmt+0", "etc/gmt", "zulu", "uct"})

Lines = tuple[ConfigLine, ...]


def read_junos_log_servers(tree: Tree) -> tuple[LogServer, ...]:
    """Return the hosts that are sent messages."""
    return tuple(
        LogServer(
            address=address.lower(),
            carries_informational=_severity(tree, address, "any") in _FULL_SEVERITIES,
            lines=tree.lines(*_HOSTS, address),
        )
        for address in tree.values(*_HOSTS)
    )


def _severity(tree: Tree, address: str, facility: str) -> str | None:
    return next(iter(tree.values(*_HOSTS, address, facility)[-1:]), None)


def read_junos_login_records(tree: Tree, extent: Lines) -> tuple[LoginRecord, ...]:
    """Return whether each log host is told of logins; what is said of a facility wins over ``any``."""
    return tuple(
        LoginRecord(
            name=f"syslog host {address}",
            server=address.lower(),
            logins="successful and failed",
            kept=(_severity(tree, address, "authorization") or _severity(tree, address, "any"))
            in _FULL_SEVERITIES,
            lines=tree.lines(*_HOSTS, address),
        )
        for address in tree.values(*_HOSTS)
    ) or (
        LoginRecord(
            name="syslog host",
            logins="successful and failed",
            kept=False,
            by_default=True,
            lines=tree.lines("system", "syslog") or extent,
        ),
    )


def read_junos_log_stamps(tree: Tree, extent: Lines) -> LogStamps:
    """Return how messages are dated; without a line the year is missing."""
    at = ("system", "syslog", "time-format")
    return LogStamps(
        name="syslog time-format",
        dated="year" in tree.values(*at),
        by_default=not tree.values(*at),
        lines=tree.lines(*at) or tree.lines("system", "syslog") or extent,
    )


def read_junos_time_zone(tree: Tree, extent: Lines) -> TimeZone:
    """Return the zone of the clock; it is UTC unless told."""
    stated = tree.last("system", "time-zone")
    if stated is None:
        return TimeZone(name="UTC", is_utc=True, by_default=True, lines=extent)
    name = stated.path[-1]
    return TimeZone(name=name, is_utc=name.lower() in _UTC, lines=(stated.line,))


def read_junos_time_servers(tree: Tree) -> tuple[TimeServer, ...]:
    """Return the NTP servers."""
    return tuple(
        TimeServer(
            address=address.lower(),
            key=next(iter(tree.values(*_NTP, "server", address, "key")[-1:]), None),
            lines=tree.lines(*_NTP, "server", address),
        )
        for address in tree.values(*_NTP, "server")
    )


def read_junos_time_authentication(tree: Tree, extent: Lines) -> TimeAuthentication:
    """Return the keys; a server that is given one must prove itself, without a further switch."""
    trusted = set(tree.values(*_NTP, "trusted-key"))
    keys = tuple(
        TimeKey(
            number=number,
            algorithm=next(iter(tree.values(*_NTP, "authentication-key", number, "type")[-1:]), "md5"),
            trusted=number in trusted,
            lines=(
                *tree.lines(*_NTP, "authentication-key", number),
                *tree.lines(*_NTP, "trusted-key", number),
            ),
        )
        for number in tree.values(*_NTP, "authentication-key")
    )
    return TimeAuthentication(enabled=True, keys=keys, lines=tree.lines(*_NTP) or extent)
