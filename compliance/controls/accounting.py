"""The control of who is told what administrators do."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.finding import Finding, Observed, conclude
from compliance.controls.judged import NETWORK, Judged
from devices.facts import ActivityLog, DeviceFacts

_BUILT_IN: Final = frozenset({"tacacs+", "radius", "tacacs"})


def lacks(log: ActivityLog, facts: DeviceFacts) -> str:
    """Return what AAA-05 misses in a log, '' where nothing."""
    if not log.enabled:
        return "is not on"
    if not log.starts_and_stops:
        return "does not record start and stop"
    if log.sent_to is None or "logging" in log.sent_to:
        return ""
    groups = [one.removeprefix("group ") for one in log.sent_to if one.startswith("group ")]
    if not groups:
        return "is sent to no server"
    filled = {one.name for one in facts.aaa.groups if one.addresses} if facts.aaa is not None else set()
    empty = [one for one in groups if one.lower() not in _BUILT_IN and one not in filled]
    return f"is sent to {', '.join(empty)}, which holds no server" if empty else ""


def counted(facts: DeviceFacts, context: DeviceContext) -> tuple[ActivityLog, ...]:
    """Return the logs that are asked: of hosts, those of the site where it names them."""
    wanted = context.log_servers
    ours = tuple(one for one in facts.activity_logs if not one.host or not wanted or one.host in wanted)
    return ours or facts.activity_logs


def judge_activity(facts: DeviceFacts, context: DeviceContext) -> Finding:
    """AAA-05: what administrators do is recorded, and sent to a server.

    Passes when everything is on that the platform needs for it: the accounting of commands with start and
    stop to a server group; on IOS also the log of configuration changes and the user's name in log messages;
    on Junos the commands at every log host of the site; on FortiOS the log of events. Fails when one of them
    is off, records half, or goes to a group without servers.

    Example:
        >>> ios("aaa new-model", "aaa accounting commands 15 default start-stop group tacacs+",
        ...     "archive", " log config", "  logging enable", "logging userinfo")
        'PASS'
        >>> ios("aaa new-model", "aaa accounting commands 15 default start-stop group tacacs+",
        ...     "archive", " log config", "logging userinfo")
        'FAIL'
        >>> eos("aaa accounting commands all default start-stop logging")
        'PASS'
    """
    return conclude(_logs(facts, context), nothing="nothing of it can be set")


def _logs(facts: DeviceFacts, context: DeviceContext) -> Iterator[Observed]:
    for one in counted(facts, context):
        missing = lacks(one, facts)
        yield Observed(good=not missing, message=f"{one.name} {missing or 'is on'}", lines=one.lines)
    if facts.aaa is not None and not facts.aaa.enabled:
        yield Observed(good=False, message="AAA is off", lines=facts.aaa.lines)


CONTROLS: Final[Mapping[str, Judged]] = {"AAA-05": Judged(judge_activity, NETWORK)}
