"""add to requests the taxes of exports that come back"""

import sqlalchemy as sa
from alembic import op

revision = "0218"
down_revision = "0217"


def upgrade() -> None:
    """Create the column of requests."""
    op.add_column("request", sa.Column("tax", sa.Text(), nullable=False, server_default=""))
