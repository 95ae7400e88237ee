"""keep with each case of the port who was told of it, and is told how it ends"""

import sqlalchemy as sa
from alembic import op

revision = "0245"
down_revision = "0244"


def upgrade() -> None:
    """Of cases that were opened before, nobody is told."""
    op.add_column("port_case", sa.Column("told", sa.Text(), nullable=False, server_default=""))
