"""keep which interchanges of EDIFACT have come in"""

import sqlalchemy as sa
from alembic import op

revision = "0247"
down_revision = "0246"


def upgrade() -> None:
    """Those that came before are not known: each counts as new."""
    op.create_table(
        "interchange",
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, server_default=""),
        sa.Column("at", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("sandbox", "key", name="pk_interchange"),
        sqlite_with_rowid=False,
    )
