"""The door of this room: judge configurations, correct them, see what drifted."""

from collections.abc import Iterable, Mapping
from datetime import date

from compliance.context import DeviceContext, context_for
from compliance.controls.registry import Control, all_controls, judged_controls, server_controls
from compliance.drift import Drift, DriftLine, drift
from compliance.evaluation import evaluate
from compliance.models import ControlVerdict
from compliance.offline.device_files import DeviceFiles, files_in_folder
from compliance.offline.evaluate_files import Evaluation, evaluate_files, processors
from compliance.offline.inventory_files import files_of_inventory
from compliance.remediation.models import ManualItem, Remediation
from compliance.remediation.remediate import remediate
from compliance.report import ComplianceReport, assemble
from compliance.reports import render_json, render_junit, render_text
from compliance.takeover.mirrors import place_mirrors
from compliance.takeover.models import OldValue, Undertaking
from compliance.takeover.rehome import rehome_management
from devices.errors import DeviceError
from devices.facts import DeviceFacts
from devices.models import Collection, JudgedPlatform
from devices.parsers import decode_text, parse
from inventory.models import ControlException

__all__ = [
    "ComplianceReport",
    "Control",
    "DeviceContext",
    "DeviceFacts",
    "DeviceFiles",
    "Drift",
    "DriftLine",
    "Evaluation",
    "ManualItem",
    "OldValue",
    "Remediation",
    "Undertaking",
    "all_controls",
    "assemble",
    "context_for",
    "drift",
    "evaluate",
    "evaluate_collection",
    "evaluate_configuration",
    "evaluate_file",
    "evaluate_files",
    "files_in_folder",
    "files_of_inventory",
    "judged_controls",
    "place_mirrors",
    "processors",
    "read_facts",
    "rehome_management",
    "remediate",
    "render_json",
    "render_junit",
    "render_text",
    "server_controls",
]


def read_facts(
    device: str, platform: JudgedPlatform, text: str, *, shows: Mapping[str, str] | None = None
) -> DeviceFacts | DeviceError:
    """Return the facts of a configuration, or the error that says why there are none.

    Args:
        device: The name that errors tell.
        platform: Whose language the text is in.
        text: The configuration as the device shows it.
        shows: What the device answered to commands, by command.
    """
    try:
        return parse(platform, text, device=device, shows=shows)
    except DeviceError as error:
        return error


def evaluate_file(
    device: str, platform: JudgedPlatform, data: bytes, context: DeviceContext, *, today: date
) -> tuple[ControlVerdict, ...]:
    """Return one verdict for every control of a file; one that holds no text is ERROR on all of them."""
    try:
        text = decode_text(data, device=device)
    except DeviceError as error:
        return evaluate(device, error, context, (), today, platform=platform)
    return evaluate_configuration(device, platform, text, context, today=today)


def evaluate_configuration(
    device: str,
    platform: JudgedPlatform,
    text: str,
    context: DeviceContext,
    *,
    shows: Mapping[str, str] | None = None,
    exceptions: Iterable[ControlException] = (),
    today: date,
) -> tuple[ControlVerdict, ...]:
    """Return one verdict for every control of a configuration; a text that cannot be read is ERROR."""
    facts = read_facts(device, platform, text, shows=shows)
    return evaluate(device, facts, context, exceptions, today, platform=platform)


def evaluate_collection(
    collection: Collection,
    context: DeviceContext,
    *,
    exceptions: Iterable[ControlException] = (),
    today: date,
) -> tuple[ControlVerdict, ...]:
    """Return one verdict for every control of what a device said about itself."""
    return evaluate_configuration(
        collection.device,
        collection.platform,
        collection.running,
        context,
        shows=collection.shown,
        exceptions=exceptions,
        today=today,
    )
