"""The tables of the programme database; revisions in ``records/revisions`` make them, tests compare both."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC time on every database; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse naive times and store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a time without zone cannot be recorded"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored time as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


class JournalTable(Table):
    """The journal; triggers refuse every update and delete."""

    __tablename__ = "journal"
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class JournalHeadTable(Table):
    """How long the journal is and where it ends, so that a cut tail is noticed."""

    __tablename__ = "journal_head"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))


class PlanTable(Table):
    """Plans by digest."""

    __tablename__ = "plan"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    author: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    body: Mapped[Any] = mapped_column(JSON)


class ApprovalTable(Table):
    """Verified approvals; one identity counts once for a plan and purpose."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("plan", "purpose", "identity"),
        ForeignKeyConstraint(["plan"], ["plan.digest"]),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    plan: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(32))
    identity: Mapped[str] = mapped_column(String(255))
    key_fingerprint: Mapped[str] = mapped_column(String(128))
    signature: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AllowedTransitionTable(Table):
    """The lifecycle as rows: a transition that is not here cannot be written."""

    __tablename__ = "allowed_transition"
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    from_state: Mapped[str] = mapped_column(String(32), primary_key=True)
    to_state: Mapped[str] = mapped_column(String(32), primary_key=True)


class TransitionTable(Table):
    """Every step an asset has taken; its state is where the last one led."""

    __tablename__ = "transition"
    __table_args__ = (
        ForeignKeyConstraint(
            ["kind", "from_state", "to_state"],
            ["allowed_transition.kind", "allowed_transition.from_state", "allowed_transition.to_state"],
        ),
        UniqueConstraint("asset", "number"),
        Index("ix_transition_asset", "asset"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    asset: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(Integer)
    from_state: Mapped[str] = mapped_column(String(32))
    to_state: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text)


class AssetFactTable(Table):
    """What is known about an asset besides its state: move progress, measured figures."""

    __tablename__ = "asset_fact"
    asset: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class VerdictTable(Table):
    """The history of verdicts; appended, never overwritten."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("run", "device", "control"),
        Index("ix_verdict_run", "run"),
        Index("ix_verdict_device", "device", "control"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    run: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(255))
    control: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(Text)
    lines: Mapped[Any] = mapped_column(JSON)
    evidence: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ConfigurationTable(Table):
    """Which configuration a device had when, and which one was accepted as right."""

    __tablename__ = "configuration"
    __table_args__ = (Index("ix_configuration_device", "device", "origin"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    device: Mapped[str] = mapped_column(String(255))
    platform: Mapped[str] = mapped_column(String(16))
    evidence: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text)
    backup: Mapped[int | None] = mapped_column(ForeignKey("backup.number"))


class BackupTable(Table):
    """Every change of a device's configuration, sealed whole in the vault; appended, never overwritten."""

    __tablename__ = "backup"
    __table_args__ = (Index("ix_backup_device", "device"),)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    device: Mapped[str] = mapped_column(String(255))
    platform: Mapped[str] = mapped_column(String(16))
    evidence: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text)


class EventTable(Table):
    """What people outside must learn of; appended, never overwritten."""

    __tablename__ = "event"
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    body: Mapped[Any] = mapped_column(JSON)


class DeliveryTable(Table):
    """The outbox: which event has reached which receiver, and when the next attempt is due."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "delivered_at", "next_attempt_at"),)
    event: Mapped[int] = mapped_column(ForeignKey("event.number"), primary_key=True)
    receiver: Mapped[str] = mapped_column(String(64), primary_key=True)
    attempts: Mapped[int] = mapped_column(Integer)
    next_attempt_at: Mapped[datetime] = mapped_column(UTCDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(Text)


class WatchTable(Table):
    """When the scheduled collection of a municipality is due next."""

    __tablename__ = "watch"
    municipality: Mapped[str] = mapped_column(String(64), primary_key=True)
    rounds: Mapped[int] = mapped_column(Integer)
    next_due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_run: Mapped[str] = mapped_column(String(64))
    last_ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LockTable(Table):
    """Named locks with the process that holds them."""

    __tablename__ = "lock"
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int] = mapped_column(Integer)
    process_start: Mapped[str] = mapped_column(String(32))
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
