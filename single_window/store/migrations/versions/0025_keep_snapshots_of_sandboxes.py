"""keep snapshots of sandboxes"""

from alembic import op
import sqlalchemy as sa


revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "sandbox_snapshot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("settings", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_snapshot")),
    )
    op.create_index("ix_sandbox_snapshot_sandbox", "sandbox_snapshot", ["sandbox", "id"])


def downgrade() -> None:
    op.drop_index("ix_sandbox_snapshot_sandbox", "sandbox_snapshot")
    op.drop_table("sandbox_snapshot")
