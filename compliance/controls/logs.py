"""Controls of logs: who is sent them, what is kept, how it is dated, and that logins are in them."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from devices.facts import DeviceFacts, LoginRecord, LogLevel, LogServer, LogStamps, TimeZone

LEAST_SERVERS: Final = 2
INFORMATIONAL: Final = 6


def gets_everything(server: LogServer) -> bool:
    """Return whether a log server is sent every message down to informational, and none is lost."""
    return server.carries_informational and not server.loses_messages and not server.withheld


def full_servers(facts: DeviceFacts, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the distinct servers of the site that are sent everything."""
    full = (one.address for one in facts.log_servers if gets_everything(one))
    return tuple(dict.fromkeys(address for address in full if address in wanted))


def judge_log_servers(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """LOG-01: the device sends its logs to at least two of the site's servers.

    Passes when logging is on and two or more distinct servers that the context names receive messages down to
    informational: on FortiOS over a reliable transport, on PAN-OS those of the system and of configuration
    changes. Fails with fewer, or when logging is switched off.

    Example:
        >>> ios("logging host 10.0.0.21", "logging host 10.0.0.22")
        'PASS'
        >>> ios("logging host 10.0.0.21", "logging host 10.0.0.22", "no logging on")
        'FAIL'
        >>> eos("logging host 10.0.0.21", "logging vrf MGMT host 10.0.0.22")
        'PASS'
        >>> nxos("logging server 10.0.0.21 6", "logging server 10.0.0.22 5")
        'FAIL'
    """
    wanted = context.needed_servers("log")
    counted = full_servers(facts, wanted)
    lines = tuple(line for one in facts.log_servers for line in one.lines)
    enough = len(counted) >= LEAST_SERVERS
    message = f"{len(counted)} of the site's log servers are configured, {LEAST_SERVERS} are needed"
    observed = [Observed(good=enough, message=message, lines=lines or facts.extent)]
    if not enough:
        observed.extend(_falling_short(facts, wanted))
    switch = facts.log_switch
    if switch is not None and not switch.enabled:
        observed.append(Observed(good=False, message="logging is switched off", lines=switch.lines))
    return conclude(observed, nothing="")


def _falling_short(facts: DeviceFacts, wanted: tuple[str, ...]) -> Iterator[Observed]:
    """Yield why a server of the site does not count."""
    for one in facts.log_servers:
        if one.address in wanted:
            for reason in _shortcomings(one):
                yield Observed(good=False, message=f"{one.address} is not sent {reason}", lines=one.lines)


def _shortcomings(server: LogServer) -> Iterator[str]:
    if not server.carries_informational:
        yield "informational messages"
    if server.loses_messages:
        yield "messages over a reliable transport"
    for kind in server.withheld:
        yield f"all {kind} messages"


def judge_log_quality(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """LOG-02: messages are kept down to informational and dated in UTC.

    Passes when the local buffer or file and what log servers are sent reach down to informational, messages
    bear the date, and the clock is in UTC. IOS sends informational messages by default, and the clocks of
    switches are in UTC unless told. Fails when a level is graver, off or not stated, when messages bear the
    time since the start, and with any other zone or summer time. FortiOS leaves the zone to the site's policy
    and is not judged.

    Example:
        >>> ios("service timestamps log datetime msec", "logging buffered 64000")
        'PASS'
        >>> ios("service timestamps log datetime msec", "logging buffered 64000 warnings")
        'FAIL'
        >>> ios("service timestamps log datetime", "logging buffered 64000", "clock timezone CET 1 0")
        'FAIL'
        >>> junos("set system time-zone UTC", "set system syslog time-format year")
        'PASS'
    """
    return conclude(_quality(facts), nothing="the zone of a FortiOS clock is left to the site's policy")


def is_too_grave(level: LogLevel) -> bool:
    """Return whether informational messages do not reach a place."""
    return level.severity is None or level.severity < INFORMATIONAL


def _quality(facts: DeviceFacts) -> Iterator[Observed]:
    for level in facts.log_levels:
        yield Observed(good=not is_too_grave(level), message=_said_of_level(level), lines=level.lines)
    if facts.log_stamps is not None:
        yield _dated(facts.log_stamps)
    if facts.time_zone is not None:
        yield _in_utc(facts.time_zone)


def _said_of_level(level: LogLevel) -> str:
    if level.severity is None:
        return f"{level.name} is {'not stated' if level.by_default else 'switched off'}"
    return (
        f"{level.name} keeps severity {level.severity} and graver{' by default' if level.by_default else ''}"
    )


def _dated(stamps: LogStamps) -> Observed:
    said = "dates messages" if stamps.dated else "does not date messages in full"
    local = " in local time" if stamps.in_local_time else ""
    default = " by default" if stamps.by_default else ""
    return Observed(good=stamps.dated, message=f"{stamps.name} {said}{local}{default}", lines=stamps.lines)


def _in_utc(zone: TimeZone) -> Observed:
    message = f"the clock is in {zone.name}{' by default' if zone.by_default else ''}"
    return Observed(good=zone.is_utc, message=message, lines=zone.lines)


def judge_login_records(facts: DeviceFacts, _context: DeviceContext) -> Finding:
    """LOG-03: successful and failed logins are logged.

    Passes when the device logs both, every one of them; where it is said for each log server, when each of
    them is told. Fails when one kind is not logged, only every so many of them, or no log server is told.

    Example:
        >>> ios("login on-failure log", "login on-success log")
        'PASS'
        >>> ios("login on-failure log every 3", "login on-success log")
        'FAIL'
        >>> nxos("logging level authpriv 5")
        'PASS'
        >>> junos("set system syslog host 10.0.0.21 authorization error")
        'FAIL'
    """
    observed = (
        Observed(good=one.kept, message=_said_of_logins(one), lines=one.lines) for one in facts.login_records
    )
    return conclude(observed, nothing="nothing tells which logins are logged")


def _said_of_logins(record: LoginRecord) -> str:
    if record.kept:
        return f"{record.name} keeps {record.logins} logins"
    stated = "is not stated and keeps" if record.by_default else "keeps"
    return f"{record.name} {stated} not all {record.logins} logins"


CONTROLS: Final[Mapping[str, Judged]] = {
    "LOG-01": Judged(judge_log_servers, NETWORK),
    "LOG-02": Judged(judge_log_quality, NETWORK),
    "LOG-03": Judged(judge_login_records, NETWORK),
}
