"""let decisions be proposed: one at a time for a subject, until a second person approves or declines"""

from alembic import op
import sqlalchemy as sa


revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("second_at", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_decision_proposed",
        "decision",
        ["sandbox", "subject", "subject_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def downgrade() -> None:
    op.drop_index("ix_decision_proposed", "decision")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("second_at")
        batch_op.drop_column("second")
