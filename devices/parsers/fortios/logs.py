"""Read what a FortiOS device logs, who is sent it, and where its time comes from."""

import re
from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, LoginRecord, LogServer, TimeServer, TimeSwitch
from devices.parsers.fortios.tree import Section, Setting

_LOG_SETTING: Final = re.compile(r"log syslogd([2-4]?) setting")
_FULL_SEVERITIES: Final = frozenset({"information", "debug"})

Lines = tuple[ConfigLine, ...]


def _line(one: Section | Setting) -> ConfigLine:
    return ConfigLine(number=one.number, text=one.written.split("\n")[0])


def _stated(section: Section, *names: str) -> Lines:
    """Return the lines of those settings that are there."""
    found = (section.settings.get(name) for name in names)
    return tuple(_line(one) for one in found if one is not None)


def read_fortios_log_servers(root: Section) -> Iterator[LogServer]:
    """Yield the log servers of the slots that are switched on; a slot sends over UDP unless told."""
    for header, section in root.sections.items():
        found = _LOG_SETTING.fullmatch(header)
        server = section.settings.get("server")
        if found is None or server is None or section.text_of("status") != "enable":
            continue
        chosen = root.at(f"log syslogd{found[1]} filter")
        severity = chosen.settings.get("severity")
        yield LogServer(
            address=" ".join(server.words).lower(),
            carries_informational=severity is None or bool(_FULL_SEVERITIES & set(severity.words)),
            loses_messages=section.text_of("mode") != "reliable",
            place=f"syslogd{found[1]}",
            lines=(_line(server), *_stated(section, "mode"), *_stated(chosen, "severity")),
        )


def read_fortios_login_records(root: Section, extent: Lines) -> tuple[LoginRecord, ...]:
    """Return whether events are logged, and those of the system, which hold the logins, among them."""
    chosen = root.at("log eventfilter")
    lines = _stated(chosen, "event", "system") or ((_line(chosen),) if chosen.written else extent)
    return (
        LoginRecord(
            name="log eventfilter",
            logins="successful and failed",
            kept=chosen.text_of("event") == "enable" and chosen.text_of("system") != "disable",
            by_default="event" not in chosen.settings,
            lines=lines,
        ),
    )


def read_fortios_time_switch(root: Section, extent: Lines) -> TimeSwitch:
    """Return whether the servers of the list are asked: only where the list is what is used."""
    ntp = root.at("system ntp")
    return TimeSwitch(
        enabled=ntp.text_of("ntpsync") == "enable" and ntp.text_of("type") == "custom",
        lines=_stated(ntp, "ntpsync", "type") or ((_line(ntp),) if ntp.written else extent),
    )


def read_fortios_time_servers(root: Section) -> Iterator[TimeServer]:
    """Yield the servers of the list."""
    for row, entry in root.at("system ntp").at("ntpserver").entries.items():
        server = entry.settings.get("server")
        if server is None:
            continue
        proven = entry.text_of("authentication") == "enable"
        key = entry.text_of("key-id", "0")
        yield TimeServer(
            address=" ".join(server.words).lower(),
            place=row,
            key=key if proven and key != "0" else None,
            options=("key",) if key != "0" and "key" in entry.settings else (),
            lines=(_line(server), *_stated(entry, "authentication", "key-id")),
        )
