"""let tests force outcomes: triggers of a sandbox, scenarios that calls named, receipts that are held back"""

from alembic import op
import sqlalchemy as sa


revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "outcome_trigger",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("match", sa.Text(), server_default="", nullable=False),
        sa.Column("action", sa.Text(), server_default="", nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("left", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("made_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_trigger")),
        sa.UniqueConstraint("sandbox", "name", name=op.f("uq_outcome_trigger_sandbox_name")),
    )
    op.create_table(
        "called_scenario",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("scenario", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "kind", "key", name=op.f("pk_called_scenario")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held_receipt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_receipt")),
    )
    op.create_index("ix_held_receipt_sandbox", "held_receipt", ["sandbox"])
    with op.batch_alter_table("sandbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trigger_epoch", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sandbox", schema=None) as batch_op:
        batch_op.drop_column("trigger_epoch")
    op.drop_index("ix_held_receipt_sandbox", "held_receipt")
    op.drop_table("held_receipt")
    op.drop_table("called_scenario")
    op.drop_table("outcome_trigger")
