"""Read what IOS, EOS and NX-OS log, where it is kept and who is sent it."""

import re
from typing import Final

from devices.facts import ConfigLine, LoginRecord, Logins, LogLevel, LogServer, LogStamps
from devices.parsers.cisco.aaa import read_vrf
from devices.parsers.cisco.time_sources import word_after
from devices.parsers.statements import Statement

SEVERITIES: Final = {
    "emergencies": 0, "alerts": 1, "critical": 2, "errors": 3, "warnings": 4, "notifications": 5,
    "informational": 6, "debugging": 7,
}  # fmt: skip
_INFORMATIONAL: Final = 6
_DEBUGGING: Final = 7
_NOTIFICATIONS: Final = 5
_ADDRESS: Final = re.compile(r"\d+\.\d+\.\d+\.\d+")
_OTHER_BUFFERS: Final = frozenset({"xml", "filtered"})

Lines = tuple[ConfigLine, ...]


def read_ios_log_levels(root: Statement, extent: Lines) -> tuple[LogLevel, ...]:
    """Return what the buffer keeps, everything where no severity is stated, and what log hosts are sent."""
    stated = tuple(one.line for one in root.under("logging")) or extent
    trap = _level(root, "trap", bare=_INFORMATIONAL, searched=stated)
    if trap.severity is None and trap.by_default:
        trap = LogLevel(name=trap.name, severity=_INFORMATIONAL, by_default=True, lines=stated)
    return _level(root, "buffered", bare=_DEBUGGING, searched=stated), trap


def read_eos_log_levels(root: Statement, extent: Lines) -> tuple[LogLevel, ...]:
    """Return what the buffer keeps and what log hosts are sent, where a line says it."""
    stated = tuple(one.line for one in root.under("logging")) or extent
    return (
        _level(root, "buffered", bare=_DEBUGGING, searched=stated),
        _level(root, "trap", bare=_INFORMATIONAL, searched=stated),
    )


def _level(root: Statement, place: str, *, bare: int, searched: Lines) -> LogLevel:
    name = f"logging {place}"
    found = None
    for one in root.under("logging", place):
        if not _OTHER_BUFFERS & set(one.words[2:3]):
            found = one
    if found is None:
        denied = root.denied("logging", place)
        lines = searched if denied is None else (denied.line,)
        return LogLevel(name=name, severity=None, by_default=denied is None, lines=lines)
    severity, size = bare, None
    skipped = False
    for word in found.words[2:]:
        told = None if skipped else severity_of(word)
        if word.isdigit() and told is None and not skipped:
            size = word
        skipped = word == "discriminator"
        severity = severity if told is None else told
    return LogLevel(name=name, severity=severity, size=size, lines=(found.line,))


def severity_of(word: str) -> int | None:
    """Return the severity that a word or a number up to 7 names; larger numbers are sizes."""
    if word.isdigit():
        return int(word) if int(word) <= _DEBUGGING else None
    return SEVERITIES.get(word)


def read_nxos_log_levels(root: Statement, extent: Lines) -> tuple[LogLevel, ...]:
    """Return what the log file keeps; notifications and what is graver unless told."""
    name = "logging logfile"
    found, denied = root.last("logging", "logfile"), root.denied("logging", "logfile")
    if found is None and denied is not None:
        return (LogLevel(name=name, severity=None, lines=(denied.line,)),)
    if found is None:
        stated = tuple(one.line for one in root.under("logging")) or extent
        return (LogLevel(name=name, severity=_NOTIFICATIONS, by_default=True, lines=stated),)
    told = severity_of(found.words[3]) if len(found.words) > 3 else None  # noqa: PLR2004 - behind the name
    return (
        LogLevel(
            name=name,
            severity=_NOTIFICATIONS if told is None else told,
            size=word_after(found.words, "size"),
            file=found.raw[2] if len(found.raw) > 2 else None,  # noqa: PLR2004 - its name
            lines=(found.line,),
        ),
    )


def read_ios_log_stamps(root: Statement, extent: Lines) -> LogStamps:
    """Return how IOS dates messages: by the time since it started, unless a line says otherwise."""
    name = "service timestamps log"
    found = root.last("service", "timestamps", "log")
    if found is None:
        denied = root.denied("service", "timestamps", "log") or root.denied("service", "timestamps")
        lines = extent if denied is None else (denied.line,)
        return LogStamps(name=name, dated=False, by_default=denied is None, lines=lines)
    words = found.words[3:]
    return LogStamps(
        name=name, dated="datetime" in words, in_local_time="localtime" in words, lines=(found.line,)
    )


