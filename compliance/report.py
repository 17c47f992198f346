"""The verdicts of several devices, proven complete."""

from collections import Counter
from typing import Self

from pydantic import model_validator

from compliance.controls.registry import asked_controls
from compliance.errors import ReportIncomplete
from compliance.models import ControlVerdict, Model, Verdict
from devices.models import JudgedPlatform


class ComplianceReport(Model):
    """One row for every control of every device, no more and no fewer."""

    devices: tuple[str, ...]
    controls: tuple[str, ...]
    verdicts: tuple[ControlVerdict, ...]

    @model_validator(mode="after")
    def _holds_every_row_once(self) -> Self:
        wanted = {(device, control) for device in self.devices for control in self.controls}
        rows = Counter((one.device, one.control) for one in self.verdicts)
        missing = sorted(wanted - rows.keys())
        strange = sorted(rows.keys() - wanted) + sorted(row for row, count in rows.items() if count > 1)
        if missing or strange or len(wanted) != len(self.devices) * len(self.controls):
            raise ReportIncomplete(
                f"a report of {len(self.devices)} devices and {len(self.controls)} controls lacks "
                f"{missing[:3]} and holds {strange[:3]} wrongly; evaluate again"
            )
        return self

    def count(self, verdict: Verdict) -> int:
        """Return how many rows have this verdict."""
        return sum(one.verdict is verdict for one in self.verdicts)

    @property
    def counts(self) -> dict[Verdict, int]:
        """Return how many rows have each verdict."""
        return {verdict: self.count(verdict) for verdict in Verdict}

    @property
    def exit_code(self) -> int:
        """Return 1 where something fails, 2 where nothing fails but something could not be judged, else 0."""
        if self.count(Verdict.FAIL):
            return 1
        return 2 if self.count(Verdict.ERROR) or not self.verdicts else 0


def assemble(
    devices: tuple[str, ...], verdicts: tuple[ControlVerdict, ...], *, platform: JudgedPlatform | None = None
) -> ComplianceReport:
    """Return the report of these devices; of servers where the platform says so.

    Raises:
        ReportIncomplete: a control of a device is missing, or there twice.
    """
    controls = tuple(control.id for control in asked_controls(platform))
    return ComplianceReport(devices=devices, controls=controls, verdicts=verdicts)
