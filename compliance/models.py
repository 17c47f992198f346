"""Verdicts and what they rest on."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Function = Literal["prevent", "detect", "handle"]


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Verdict(StrEnum):
    """The only five answers; PASS is computed from observations and never assigned."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    ERROR = "ERROR"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    WAIVED = "WAIVED"


class Observation(Model):
    """A configuration line that decided; line numbers count from 1 in the collected text."""

    line_number: int = Field(ge=1)
    text: str


class ControlVerdict(Model):
    """The verdict of one control on one device."""

    device: str
    control: str
    verdict: Verdict
    message: str = Field(min_length=1)
    observations: tuple[Observation, ...] = ()

    @model_validator(mode="after")
    def _pass_rests_on_something(self) -> "ControlVerdict":
        if self.verdict is Verdict.PASS and not self.observations:
            msg = f"{self.control} on {self.device}: PASS without an observation"
            raise ValueError(msg)
        return self
