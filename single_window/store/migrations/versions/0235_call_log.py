"""keep the newest calls of participants, where a window is told to"""

import sqlalchemy as sa
from alembic import op

revision = "0235"
down_revision = "0233"

SIZES = ("at", "request_size", "answer_size", "took")
TEXTS = ("caller", "method", "path", "query", "request_type", "answer_type", "request_id")


def upgrade() -> None:
    """Create the table and its index."""
    op.create_table(
        "call_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("sandbox", sa.String(40), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in SIZES),
        sa.Column("status", sa.Integer(), nullable=False, server_default="0"),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in TEXTS),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_call_log_of_sandbox", "call_log", ["sandbox", "id"])
