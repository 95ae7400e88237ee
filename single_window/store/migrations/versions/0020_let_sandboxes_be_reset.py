"""let sandboxes be reset: a mark of what is under way, and indexes to find what is done of one"""

from alembic import op
import sqlalchemy as sa


revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.batch_alter_table("sandbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reset", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reset_at", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_delivery_done",
        "delivery",
        ["sandbox"],
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        "ix_deadline_done",
        "deadline",
        ["sandbox"],
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    )


def downgrade() -> None:
    op.drop_index("ix_deadline_done", "deadline")
    op.drop_index("ix_delivery_done", "delivery")
    with op.batch_alter_table("sandbox", schema=None) as batch_op:
        batch_op.drop_column("reset_at")
        batch_op.drop_column("reset")
