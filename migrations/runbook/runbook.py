"""What a runbook is: steps in order, each with the way back from it.

A step asks the platform for the actual state before it acts, because the durable engine runs an interrupted
step again. A compensation does the same: it may be asked to undo what was never done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue


@dataclass(frozen=True)
class Step:
    """One step: ``act`` returns what it measured, or raises ``StepFailed``; ``compensate`` undoes it."""

    name: str
    act: Callable[[], JsonValue]
    compensate: Callable[[], JsonValue] | None = None


@dataclass(frozen=True)
class Runbook:
    """The steps of one undertaking on one subject."""

    name: str
    subject: str
    steps: tuple[Step, ...]


class StepRecord(BaseModel):
    """How one step ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: str
    outcome: Literal["done", "failed", "compensated", "not compensated"]
    message: str = ""
    result: JsonValue = None


class RunbookResult(BaseModel):
    """How a runbook ended: completed, gone back, or stuck where a person must look."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    runbook: str
    subject: str
    outcome: Literal["completed", "gone back", "stuck"]
    steps: tuple[StepRecord, ...]

    @property
    def reason(self) -> str:
        """Return what the failed step said, or ''."""
        return next((record.message for record in self.steps if record.outcome == "failed"), "")
