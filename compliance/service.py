"""The door of this room: judge configurations, correct them, see what drifted."""

from collections.abc import Iterable
from datetime import date

from compliance.context import DeviceContext, context_for
from compliance.controls.registry import Control, all_controls, judged_controls
from compliance.evaluation import evaluate
from compliance.models import ControlVerdict
from compliance.remediation.models import ManualItem, Remediation
from compliance.remediation.remediate import remediate
from compliance.report import ComplianceReport, assemble
from devices.errors import DeviceError
from devices.facts import DeviceFacts
from devices.models import Platform
from devices.parsers import parse
from inventory.models import ControlException

__all__ = [
    "ComplianceReport",
    "Control",
    "DeviceContext",
    "ManualItem",
    "Remediation",
    "all_controls",
    "assemble",
    "context_for",
    "evaluate",
    "evaluate_configuration",
    "judged_controls",
    "read_facts",
    "remediate",
]


def read_facts(device: str, platform: Platform, text: str) -> DeviceFacts | DeviceError:
    """Return the facts of a configuration, or the error that says why there are none."""
    try:
        return parse(platform, text, device=device)
    except DeviceError as error:
        return error


def evaluate_configuration(
    device: str,
    platform: Platform,
    text: str,
    context: DeviceContext,
    *,
    exceptions: Iterable[ControlException] = (),
    today: date,
) -> tuple[ControlVerdict, ...]:
    """Return one verdict for every control of a configuration; a text that cannot be read is ERROR."""
    return evaluate(device, read_facts(device, platform, text), context, exceptions, today)
