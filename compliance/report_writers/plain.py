"""Reports for people, programs and tables: text, JSON and CSV."""

import csv
import io
import json
from typing import Final

from compliance.models import Verdict
from compliance.report_writers.writer import Counts, DeviceReport

_SHOWN: Final = frozenset({Verdict.FAIL, Verdict.WAIVED})
_HEADER: Final = (
    *("device", "platform", "control", "title", "severity", "function", "basic"),
    *("verdict", "message", "lines", "file"),
)


class TextWriter:
    """One line per verdict, and under a failure the lines that decided it."""

    separator = ""

    def begin(self) -> str:
        """Return nothing: a report in text begins with its first verdict."""
        return ""

    def device(self, report: DeviceReport) -> str:
        """Return the verdicts of one device."""
        rows: list[str] = []
        for one in report.judgements:
            rows.append(f"{report.device}  {one.control.id:<8} {one.verdict.value:<14} {one.message}")
            if one.verdict in _SHOWN:
                rows.extend(
                    f"{'':>{len(report.device)}}    line {seen.number}: {seen.text}" for seen in one.lines
                )
        return "\n".join([*rows, ""])

    def end(self, counts: Counts) -> str:
        """Return how often each verdict was given."""
        told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)
        return f"{sum(counts.values())} verdicts: {told}\n"


class JSONWriter:
    """One object per control of every device: device, control, verdict, message, lines."""

    separator = ",\n"

    def begin(self) -> str:
        """Open the list."""
        return "[\n"

    def device(self, report: DeviceReport) -> str:
        """Return the objects of one device, one in a line."""
        return ",\n".join(
            json.dumps(
                {
                    "device": report.device,
                    "control": one.control.id,
                    "verdict": one.verdict.value,
                    "message": one.message,
                    "lines": [{"number": seen.number, "text": seen.text} for seen in one.lines],
                },
                ensure_ascii=False,
            )
            for one in report.judgements
        )

    def end(self, counts: Counts) -> str:  # noqa: ARG002 - whoever reads JSON counts
        """Close the list."""
        return "\n]\n"


class CSVWriter:
    """One row per control of every device, under a header; lines are told by their numbers."""

    separator = ""

    def begin(self) -> str:
        """Return the header."""
        return _rows([_HEADER])

    def device(self, report: DeviceReport) -> str:
        """Return the rows of one device."""
        return _rows(
            [
                (
                    *(report.device, report.platform, one.control.id, one.control.title),
                    *(one.control.severity, one.control.function, "yes" if one.control.basic else "no"),
                    *(one.verdict.value, one.message, " ".join(str(seen.number) for seen in one.lines)),
                    report.file,
                )
                for one in report.judgements
            ]
        )

    def end(self, counts: Counts) -> str:  # noqa: ARG002 - a table ends with its last row
        """Return nothing."""
        return ""


def _rows(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
