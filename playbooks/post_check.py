"""What must hold on a device before a change of it is confirmed, judged on what it says itself afterwards."""

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from compliance.models import ControlVerdict, Verdict
from compliance.service import (
    DeviceContext,
    DeviceFacts,
    Undertaking,
    evaluate_configuration,
    place_mirrors,
    read_facts,
    rehome_management,
)
from devices.errors import DeviceError
from devices.models import ChangeResult, Collection, Platform, PostCheckFailure
from devices.service import PROFILES, PostCheck, comparable_configuration, comparable_diff, mask_secrets
from playbooks.models import ChangeToApply, Verb


class Planner(Protocol):
    """What a verb would still do on a device."""

    def __call__(self, device: str, facts: DeviceFacts, text: str, context: DeviceContext, /) -> Undertaking:
        """Return the lines that are left to do."""


_GOALS: Final[Mapping[Verb, Planner]] = {"mirror": place_mirrors, "rehome": rehome_management}


def post_check_for(
    device: str, controls_to_pass: tuple[str, ...], context: DeviceContext, *, verb: Verb = "harden"
) -> PostCheck:
    """Return the check of one device: what should pass does, and nothing that passed before is lost.

    The second half is what notices a lost mirror, or a management service that the change took along. Where
    the verb has a goal of its own, nothing may be left to do for it.
    """

    def check(before: Collection, after: Collection) -> tuple[PostCheckFailure, ...]:
        earlier = _verdicts(device, before, context)
        now = _verdicts(device, after, context)
        failures = [
            _failure(control, now[control].message if control in now else "there is no such control")
            for control in controls_to_pass
            if control not in now or now[control].verdict is not Verdict.PASS
        ]
        failures += [
            _failure(control, f"passed before the change and does not now: {now[control].message}")
            for control, verdict in earlier.items()
            if verdict.verdict is Verdict.PASS
            and now[control].verdict is not Verdict.PASS
            and control not in controls_to_pass
        ]
        return (*failures, *_left_to_do(device, verb, after, context))

    return check


def may_be_held_already(change: ChangeToApply, verb: Verb, diff: str, platform: Platform) -> bool:
    """Tell whether a difference is a true part of the approved one, of a verb that proves its goal.

    Some platforms go on listing lines that they show in another form: IOS draws the sources of a mirror
    session together in one line.
    """
    approved = set(comparable_diff(platform, change.approved_diff).splitlines())
    return verb == "mirror" and diff != "" and set(diff.splitlines()) < approved


def is_held_already(change: ChangeToApply, verb: Verb, diff: str, found: Collection) -> bool:
    """Tell whether a device that lists a part of the approved lines holds and saved what they are for."""
    if not may_be_held_already(change, verb, diff, found.platform):
        return False
    facts = read_facts(change.device, found.platform, found.running)
    if isinstance(facts, DeviceError):
        return False
    running = comparable_configuration(found.platform, found.running)
    saved = running == comparable_configuration(found.platform, found.startup)
    if "startup" in PROFILES[found.platform].capabilities and not saved:
        return False
    # Whatever is left to a person is not proven, so nothing may be.
    left = place_mirrors(change.device, facts, found.running, change.context)
    if left != Undertaking(device=change.device):
        return False
    check = post_check_for(change.device, change.controls_to_pass, change.context, verb=verb)
    return check(found, found) == ()


def as_held(change: ChangeToApply, verb: Verb, result: ChangeResult) -> ChangeResult:
    """Return a result; that of a device that refused a change it holds already is unchanged."""
    found = result.collection
    if result.outcome != "refused" or found is None:
        return result
    if not is_held_already(change, verb, result.diff, found):
        return result
    message = "the device holds it and goes on listing lines that it never shows; nothing was committed"
    update = {"outcome": "unchanged", "message": message, "diff": "", "running_after": found.running}
    return result.model_copy(update=update)


def _left_to_do(
    device: str, verb: Verb, after: Collection, context: DeviceContext
) -> Iterator[PostCheckFailure]:
    plan = _GOALS.get(verb)
    if plan is None:
        return
    facts = read_facts(device, after.platform, after.running)
    if isinstance(facts, DeviceError):
        yield _failure(verb, f"the configuration cannot be read: {facts}")
    elif lines := plan(device, facts, after.running, context).lines:
        yield _failure(verb, f"the device still lacks: {mask_secrets(lines)}")


def _verdicts(device: str, collection: Collection, context: DeviceContext) -> dict[str, ControlVerdict]:
    verdicts = evaluate_configuration(
        device, collection.platform, collection.running, context, today=collection.collected_at.date()
    )
    return {verdict.control: verdict for verdict in verdicts}


def _failure(control: str, message: str) -> PostCheckFailure:
    return PostCheckFailure(check=control, message=message)
