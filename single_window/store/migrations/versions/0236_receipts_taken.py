"""keep up to which place participants have taken the receipts of their mailboxes"""

import sqlalchemy as sa
from alembic import op

revision = "0236"
down_revision = "0235"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "receipts_taken",
        sa.Column("sandbox", sa.String(40), primary_key=True),
        sa.Column("mailbox", sa.String(30), primary_key=True),
        sa.Column("place", sa.BigInteger(), nullable=False, server_default="0"),
        sqlite_with_rowid=False,
    )
