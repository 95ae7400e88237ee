"""keep the customs exchange rates that sandboxes import"""

from alembic import op
import sqlalchemy as sa


revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "exchange_rate_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("row", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate_row")),
    )
    with op.batch_alter_table("exchange_rate_row", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_rate_row_sandbox", ["sandbox"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("exchange_rate_row", schema=None) as batch_op:
        batch_op.drop_index("ix_exchange_rate_row_sandbox")

    op.drop_table("exchange_rate_row")
