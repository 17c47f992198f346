"""The plan of a change of devices: the lines, each device's own diff, and who changes together."""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from devices.service import Risk

KIND = "device-change"


class Model(BaseModel):
    """The common shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GrantedRisk(Model):
    """A risk override of the inventory as the plan was made with it; part of what is signed."""

    name: str
    risk: Risk
    owner: str
    reason: str
    expires_on: date


class PlannedChange(Model):
    """What one device is to get, what it said that would change, and which controls must then pass."""

    device: str
    platform: str
    lines: str = Field(min_length=1)
    diff: str
    controls: tuple[str, ...]
    risks: tuple[Risk, ...] = Field(default=(), description="What the change may cost")
    granted: tuple[GrantedRisk, ...] = Field(default=(), description="Who granted each of its risks")


class HeldBack(Model):
    """A device that would change and is not in the plan: a risk of its change is not granted."""

    device: str
    platform: str
    risks: tuple[Risk, ...]
    missing: tuple[str, ...] = Field(min_length=1)
    diff: str = Field(description="'' where the device was not asked, since no override opens the risk")


class ReplacedValue(Model):
    """A value of before that a change takes away, such as a server of the old owner; never a secret."""

    device: str
    topic: str
    value: str


class ManualCorrection(Model):
    """A failing control that no line of ours corrects, and why."""

    device: str
    control: str
    reason: str


class RollOutLimits(Model):
    """When a roll-out stops, and how long it waits before each batch; a failed canary always stops it."""

    stop_at_failures: int = Field(default=1, ge=1, description="How many failed devices stop it")
    stop_at_percent: int = Field(
        default=100, ge=1, le=100, description="Which share of the devices touched so far stops it"
    )
    canary_batches: int = Field(default=0, ge=0, description="How many of the first batches are canaries")
    pauses_seconds: tuple[int, ...] = Field(default=(), description="Before each batch; () is no pause")


class DeviceChangePlan(Model):
    """A roll-out: changes in batches, until too many failed."""

    kind: Literal["device-change"] = "device-change"
    verb: Literal["harden", "mirror", "rehome"] = "harden"
    snapshot: str
    municipality: str
    reason: str
    revert_after_seconds: int = Field(ge=60)
    changes: tuple[PlannedChange, ...] = Field(min_length=1)
    batches: tuple[tuple[str, ...], ...] = Field(min_length=1)
    manual: tuple[ManualCorrection, ...]
    replaced: tuple[ReplacedValue, ...] = Field(default=(), description="What the change takes away")
    held_back: tuple[HeldBack, ...] = ()
    limits: RollOutLimits = Field(default=RollOutLimits(), description="When it stops")

    @model_validator(mode="after")
    def _batches_hold_every_change_once(self) -> Self:
        batched = sorted(name for batch in self.batches for name in batch)
        if batched != sorted(change.device for change in self.changes):
            msg = "the batches of a plan hold each changed device once"
            raise ValueError(msg)
        if self.limits.pauses_seconds and len(self.limits.pauses_seconds) != len(self.batches):
            msg = "a plan has one pause for each batch, or none"
            raise ValueError(msg)
        return self

    def change(self, device: str) -> PlannedChange:
        """Return the change of one device."""
        return next(change for change in self.changes if change.device == device)
