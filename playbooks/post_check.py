"""What must hold on a device before a change of it is confirmed, judged on what it says itself afterwards."""

from compliance.models import ControlVerdict, Verdict
from compliance.service import DeviceContext, evaluate_configuration
from devices.models import Collection, PostCheckFailure
from devices.service import PostCheck


def post_check_for(device: str, controls_to_pass: tuple[str, ...], context: DeviceContext) -> PostCheck:
    """Return the check of one device: what should pass does, and nothing that passed before is lost.

    The second half is what notices a lost mirror, or a management service that the change took along.
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
        return tuple(failures)

    return check


def _verdicts(device: str, collection: Collection, context: DeviceContext) -> dict[str, ControlVerdict]:
    verdicts = evaluate_configuration(
        device, collection.platform, collection.running, context, today=collection.collected_at.date()
    )
    return {verdict.control: verdict for verdict in verdicts}


def _failure(control: str, message: str) -> PostCheckFailure:
    return PostCheckFailure(check=control, message=message)
