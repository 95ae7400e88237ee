"""make the table of changes of which no EPCIS events are made yet"""

import sqlalchemy as sa
from alembic import op

revision = "0231"
down_revision = "0230"


def upgrade() -> None:
    """Create the table, which is empty: what happened before has its events."""
    op.create_table(
        "epcis_pending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("changes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_epcis_pending"),
    )
    op.create_index("ix_epcis_pending_sandbox", "epcis_pending", ["sandbox", "id", "changes"])
