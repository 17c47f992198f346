"""Frozen models of what is remembered: entries, approvals, plans, states, verdicts, configurations."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, lower case hexadecimal")]
AssetKind = Literal["server", "device"]
Purpose = Literal["apply", "wave-plan", "cutover"]


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class JournalEntry(Model):
    """One line of the append-only journal; ``digest`` covers every other field and the previous digest."""

    sequence: int = Field(ge=1)
    at: datetime
    actor: str = Field(min_length=1)
    action: str = Field(min_length=1)
    subject: str = Field(min_length=1)
    why: str
    before: JsonValue
    after: JsonValue
    version: str
    previous: Digest
    digest: Digest


class Plan(Model):
    """A plan that people approve by its digest."""

    digest: Digest
    kind: str
    author: str
    created_at: datetime
    body: JsonValue


class Approval(Model):
    """A verified signature of an allowed identity over a plan's digest for one purpose."""

    plan: Digest
    purpose: Purpose
    identity: str
    key_fingerprint: str
    signature: str
    signed_at: datetime


class AssetState(Model):
    """Where an asset stands in its lifecycle, and since when."""

    asset: str
    kind: AssetKind
    state: str
    since: datetime
    reason: str


class VerdictRow(Model):
    """One verdict of one control on one device in one run."""

    run: str
    device: str
    control: str
    verdict: Literal["PASS", "FAIL", "ERROR", "NOT_APPLICABLE", "WAIVED"]
    message: str
    lines: tuple[str, ...]
    evidence: Digest | None
    at: datetime


class VerdictChange(Model):
    """A moment from which on a control had another verdict on a device than before."""

    device: str
    control: str
    verdict: Literal["PASS", "FAIL", "ERROR", "NOT_APPLICABLE", "WAIVED"]
    at: datetime


class ConfigurationRow(Model):
    """A configuration that was seen (collected) or accepted as right (approved)."""

    device: str
    platform: str
    evidence: Digest
    origin: Literal["collected", "approved"]
    at: datetime
    reason: str
    backup: int | None = Field(default=None, description="Number of the backup that holds it whole")


class BackupRow(Model):
    """A configuration that can be restored: sealed whole, and masked for people to read."""

    number: int = Field(ge=1)
    device: str
    platform: str
    evidence: Digest = Field(description="The same configuration with its secrets masked")
    sealed: Digest = Field(description="Names it in the vault")
    at: datetime
    reason: str


class EventRow(Model):
    """Something that people outside must learn of; ``key`` tells it from every other, so it is told once."""

    number: int = Field(ge=1)
    key: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    subject: str = Field(min_length=1)
    at: datetime
    body: JsonValue


class DeliveryRow(Model):
    """How far the delivery of an event to one receiver is."""

    event: int
    receiver: str
    attempts: int
    next_attempt_at: datetime
    delivered_at: datetime | None
    last_error: str


class WatchRow(Model):
    """How far the scheduled collection of a municipality is."""

    municipality: str
    rounds: int = Field(ge=0)
    next_due_at: datetime
    last_run: str
    last_ended_at: datetime | None
