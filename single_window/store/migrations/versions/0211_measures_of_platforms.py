"""add the platform that is told of a measure about failed goods, and when it answered"""

import sqlalchemy as sa
from alembic import op

revision = "0211"
down_revision = "0210"


def upgrade() -> None:
    """Create the columns of samples."""
    op.add_column("spot_check_sample", sa.Column("ebp_code", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "spot_check_sample", sa.Column("platform_answered", sa.BigInteger(), nullable=False, server_default="0")
    )
