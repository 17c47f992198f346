"""How far a roll-out came and whether it may go on: pure rules over what every device ended as."""

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from devices.models import ChangeOutcome
from devices.service import Batch
from migrations.planning.device_change_plan import DeviceChangePlan, RollOutLimits

ROLL_OUT: Final = "roll-out"
"""The fact of a plan, by its digest: what the devices of its latest roll-out ended as."""

GOOD: Final[tuple[ChangeOutcome, ...]] = ("confirmed", "unchanged")
_ALL_PERCENT: Final = 100
_NO_OUTCOME: Final = "it was begun and no outcome was recorded; collect from it and look at it"


class Model(BaseModel):
    """The common shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RollOutOptions(Model):
    """What a person decides about a roll-out when it is planned."""

    largest_batch: int = Field(default=20, ge=1)
    stop_at_failures: int = Field(default=1, ge=1)
    stop_at_percent: int = Field(default=20, ge=1, le=100)

    def limits(self, batches: tuple[Batch, ...]) -> RollOutLimits:
        """Return the limits that the plan of these batches carries."""
        return RollOutLimits(
            stop_at_failures=self.stop_at_failures,
            stop_at_percent=self.stop_at_percent,
            canary_batches=sum(batch.kind == "canary" for batch in batches),
            pauses_seconds=tuple(batch.pause_seconds for batch in batches),
        )


class DeviceEnd(Model):
    """How one device ended, and what it said."""

    outcome: ChangeOutcome
    message: str


class Progress(Model):
    """What one roll-out has done so far; ``ends`` lacks a device while it is at work on it."""

    begun: tuple[str, ...] = ()
    ends: Mapping[str, DeviceEnd] = Field(default_factory=dict)

    def with_begun(self, device: str) -> "Progress":
        """Return the progress with a device that is about to be changed."""
        ends = {name: end for name, end in self.ends.items() if name != device}
        return Progress(begun=(*(name for name in self.begun if name != device), device), ends=ends)

    def with_end(self, device: str, end: DeviceEnd) -> "Progress":
        """Return the progress with how a device ended."""
        return Progress(begun=self.begun, ends={**self.ends, device: end})


class DeviceReport(Model):
    """What a roll-out did with one device, or why it did nothing."""

    device: str
    batch: int = Field(ge=1)
    outcome: ChangeOutcome | Literal["not touched"]
    message: str

    @property
    def is_good(self) -> bool:
        """Return whether the device holds what was planned."""
        return self.outcome in GOOD


class RollOutReport(Model):
    """How every device of a plan ended, in the order of the batches."""

    devices: tuple[DeviceReport, ...]
    stopped: str = Field(description="Why the roll-out stopped before its end, or ''")

    @property
    def failed(self) -> tuple[DeviceReport, ...]:
        """Return the devices that were touched and do not hold what was planned."""
        return tuple(one for one in self.devices if not one.is_good and one.outcome != "not touched")

    @property
    def not_touched(self) -> tuple[DeviceReport, ...]:
        """Return the devices that nobody has changed."""
        return tuple(one for one in self.devices if one.outcome == "not touched")

    @property
    def is_complete(self) -> bool:
        """Return whether every device holds what was planned."""
        return all(one.is_good for one in self.devices)

    def summary(self) -> str:
        """Return what did not go as planned, or ''."""
        told = [f"{one.device}: {one.outcome}: {one.message}" for one in self.failed]
        if self.not_touched:
            names = ", ".join(one.device for one in self.not_touched)
            told.append(f"not touched: {names}: {self.not_touched[0].message}")
        return "; ".join(told)


def stop_reason(plan: DeviceChangePlan, progress: Progress) -> str:
    """Return why no further batch may begin, or ''.

    A device whose end nobody saw stops everything, and so does a canary that did not take the change: that
    is what it is for. Every other failure counts against the number and the share that the plan allows.
    """
    unknown = [name for name in progress.begun if not _seen(progress, name)]
    if unknown:
        return f"nobody saw how {', '.join(unknown)} ended; look at it before anything else is changed"
    failed = [name for name, end in progress.ends.items() if end.outcome not in GOOD]
    if not failed:
        return ""
    limits = plan.limits
    canaries = {name for batch in plan.batches[: limits.canary_batches] for name in batch}
    broken = [name for name in failed if name in canaries]
    if broken:
        return f"the canary {', '.join(broken)} did not take the change"
    if len(failed) >= limits.stop_at_failures:
        return (
            f"{len(failed)} devices did not take the change, and the plan stops at {limits.stop_at_failures}"
        )
    touched = len(progress.ends)
    if len(failed) * _ALL_PERCENT >= limits.stop_at_percent * touched:
        return (
            f"{len(failed)} of {touched} devices did not take the change, and the plan stops at "
            f"{limits.stop_at_percent} percent"
        )
    return ""


def report_of(plan: DeviceChangePlan, progress: Progress, *, ended: str = "") -> RollOutReport:
    """Return how every device of a plan ended.

    Args:
        plan: what was to be done.
        progress: what was done.
        ended: why the run ended before its last batch, where no device is the reason.

    """
    stopped = stop_reason(plan, progress) or ended
    begun = frozenset(progress.begun)
    rows: list[DeviceReport] = []
    for number, batch in enumerate(plan.batches, start=1):
        for name in batch:
            end = progress.ends.get(name)
            if end is not None:
                row = DeviceReport(device=name, batch=number, outcome=end.outcome, message=end.message)
            elif name in begun:
                row = DeviceReport(device=name, batch=number, outcome="unknown", message=_NO_OUTCOME)
            else:
                why = stopped or "the roll-out has not come to it"
                row = DeviceReport(device=name, batch=number, outcome="not touched", message=why)
            rows.append(row)
    untouched = any(row.outcome == "not touched" for row in rows)
    return RollOutReport(devices=tuple(rows), stopped=stopped if untouched else "")


def _seen(progress: Progress, device: str) -> bool:
    end = progress.ends.get(device)
    return end is not None and end.outcome != "unknown"
