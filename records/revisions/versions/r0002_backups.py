"""Backups of configurations, and which of them an approved or collected configuration is."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of backups and the reference to it."""
    op.create_table(
        "backup",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=255), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=("pk_backup")),
    )
    op.create_index("ix_backup_device", "backup", ["device"], unique=False)
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER backup_no_{verb.lower()} BEFORE {verb} ON backup "
            "BEGIN SELECT RAISE(ABORT, 'backup is append-only'); END",
        )
    with op.batch_alter_table("configuration") as table:
        table.add_column(sa.Column("backup", sa.Integer(), nullable=True))
        table.create_foreign_key("fk_configuration_backup", "backup", ["backup"], ["number"])


def downgrade() -> None:
    """Forget the backups; their sealed files stay in the vault."""
    with op.batch_alter_table("configuration") as table:
        table.drop_constraint("fk_configuration_backup", type_="foreignkey")
        table.drop_column("backup")
    op.drop_index("ix_backup_device", table_name="backup")
    op.drop_table("backup")
