"""The forms of a report by name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal

from compliance.report_writers.junit import JUnitWriter
from compliance.report_writers.oscal import OSCALWriter
from compliance.report_writers.plain import CSVWriter, JSONWriter, TextWriter
from compliance.report_writers.sarif import SARIFWriter
from compliance.report_writers.writer import ReportWriter

ReportFormat = Literal["text", "json", "junit", "sarif", "csv", "oscal"]

_WRITERS: Final[Mapping[ReportFormat, Callable[[datetime], ReportWriter]]] = {
    "text": lambda _: TextWriter(),
    "json": lambda _: JSONWriter(),
    "junit": lambda _: JUnitWriter(),
    "sarif": lambda _: SARIFWriter(),
    "csv": lambda _: CSVWriter(),
    "oscal": OSCALWriter,
}


def writer_of(form: ReportFormat, evaluated_at: datetime) -> ReportWriter:
    """Return what writes a report in a form."""
    return _WRITERS[form](evaluated_at)
