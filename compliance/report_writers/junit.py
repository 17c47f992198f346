"""JUnit: one suite per device and one case per control, with the file and the first deciding line."""

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from compliance.evaluation import Judgement
from compliance.models import Verdict
from compliance.report_writers.writer import Counts, DeviceReport, count

# What XML 1.0 cannot hold, such as the ETX that delimits banners.
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS: Final[Mapping[Verdict, str]] = {
    Verdict.FAIL: "failure",
    Verdict.ERROR: "error",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.WAIVED: "skipped",
}


class JUnitWriter:
    """A document that CI systems show as test results."""

    separator = "\n"

    def begin(self) -> str:
        """Open the document."""
        return '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="samdrift compliance">\n'

    def device(self, report: DeviceReport) -> str:
        """Return the suite of one device."""
        counts = count(report)
        skipped = counts[Verdict.NOT_APPLICABLE] + counts[Verdict.WAIVED]
        head = (
            f"  <testsuite name={_attribute(report.device)} tests={_attribute(str(len(report.judgements)))}"
            f' failures="{counts[Verdict.FAIL]}" errors="{counts[Verdict.ERROR]}" skipped="{skipped}">'
        )
        return "\n".join((head, *(_case(report, one) for one in report.judgements), "  </testsuite>"))

    def end(self, counts: Counts) -> str:  # noqa: ARG002 - every suite has its own counts
        """Close the document."""
        return "\n</testsuites>\n"


def _case(report: DeviceReport, one: Judgement) -> str:
    line = f' line="{one.lines[0].number}"' if one.lines else ""
    case = (
        f"    <testcase classname={_attribute(report.device)}"
        f" name={_attribute(f'{one.control.id} {one.control.title}')} file={_attribute(report.file)}{line}"
    )
    element = _ELEMENTS.get(one.verdict)
    if element is None:
        return f"{case} />"
    message = _attribute(f"{one.verdict.value}: {one.message}")
    lines = "\n".join(f"line {seen.number}: {seen.text}" for seen in one.lines)
    outcome = f"<{element} message={message}>{escape(_xml(lines))}</{element}>"
    return f"{case}>\n      {outcome}\n    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_xml(text))


def _xml(text: str) -> str:
    return _NOT_XML.sub("�", text)
