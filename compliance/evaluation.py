"""Judge one device: every control gives exactly one verdict."""

from collections.abc import Iterable
from datetime import date

from compliance.context import DeviceContext
from compliance.controls.finding import Finding
from compliance.controls.registry import JUDGED, Control, judged_controls, roles_of
from compliance.errors import MissingContext, MissingOutput, NotYetJudged
from compliance.exceptions import ends_on, holds_on
from compliance.models import ControlVerdict, Observation, Verdict
from devices.errors import DeviceError
from devices.facts import DeviceFacts
from inventory.models import ControlException


def evaluate(
    device: str,
    facts_or_error: DeviceFacts | DeviceError,
    context: DeviceContext,
    exceptions: Iterable[ControlException],
    today: date,
) -> tuple[ControlVerdict, ...]:
    """Return one verdict for every control.

    Args:
        device: The name of the device.
        facts_or_error: What its configuration says; or why it could not be read, which makes all ERROR.
        context: The site values.
        exceptions: The granted exceptions; those of other devices and controls do nothing.
        today: The day that decides which exceptions have expired.
    """
    granted = tuple(one for one in exceptions if device in one.devices)
    return tuple(
        _waive(_judge(device, control, facts_or_error, context), granted, today)
        for control in judged_controls()
    )


def _judge(
    device: str, control: Control, facts_or_error: DeviceFacts | DeviceError, context: DeviceContext
) -> ControlVerdict:
    if isinstance(facts_or_error, DeviceError):
        message = f"nothing could be judged: {facts_or_error}"
        return ControlVerdict(device=device, control=control.id, verdict=Verdict.ERROR, message=message)
    try:
        finding = _find(control, facts_or_error, context)
    except (MissingContext, MissingOutput, NotYetJudged) as missing:
        return ControlVerdict(device=device, control=control.id, verdict=Verdict.ERROR, message=str(missing))
    return ControlVerdict(
        device=device,
        control=control.id,
        verdict=Verdict(finding.outcome),
        message=finding.message,
        observations=tuple(Observation(line_number=line.number, text=line.text) for line in finding.lines),
    )


def _find(control: Control, facts: DeviceFacts, context: DeviceContext) -> Finding:
    if facts.platform not in control.platforms:
        return Finding(outcome="NOT_APPLICABLE", message=f"{control.id} has no line for {facts.platform}")
    roles = roles_of(control)
    if roles is not None and context.needed_role() not in roles:
        asked = ", ".join(sorted(roles))
        return Finding(
            outcome="NOT_APPLICABLE", message=f"asked of {asked}, and this device is of role {context.role}"
        )
    judged = JUDGED[control.id]
    if facts.platform not in judged.platforms:
        raise NotYetJudged(control.id, facts.platform)
    return judged.judge(facts, context)


def _waive(verdict: ControlVerdict, granted: tuple[ControlException, ...], today: date) -> ControlVerdict:
    """Turn a failure into WAIVED where an exception holds; on the day it ends the failure is back."""
    if verdict.verdict is not Verdict.FAIL:
        return verdict
    matching = [one for one in granted if one.control == verdict.control]
    valid = next((one for one in matching if holds_on(one, today)), None)
    if valid is not None:
        granted_by = f"{valid.owner} ({valid.name}: {valid.reason})"
        message = f"waived until {ends_on(valid)} by {granted_by}: {verdict.message}"
        return verdict.model_copy(update={"verdict": Verdict.WAIVED, "message": message})
    ended = next((one for one in matching if ends_on(one) <= today), None)
    if ended is not None:
        message = f"exception {ended.name} expired on {ends_on(ended)}: {verdict.message}"
        return verdict.model_copy(update={"message": message})
    return verdict
