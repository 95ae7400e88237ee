"""add to samples the platform that is told of a measure, when it answered, refusals that had no ground, and since when
the measure is overdue"""

import sqlalchemy as sa
from alembic import op

revision = "0211"
down_revision = "0210"


def upgrade() -> None:
    """Create the columns of samples."""
    op.add_column("spot_check_sample", sa.Column("ebp_code", sa.Text(), nullable=False, server_default=""))
    op.add_column("spot_check_sample", sa.Column("insisted", sa.Integer(), nullable=False, server_default="0"))
    for name in ("platform_answered", "overdue_at"):
        op.add_column("spot_check_sample", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
