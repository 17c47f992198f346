"""Read what a PAN-OS firewall logs, who is sent it, and where its time comes from."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from devices.facts import ConfigLine, LoginRecord, LogServer, TimeServer, TimeZone
from devices.parsers.panos.tree import Word

_SYSTEM: Final = ("deviceconfig", "system")
_SETTINGS: Final = ("shared", "log-settings")
_KINDS: Final = ("system", "config")
_EVERY_LOG: Final = frozenset({"all logs", "(severity geq informational)"})
_LOGINS: Final = frozenset({*_EVERY_LOG, "(subtype eq auth)"})
_SLOTS: Final = ("primary-ntp-server", "secondary-ntp-server")
_UTC: Final = frozenset({"utc", "etc/utc", "gmt", "etc/gmt", "zulu"})

Lines = tuple[ConfigLine, ...]


class _Sent(NamedTuple):
    """A server that a match list sends to."""

    kind: str
    profile: str
    address: str
    chosen: str
    lines: Lines


def _sent(root: Word) -> Iterator[_Sent]:
    for kind in _KINDS:
        for _, match in root.entries(*_SETTINGS, kind, "match-list"):
            stated = match.at("filter")
            chosen = (match.value("filter") or "all logs").strip().lower()
            said = () if stated is None else (next(iter(stated.below.values()), stated).line,)
            for profile, used in match.entries("send-syslog"):
                for _, server in root.entries(*_SETTINGS, "syslog", profile, "server"):
                    for address, word in server.entries("server"):
                        lines = tuple(dict.fromkeys((word.line, used.line, *said)))
                        yield _Sent(kind, profile, address.lower(), chosen, lines)


def read_panos_log_servers(root: Word) -> tuple[LogServer, ...]:
    """Return the servers that match lists send to, and which kinds of messages each is not sent in full."""
    sent: dict[str, list[_Sent]] = {}
    for one in _sent(root):
        sent.setdefault(one.address, []).append(one)
    servers: list[LogServer] = []
    for address, found in sent.items():
        full = {one.kind for one in found if one.chosen in _EVERY_LOG}
        lines = {line.number: line for one in found for line in one.lines}
        servers.append(
            LogServer(
                address=address,
                withheld=tuple(kind for kind in _KINDS if kind not in full),
                place=found[0].profile,
                lines=tuple(lines[number] for number in sorted(lines)),
            )
        )
    return tuple(servers)


def read_panos_login_records(root: Word, extent: Lines) -> tuple[LoginRecord, ...]:
    """Return whether system messages, which hold the logins, are sent to a log server."""
    kept = [one for one in _sent(root) if one.kind == "system" and one.chosen in _LOGINS]
    searched = root.at(*_SETTINGS, "system")
    found = kept or [one for one in _sent(root) if one.kind == "system"]
    lines = {line.number: line for one in found for line in one.lines}
    otherwise = extent if searched is None else (searched.line,)
    return (
        LoginRecord(
            name="log-settings system match-list",
            logins="successful and failed",
            kept=bool(kept),
            by_default=searched is None,
            lines=tuple(lines[number] for number in sorted(lines)) or otherwise,
        ),
    )


def read_panos_time_servers(root: Word) -> Iterator[TimeServer]:
    """Yield the time server of each slot; only a symmetric key proves one."""
    for slot in _SLOTS:
        at = (*_SYSTEM, "ntp-servers", slot)
        proof = root.at(*at, "authentication-type", "symmetric-key")
        held = root.at(*at, "authentication-type")
        lines = () if held is None else tuple(dict.fromkeys(end.line for _, end in held.ends()))
        for address, word in root.entries(*at, "ntp-server-address"):
            yield TimeServer(
                address=address.lower(),
                place=slot,
                key=None if proof is None else proof.value("key-id"),
                lines=(word.line, *(line for line in lines if line != word.line)),
            )


def read_panos_time_zone(root: Word, extent: Lines) -> TimeZone:
    """Return the zone of the clock; a firewall that is told none is not in UTC."""
    name = root.value(*_SYSTEM, "timezone")
    if name is None:
        system = root.at(*_SYSTEM)
        lines = extent if system is None else (system.line,)
        return TimeZone(name="US/Pacific", is_utc=False, by_default=True, lines=lines)
    stated = root.at(*_SYSTEM, "timezone", name)
    return TimeZone(
        name=name, is_utc=name.lower() in _UTC, lines=extent if stated is None else (stated.line,)
    )
