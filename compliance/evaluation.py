"""Judge one device: every control gives exactly one verdict."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from compliance.context import DeviceContext
from compliance.controls.finding import Finding
from compliance.controls.registry import JUDGED, Control, asked_controls, roles_of
from compliance.controls.servers.judges import ON_SERVERS
from compliance.errors import MissingContext, MissingOutput, NotYetJudged, SecretRemoved, UnreadableOutput
from compliance.exceptions import ends_on, holds_on
from compliance.models import ControlVerdict, Observation, Verdict
from devices.errors import DeviceError
from devices.facts import ConfigLine, DeviceFacts
from devices.models import JudgedPlatform
from inventory.models import ControlException

_VERDICTS: Final[Mapping[str, Verdict]] = {one.value: one for one in Verdict}


class Judgement(NamedTuple):
    """What one control says of one device, with the lines as they were read.

    It is what a verdict is made from: a country has millions, and most are never shown with their lines.
    """

    control: Control
    verdict: Verdict
    message: str
    lines: tuple[ConfigLine, ...] = ()


def evaluate(
    device: str,
    facts_or_error: DeviceFacts | DeviceError,
    context: DeviceContext,
    exceptions: Iterable[ControlException],
    today: date,
    *,
    platform: JudgedPlatform | None = None,
) -> tuple[ControlVerdict, ...]:
    """Return one verdict for every control that is asked of the device's platform.

    Args:
        device: The name of the device.
        facts_or_error: What its configuration says; or why it could not be read, which makes all ERROR.
        context: The site values.
        exceptions: The granted exceptions; those of other devices and controls do nothing.
        today: The day that decides which exceptions have expired.
        platform: What the device is; needed for a server whose collection could not be read.
    """
    return tuple(
        ControlVerdict(
            device=device,
            control=one.control.id,
            verdict=one.verdict,
            message=one.message,
            observations=tuple(Observation(line_number=line.number, text=line.text) for line in one.lines),
        )
        for one in judgements(device, facts_or_error, context, exceptions, today, platform=platform)
    )


def judgements(
    device: str,
    facts_or_error: DeviceFacts | DeviceError,
    context: DeviceContext,
    exceptions: Iterable[ControlException],
    today: date,
    *,
    platform: JudgedPlatform | None = None,
) -> tuple[Judgement, ...]:
    """Return what every control says, one after the other; for the arguments see ``evaluate``."""
    if platform is None and isinstance(facts_or_error, DeviceFacts):
        platform = facts_or_error.platform
    granted = tuple(one for one in exceptions if device in one.devices)
    return tuple(
        [
            _waive(_judge(control, facts_or_error, context), granted, today)
            for control in asked_controls(platform)
        ]
    )


def _judge(control: Control, facts_or_error: DeviceFacts | DeviceError, context: DeviceContext) -> Judgement:
    if isinstance(facts_or_error, DeviceError):
        return Judgement(control, Verdict.ERROR, f"nothing could be judged: {facts_or_error}")
    try:
        finding = _find(control, facts_or_error, context)
    except (MissingContext, MissingOutput, NotYetJudged, SecretRemoved, UnreadableOutput) as missing:
        return Judgement(control, Verdict.ERROR, str(missing))
    if finding.outcome == "PASS" and not finding.lines:
        return Judgement(control, Verdict.ERROR, f"{control.id} saw no line, which is no reason to pass")
    return Judgement(control, _VERDICTS[finding.outcome], finding.message, finding.lines)


def _find(control: Control, facts: DeviceFacts, context: DeviceContext) -> Finding:
    if facts.platform not in control.platforms:
        return Finding(outcome="NOT_APPLICABLE", message=f"{control.id} has no line for {facts.platform}")
    roles = roles_of(control)
    if roles is not None and context.needed_role() not in roles:
        asked = ", ".join(sorted(roles))
        return Finding(
            outcome="NOT_APPLICABLE", message=f"asked of {asked}, and this device is of role {context.role}"
        )
    if facts.server is not None:
        return ON_SERVERS[control.id](facts, context)
    judged = JUDGED[control.id]
    if facts.platform not in judged.platforms:
        raise NotYetJudged(control.id, facts.platform)
    return judged.judge(facts, context)


def _waive(verdict: Judgement, granted: tuple[ControlException, ...], today: date) -> Judgement:
    """Turn a failure into WAIVED where an exception holds; on the day it ends the failure is back."""
    if verdict.verdict is not Verdict.FAIL or not granted:
        return verdict
    matching = [one for one in granted if one.control == verdict.control.id]
    valid = next((one for one in matching if holds_on(one, today)), None)
    if valid is not None:
        granted_by = f"{valid.owner} ({valid.name}: {valid.reason})"
        message = f"waived until {ends_on(valid)} by {granted_by}: {verdict.message}"
        return verdict._replace(verdict=Verdict.WAIVED, message=message)
    ended = next((one for one in matching if ends_on(one) <= today), None)
    if ended is not None:
        message = f"exception {ended.name} expired on {ends_on(ended)}: {verdict.message}"
        return verdict._replace(message=message)
    return verdict
