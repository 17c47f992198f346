"""Reports of verdicts: plain text, JSON and JUnit."""

import json
import re
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from compliance.controls.registry import all_controls
from compliance.models import ControlVerdict, Verdict
from compliance.report import ComplianceReport

# What XML 1.0 cannot hold, such as the ETX that delimits banners.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS: Final[Mapping[Verdict, str]] = {
    Verdict.FAIL: "failure",
    Verdict.ERROR: "error",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.WAIVED: "skipped",
}


def render_json(report: ComplianceReport) -> str:
    """Return one object per control of every device: device, control, verdict, message, lines."""
    rows = [
        {
            "device": one.device,
            "control": one.control,
            "verdict": one.verdict.value,
            "message": one.message,
            "lines": [{"number": seen.line_number, "text": seen.text} for seen in one.observations],
        }
        for one in report.verdicts
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def render_text(report: ComplianceReport) -> str:
    """Return one line per verdict, and under a failure the lines that decided it."""
    rows: list[str] = []
    for one in report.verdicts:
        rows.append(f"{one.device}  {one.control:<8} {one.verdict.value:<14} {one.message}")
        if one.verdict in {Verdict.FAIL, Verdict.WAIVED}:
            rows.extend(
                f"{'':>{len(one.device)}}    line {seen.line_number}: {seen.text}"
                for seen in one.observations
            )
    counts = ", ".join(f"{report.count(verdict)} {verdict.value}" for verdict in Verdict)
    return "\n".join([*rows, f"{len(report.verdicts)} verdicts: {counts}", ""])


def render_junit(report: ComplianceReport) -> str:
    """Return a JUnit document with one suite per device and one case per control."""
    titles = {control.id: control.title for control in all_controls()}
    root = Element("testsuites", name="samdrift compliance")
    for device in report.devices:
        verdicts = [one for one in report.verdicts if one.device == device]
        suite = SubElement(root, "testsuite", name=_xml(device), tests=str(len(verdicts)))
        for name, wanted in (
            ("failures", {Verdict.FAIL}),
            ("errors", {Verdict.ERROR}),
            ("skipped", {Verdict.NOT_APPLICABLE, Verdict.WAIVED}),
        ):
            suite.set(name, str(sum(one.verdict in wanted for one in verdicts)))
        for one in verdicts:
            _case(suite, one, titles[one.control])
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: Element, verdict: ControlVerdict, title: str) -> None:
    name = _xml(f"{verdict.control} {title}")
    case = SubElement(suite, "testcase", classname=_xml(verdict.device), name=name)
    element = _ELEMENTS.get(verdict.verdict)
    if element is not None:
        outcome = SubElement(case, element, message=_xml(f"{verdict.verdict.value}: {verdict.message}"))
        outcome.text = _xml(
            "\n".join(f"line {seen.line_number}: {seen.text}" for seen in verdict.observations)
        )


def _xml(text: str) -> str:
    return _NOT_XML.sub("�", text)
