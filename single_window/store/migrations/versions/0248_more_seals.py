"""keep a checksum with the rows of messages, documents, lists, bills, steps and events, too"""

import sqlalchemy as sa
from alembic import op

revision = "0248"
down_revision = "0247"
TABLES = [
    "message",
    "document",
    "timeline",
    "declaration",
    "request",
    "tax_bill",
    "epcis_event",
    "epcis_capture",
]


def upgrade() -> None:
    """Rows that are there have none until they change."""
    for name in TABLES:
        op.add_column(name, sa.Column("seal", sa.BigInteger(), nullable=False, server_default="0"))
