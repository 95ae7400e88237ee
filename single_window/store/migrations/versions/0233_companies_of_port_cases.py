"""keep with each case of the port the company that can be asked about it"""

import sqlalchemy as sa
from alembic import op

revision = "0233"
down_revision = "0232"


def upgrade() -> None:
    """Nobody is asked about cases that were opened before."""
    op.add_column("port_case", sa.Column("company", sa.Text(), nullable=False, server_default=""))
