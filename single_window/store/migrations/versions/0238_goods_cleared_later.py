"""keep what left a book after its measure was closed apart from what the measure itself did"""

import sqlalchemy as sa
from alembic import op

revision = "0238"
down_revision = "0237"


def upgrade() -> None:
    """Add the column to samples."""
    column = sa.Column("cleared_qty", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("spot_check_sample", column)
