"""Mend who is told what administrators do."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.accounting import counted, lacks
from compliance.remediation.steps import Mender, NotMendable, Step, platform_lines
from devices.facts import ActivityLog, DeviceFacts

_SHORT: Final = {"tacacs+": "tacacs", "radius": "radius"}


def mend_activity(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """AAA-05: switch on what records the acts of administrators, and send it to the servers of the login."""
    if facts.aaa is not None and not facts.aaa.enabled:
        raise NotMendable("AAA is off, and without it the device accounts for nothing; mend AAA-01 first")
    steps = platform_lines()[facts.platform].steps
    for log in counted(facts, context):
        if lacks(log, facts):
            yield _step(log, facts, steps)


def _step(log: ActivityLog, facts: DeviceFacts, steps: Mapping[str, str]) -> Step:
    name = "account-" + log.name.replace(" ", "-")
    if log.host:
        return Step("account-host", {"host": log.host})
    if name in steps and "{group" not in steps[name] and "{profile" not in steps[name]:
        return Step(name)
    if "{profile" in steps.get(name, ""):
        if not log.candidates:
            raise NotMendable("no syslog profile holds a server; mend LOG-01 first, then plan again")
        return Step(name, {"profile": log.candidates[0]})
    if log.name.startswith("system syslog host"):
        raise NotMendable("there is no log host; mend LOG-01 first, then plan again")
    group = _group(facts)
    return Step(name, {"group": group, "group_short": _SHORT.get(group, group)})


def _group(facts: DeviceFacts) -> str:
    """Return the server group that logins ask."""
    used = {use.method_list for use in facts.aaa.uses} if facts.aaa is not None else set()
    for one in facts.aaa.methods if facts.aaa is not None else ():
        for method in one.methods if one.name in used else ():
            if method.startswith("group "):
                return method.removeprefix("group ")
    raise NotMendable("no login asks a server group that could be told; mend AAA-01 first, then plan again")


MENDERS: Final[Mapping[str, Mender]] = {"AAA-05": mend_activity}
