"""keep the envelopes that participants chose for their receipts"""

from alembic import op
import sqlalchemy as sa


revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "chosen_envelope",
        sa.Column("sandbox", sa.String(length=40), nullable=False),
        sa.Column("dxp_id", sa.String(length=30), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("envelope", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "dxp_id", "way", name=op.f("pk_chosen_envelope")),
    )


def downgrade() -> None:
    op.drop_table("chosen_envelope")
