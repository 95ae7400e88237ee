"""add the filing documents of refund claims"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0219"
down_revision = "0218"


def _text(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _big(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def _integer(name: str, default: int) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def upgrade() -> None:
    """Create the table with its indexes."""
    op.create_table(
        "filing_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("sandbox", sa.String(40), nullable=False),
        *map(_text, ("case_no", "state")),
        _integer("version", 1),
        _big("claim_id"),
        *map(_text, ("claim_no", "ebc_code", "mailboxes", "claimed_on", "due", "kept_until")),
        _big("opened_at"),
        *map(_text, ("index_no", "told_on", "papers")),
        _integer("document_version", 0),
        _big("ended_at"),
        *map(_text, ("decided_by", "reasons")),
        _big("last_return"),
        sa.PrimaryKeyConstraint("id", name="pk_filing_case"),
    )
    op.create_index("ix_filing_case_case_no", "filing_case", ["sandbox", "case_no"], unique=True)
    op.create_index("ix_filing_case_claim_id", "filing_case", ["claim_id"])
    op.create_index("ix_filing_case_claim_no", "filing_case", ["sandbox", "claim_no"])
    op.create_index("ix_filing_case_state", "filing_case", ["sandbox", "state"])
