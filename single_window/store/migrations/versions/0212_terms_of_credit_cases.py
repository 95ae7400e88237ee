"""add to credit cases the last day on which an objection is to be verified or a repair decided"""

import sqlalchemy as sa
from alembic import op

revision = "0212"
down_revision = "0211"


def upgrade() -> None:
    """Create the column of cases."""
    op.add_column("credit_case", sa.Column("decide_until", sa.Text(), nullable=False, server_default=""))
