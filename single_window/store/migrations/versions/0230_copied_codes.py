"""keep when a trace code was looked up last, and find those that were looked up often"""

import sqlalchemy as sa
from alembic import op

revision = "0230"
down_revision = "0229"


def upgrade() -> None:
    """Create the column and the index of look-ups."""
    column = sa.Column("last_looked_up", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("trace_lookup", column)
    op.create_index("ix_trace_lookup_often", "trace_lookup", ["sandbox", "looked_up"])