def read_ios_login_records(root: Statement, extent: Lines) -> tuple[LoginRecord, ...]:
    """Return whether logins are logged, each one and not every third."""
    return (
        _ios_record(root, "on-success", "successful", extent),
        _ios_record(root, "on-failure", "failed", extent),
    )


def _ios_record(root: Statement, which: str, logins: Logins, extent: Lines) -> LoginRecord:
    found = root.last("login", which)
    searched = tuple(one.line for one in root.under("login")) or extent
    words = () if found is None else found.words[2:]
    each = "every" not in words[:-1] or words[words.index("every") + 1] == "1"
    return LoginRecord(
        name=f"login {which}",
        logins=logins,
        kept="log" in words and each,
        by_default=found is None,
        lines=searched if found is None else (found.line,),
    )


def read_eos_login_records(root: Statement, extent: Lines) -> tuple[LoginRecord, ...]:
    """Return whether EOS logs successful and failed logins."""
    records: list[LoginRecord] = []
    for which in ("on-success", "on-failure"):
        found = root.last("aaa", "authentication", "policy", which, "log")
        searched = tuple(one.line for one in root.under("aaa", "authentication")) or extent
        records.append(
            LoginRecord(
                name=f"aaa authentication policy {which}",
                logins="successful" if which == "on-success" else "failed",
                kept=found is not None,
                by_default=found is None,
                lines=searched if found is None else (found.line,),
            )
        )
    return tuple(records)


def read_nxos_login_records(root: Statement, extent: Lines) -> tuple[LoginRecord, ...]:
    """Return whether NX-OS keeps notifications of its login facility, whose name has two spellings."""
    found = None
    for one in root.under("logging", "level"):
        if one.words[2:3] in {("authpriv",), ("authpri",)}:
            found = one
    told = severity_of(found.words[-1]) if found is not None else None
    searched = tuple(one.line for one in root.under("logging")) or extent
    return (
        LoginRecord(
            name="logging level authpriv",
            logins="successful and failed",
            kept=told is not None and told >= _NOTIFICATIONS,
            by_default=found is None,
            lines=searched if found is None else (found.line,),
        ),
    )


def read_ios_log_servers(root: Statement) -> tuple[LogServer, ...]:
    """Return the hosts that are sent messages; ``logging ADDRESS`` is the old form."""
    servers: list[LogServer] = []
    for statement in root.under("logging"):
        words = statement.words[1:]
        if words[:1] == ("host",):
            words = words[2:] if words[1:2] in {("ip",), ("ipv6",)} else words[1:]
        elif not (words and _ADDRESS.fullmatch(words[0])):
            continue
        if words:
            servers.append(LogServer(address=words[0], vrf=read_vrf(statement), lines=(statement.line,)))
    return tuple(servers)


def read_eos_log_servers(root: Statement) -> tuple[LogServer, ...]:
    """Return the hosts that are sent messages, in the default VRF and in others."""
    servers: list[LogServer] = []
    for statement in root.under("logging"):
        words = statement.words[1:]
        if words[:1] == ("vrf",):
            words = words[2:]
        if words[:1] == ("host",) and len(words) > 1:
            servers.append(LogServer(address=words[1], vrf=read_vrf(statement), lines=(statement.line,)))
    return tuple(servers)


def read_nxos_log_servers(root: Statement) -> tuple[LogServer, ...]:
    """Return the log hosts; without a severity one is sent notifications and what is graver."""
    found = []
    for one in root.under("logging", "server"):
        if len(one.words) < 3:  # noqa: PLR2004 - the address
            continue
        told = severity_of(one.words[3]) if len(one.words) > 3 else None  # noqa: PLR2004 - the severity
        severity = _NOTIFICATIONS if told is None else told
        found.append(
            LogServer(
                address=one.words[2],
                vrf=word_after(one.raw, "use-vrf"),
                carries_informational=severity >= _INFORMATIONAL,
                lines=(one.line,),
            )
        )
    return tuple(found)
