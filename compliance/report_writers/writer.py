"""What every form of a report does: begin, tell one device after the other, end."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from compliance.controls.registry import asked_controls
from compliance.errors import ReportIncomplete
from compliance.evaluation import Judgement
from compliance.models import Verdict


class DeviceReport(NamedTuple):
    """One device, the file it was judged from, and what every control says of it."""

    device: str
    platform: str
    file: str
    judgements: tuple[Judgement, ...]


Counts = Mapping[Verdict, int]


class ReportWriter(Protocol):
    """Writes a report; what it returns for the devices is put together with its separator between."""

    separator: str

    def begin(self) -> str:
        """Return what stands before the first device."""

    def device(self, report: DeviceReport) -> str:
        """Return what is told of one device."""

    def end(self, counts: Counts) -> str:
        """Return what stands behind the last device."""


def count(report: DeviceReport) -> Counts:
    """Return how often each verdict was given.

    Raises:
        ReportIncomplete: a control is missing, or there twice.
    """
    told = [one.control.id for one in report.judgements]
    wanted = [one.id for one in asked_controls(report.platform)]
    if told != wanted:
        raise ReportIncomplete(
            f"{report.device} has {len(told)} verdicts of {len(wanted)} controls; evaluate again"
        )
    counts = dict.fromkeys(Verdict, 0)
    for one in report.judgements:
        counts[one.verdict] += 1
    return counts


def exit_code(counts: Counts) -> int:
    """Return 1 where something fails, 2 where nothing fails but something could not be judged, else 0."""
    if counts[Verdict.FAIL]:
        return 1
    return 2 if counts[Verdict.ERROR] or not sum(counts.values()) else 0
