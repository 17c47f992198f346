"""Mend who is sent logs, what is kept of them and how they are dated."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.logs import LEAST_SERVERS, full_servers, gets_everything, is_too_grave
from compliance.remediation.reach import missing_servers, vrf_of_servers
from compliance.remediation.steps import Mender, NotMendable, Step, platform_lines
from devices.facts import DeviceFacts, LogLevel, LogServer

_SLOTS: Final = ("syslogd", "syslogd2", "syslogd3", "syslogd4")
_PROFILE: Final = "site-log-servers"
_KINDS: Final = ("system", "config")
_BUFFER_BYTES: Final = "65536"
_FILE: Final = "messages"
_FILE_BYTES: Final = "4194304"
_EVENTS: Final = "include-auditable-events"


def mend_log_servers(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """LOG-01: send everything to as many of the site's log servers as are missing, and switch logging on."""
    wanted = context.needed_servers("log")
    known = {one.address: one for one in facts.log_servers}
    short = tuple(one for one in wanted if one in known)
    counted = full_servers(facts, wanted)
    taken = {one.place for one in facts.log_servers}
    free = iter([slot for slot in _SLOTS if slot not in taken])
    for address in missing_servers(counted, (*short, *wanted), LEAST_SERVERS, "log"):
        yield from _log_server(facts, context, address, free)
    if facts.log_switch is not None and not facts.log_switch.enabled:
        yield Step("log-on")


def _log_server(
    facts: DeviceFacts, context: DeviceContext, address: str, free: Iterator[str]
) -> Iterator[Step]:
    steps = platform_lines()[facts.platform].steps
    known = next((one for one in facts.log_servers if one.address == address), None)
    if "log-slot" in steps:
        yield from _in_slot(address, known, free)
    elif "log-profile" in steps:
        yield from _in_profile(facts, address, known)
    else:
        vrf = vrf_of_servers(facts, context, known, facts.log_servers)
        yield Step("log-server" if vrf is None else "log-server-vrf", {"address": address, "vrf": vrf or ""})


def _in_slot(address: str, known: LogServer | None, free: Iterator[str]) -> Iterator[Step]:
    """Yield the slot that holds a server, a free one for a new server."""
    slot = next(free, None) if known is None else known.place
    if slot is None:
        raise NotMendable("all places for log servers are taken by others; free one by hand")
    yield Step("log-slot", {"slot": slot, "address": address})
    if known is not None and not known.carries_informational:
        yield Step("log-slot-filter", {"slot": slot})


def _in_profile(facts: DeviceFacts, address: str, known: LogServer | None) -> Iterator[Step]:
    """Yield a server in the profile that the others are in, and the match lists that send to it."""
    if known is not None and known.place is not None:
        yield from _matching(known.place, known.withheld)
        return
    full = next((one for one in facts.log_servers if gets_everything(one)), None)
    best = full or next(iter(facts.log_servers), None)
    profile = _PROFILE if best is None or best.place is None else best.place
    name = f"log-{address.replace('.', '-').replace(':', '-')}"
    yield Step("log-profile", {"profile": _word(profile), "name": name, "address": address})
    yield from _matching(profile, _KINDS if best is None else best.withheld)


def _matching(profile: str, kinds: tuple[str, ...]) -> Iterator[Step]:
    for kind in kinds:
        yield Step("log-match", {"kind": kind, "profile": _word(profile), "name": _word(f"to-{profile}")})


def _word(name: str) -> str:
    return f'"{name}"' if " " in name else name


def mend_log_quality(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """LOG-02: keep informational messages, date them, and set the clock's zone to UTC."""
    if facts.log_stamps is not None and not facts.log_stamps.dated:
        yield Step("log-stamps")
    for level in facts.log_levels:
        if is_too_grave(level):
            yield Step(f"{level.name.replace(' ', '-')}", _kept(level))
    if facts.time_zone is not None and not facts.time_zone.is_utc:
        yield Step("zone-utc")
        if any("summer-time" in line.text for line in facts.time_zone.lines):
            yield Step("no-summer-time")


def _kept(level: LogLevel) -> Mapping[str, str]:
    return {
        "buffer": level.size or _BUFFER_BYTES,
        "size": f"{level.size} " if level.size is not None else "",
        "file": level.file or _FILE,
        "bytes": level.size or _FILE_BYTES,
    }


def mend_login_records(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """LOG-03: log successful and failed logins, for each log server where it is said for each."""
    lacking = tuple(one for one in facts.login_records if not one.kept)
    if "record-logins-to" in platform_lines()[facts.platform].steps:
        told = tuple(one for one in lacking if one.server is not None)
        if not told:
            yield from mend_log_servers(facts, context)
        for one in told:
            yield Step("record-logins-to", _told(facts, one.server or ""))
    elif "log-profile" in platform_lines()[facts.platform].steps:
        yield from _system_messages(facts, context)
    else:
        for one in lacking:
            yield Step(f"record-{one.logins.split()[0]}" if " " not in one.logins else "record-logins")


def _told(facts: DeviceFacts, address: str) -> Mapping[str, str]:
    """Return the words of a server's line, with the events that are to be sent before its VRF."""
    server = next(one for one in facts.log_servers if one.address == address)
    words = [word for word in server.options if word != _EVENTS]
    at = words.index("vrf") if "vrf" in words else len(words)
    return {"address": address, "words": " ".join((*words[:at], _EVENTS, *words[at:]))}


def _system_messages(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    known = next(iter(facts.log_servers), None)
    if known is None or known.place is None:
        yield from mend_log_servers(facts, context)
    else:
        yield from _matching(known.place, ("system",))


MENDERS: Final[Mapping[str, Mender]] = {
    "LOG-01": mend_log_servers,
    "LOG-02": mend_log_quality,
    "LOG-03": mend_login_records,
}
