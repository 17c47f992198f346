"""A whole report in one of its forms, from verdicts that are there already."""

from compliance.controls.registry import all_controls
from compliance.evaluation import Judgement
from compliance.models import ControlVerdict
from compliance.report import ComplianceReport
from compliance.report_writers.junit import JUnitWriter
from compliance.report_writers.plain import JSONWriter, TextWriter
from compliance.report_writers.writer import DeviceReport, ReportWriter
from devices.facts import ConfigLine


def render_json(report: ComplianceReport) -> str:
    """Return one object per control of every device: device, control, verdict, message, lines."""
    return _render(report, JSONWriter())


def render_text(report: ComplianceReport) -> str:
    """Return one line per verdict, and under a failure the lines that decided it."""
    return _render(report, TextWriter())


def render_junit(report: ComplianceReport) -> str:
    """Return a JUnit document with one suite per device and one case per control."""
    return _render(report, JUnitWriter())


def _render(report: ComplianceReport, writer: ReportWriter) -> str:
    controls = {control.id: control for control in all_controls()}

    def judgement(one: ControlVerdict) -> Judgement:
        lines = tuple(ConfigLine(seen.line_number, seen.text) for seen in one.observations)
        return Judgement(controls[one.control], one.verdict, one.message, lines)

    told = (
        DeviceReport(
            device, "", device, tuple(judgement(one) for one in report.verdicts if one.device == device)
        )
        for device in report.devices
    )
    body = writer.separator.join(text for text in map(writer.device, told) if text)
    return f"{writer.begin()}{body}{writer.end(report.counts)}"
