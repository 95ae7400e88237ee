"""keep the rate by which the refund of a claim's line was calculated"""

import sqlalchemy as sa
from alembic import op

revision = "0239"
down_revision = "0238"


def upgrade() -> None:
    """Add the column to the lines of claims."""
    op.add_column("refund_line", sa.Column("rate", sa.BigInteger(), nullable=False, server_default="0"))
