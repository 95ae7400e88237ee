"""note which deliveries are being worked on, by whom and since when"""

from alembic import op
import sqlalchemy as sa


revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "in_hand",
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("queue", sa.Text(), server_default="", nullable=False),
        sa.Column("since", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("deliveries", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_in_hand")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("in_hand")
