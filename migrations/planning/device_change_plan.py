"""The plan of a change of devices: the lines, each device's own diff, and who changes together."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

KIND = "device-change"


class Model(BaseModel):
    """The common shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedChange(Model):
    """What one device is to get, what it said that would change, and which controls must then pass."""

    device: str
    platform: str
    lines: str = Field(min_length=1)
    diff: str
    controls: tuple[str, ...]


class ManualCorrection(Model):
    """A failing control that no line of ours corrects, and why."""

    device: str
    control: str
    reason: str


class DeviceChangePlan(Model):
    """A roll-out: changes in batches; a batch with a failure is the last one."""

    kind: Literal["device-change"] = "device-change"
    snapshot: str
    municipality: str
    reason: str
    revert_after_seconds: int = Field(ge=60)
    changes: tuple[PlannedChange, ...] = Field(min_length=1)
    batches: tuple[tuple[str, ...], ...] = Field(min_length=1)
    manual: tuple[ManualCorrection, ...]

    def change(self, device: str) -> PlannedChange:
        """Return the change of one device."""
        return next(change for change in self.changes if change.device == device)
