"""The first tables: journal, plans, approvals, lifecycle, verdicts, configurations, locks."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What may follow what. A server moves; network gear is hardened where it stands.
TRANSITIONS = {
    "server": (
        ("NEW", "DISCOVERED"),
        ("DISCOVERED", "ASSESSED"),
        ("ASSESSED", "READY"),
        ("READY", "SEEDING"),
        ("SEEDING", "SYNCED"),
        ("SEEDING", "FAILED"),
        ("SYNCED", "APPROVED"),
        ("SYNCED", "FAILED"),
        ("APPROVED", "CUTTING_OVER"),
        ("CUTTING_OVER", "VERIFYING"),
        ("CUTTING_OVER", "ROLLING_BACK"),
        ("VERIFYING", "HYPERCARE"),
        ("VERIFYING", "ROLLING_BACK"),
        ("ROLLING_BACK", "ROLLED_BACK"),
        ("ROLLED_BACK", "READY"),
        ("FAILED", "READY"),
    ),
    "device": (
        ("NEW", "DISCOVERED"),
        ("DISCOVERED", "BACKED_UP"),
        ("BACKED_UP", "ASSESSED"),
        ("ASSESSED", "APPROVED"),
        ("APPROVED", "HARDENING"),
        ("HARDENING", "VERIFYING"),
        ("HARDENING", "ROLLED_BACK"),
        ("HARDENING", "FAILED"),
        ("VERIFYING", "HYPERCARE"),
        ("ROLLED_BACK", "ASSESSED"),
        ("FAILED", "ASSESSED"),
        ("HYPERCARE", "ASSESSED"),
    ),
}


def upgrade() -> None:
    """Make every table, seed the lifecycle and forbid changes of the journal."""
    _create_allowed_transition()
    _create_asset_fact()
    _create_configuration()
    _create_journal()
    _create_journal_head()
    _create_lock()
    _create_plan()
    _create_verdict()
    _create_approval()
    _create_transition()
    allowed = sa.table(
        "allowed_transition", sa.column("kind"), sa.column("from_state"), sa.column("to_state")
    )
    op.bulk_insert(
        allowed,
        [
            {"kind": kind, "from_state": before, "to_state": after}
            for kind, steps in TRANSITIONS.items()
            for before, after in steps
        ],
    )
    _forbid_changes("journal")
    _forbid_changes("transition")


def _forbid_changes(table: str) -> None:
    """Refuse updates and deletes in the database itself, whoever asks."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        )


def _create_allowed_transition() -> None:
    op.create_table(
        "allowed_transition",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "from_state", "to_state", name=("pk_allowed_transition")),
    )


def _create_asset_fact() -> None:
    op.create_table(
        "asset_fact",
        sa.Column("asset", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asset", "name", name=("pk_asset_fact")),
    )


def _create_configuration() -> None:
    op.create_table(
        "configuration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=255), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_configuration")),
    )
    op.create_index("ix_configuration_device", "configuration", ["device", "origin"], unique=False)


def _create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=("pk_journal")),
        sa.UniqueConstraint("digest", name=("uq_journal_digest")),
    )


def _create_journal_head() -> None:
    op.create_table(
        "journal_head",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=("pk_journal_head")),
    )


def _create_lock() -> None:
    op.create_table(
        "lock",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_start", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=("pk_lock")),
    )


def _create_plan() -> None:
    op.create_table(
        "plan",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=("pk_plan")),
    )
    op.create_index(("ix_plan_kind"), "plan", ["kind"], unique=False)


def _create_verdict() -> None:
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=255), nullable=False),
        sa.Column("control", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_verdict")),
        sa.UniqueConstraint("run", "device", "control", name=("uq_verdict_run")),
    )
    op.create_index("ix_verdict_run", "verdict", ["run"], unique=False)


def _create_approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.String(length=255), nullable=False),
        sa.Column("key_fingerprint", sa.String(length=128), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plan.digest"], name=("fk_approval_plan")),
        sa.PrimaryKeyConstraint("id", name=("pk_approval")),
        sa.UniqueConstraint("plan", "purpose", "identity", name=("uq_approval_plan")),
    )


def _create_transition() -> None:
    op.create_table(
        "transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind", "from_state", "to_state"],
            ["allowed_transition.kind", "allowed_transition.from_state", "allowed_transition.to_state"],
            name=("fk_transition_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=("pk_transition")),
        sa.UniqueConstraint("asset", "number", name=("uq_transition_asset")),
    )
    op.create_index("ix_transition_asset", "transition", ["asset"], unique=False)
