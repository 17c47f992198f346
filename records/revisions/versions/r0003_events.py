"""Events with their outbox, the schedule of collections, and a history that refuses to be overwritten."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("verdict", "configuration", "event")


def upgrade() -> None:
    """Add the tables, the index of the history, and the triggers that guard it."""
    _create_event()
    _create_delivery()
    _create_watch()
    op.create_index("ix_verdict_device", "verdict", ["device", "control"], unique=False)
    for table in _APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            )


def downgrade() -> None:
    """Forget events and schedules; the history stays."""
    for table in _APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
    op.drop_index("ix_verdict_device", table_name="verdict")
    op.drop_table("watch")
    op.drop_index("ix_delivery_due", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("event")


def _create_event() -> None:
    op.create_table(
        "event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=("pk_event")),
        sa.UniqueConstraint("key", name=("uq_event_key")),
    )


def _create_delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=("fk_delivery_event")),
        sa.PrimaryKeyConstraint("event", "receiver", name=("pk_delivery")),
    )
    op.create_index("ix_delivery_due", "delivery", ["delivered_at", "next_attempt_at"], unique=False)


def _create_watch() -> None:
    op.create_table(
        "watch",
        sa.Column("municipality", sa.String(length=64), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_run", sa.String(length=64), nullable=False),
        sa.Column("last_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("municipality", name=("pk_watch")),
    )
