"""What the controller remembers about an asset besides its state, and under which name."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

BACKUP_SEEN = "backup-seen"
DRIFT = "drift"
MOVE = "move"
MOVE_PROGRESS = "move-progress"
DRIFT_MARKS = {"added": "+", "removed": "-", "reordered": "~"}


class Model(BaseModel):
    """The common shape: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BackupSeen(Model):
    """When a device was last found to hold what its newest backup holds."""

    backup: int = Field(ge=1)
    at: datetime


class DriftLine(Model):
    """One line that differs from the approved configuration, with the section it stands in."""

    change: Literal["added", "removed", "reordered"]
    section: str
    text: str


class DeviceDrift(Model):
    """How a device differs from its last approved configuration."""

    found_at: datetime
    approved_evidence: str
    current_evidence: str
    lines: tuple[DriftLine, ...]
    since: tuple[datetime, ...] = Field(
        default=(), description="When each of the lines was first seen so, in their order"
    )


class MoveFigures(Model):
    """What was measured about the move of one server."""

    bytes_seeded: int = Field(default=0, ge=0)
    seed_milliseconds: int = Field(default=0, ge=0)
    deltas: int = Field(default=0, ge=0)
    bytes_in_deltas: int = Field(default=0, ge=0)
    final_delta_bytes: int = Field(default=0, ge=0)
    downtime_milliseconds: int | None = None
    source_checksum: str = ""
    target_checksum: str = ""
