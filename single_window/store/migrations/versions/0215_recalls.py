"""make the tables of recalls"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0215"
down_revision = "0214"


def _texts(*names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, sa.Text(), nullable=False, server_default="") for name in names]


def _bigs(*names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in names]


def _integers(*names: str, default: int = 0) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, sa.Integer(), nullable=False, server_default=str(default)) for name in names]


def _number(name: str) -> "sa.Column[Any]":
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, number, autoincrement=False, nullable=False)


def upgrade() -> None:
    """Create recalls, and what became of parcels."""
    op.create_table(
        "recall",
        _number("id"),
        sa.Column("sandbox", sa.String(40), nullable=False),
        *_texts("recall_no", "state", "goods_kind", "recall_class", "ordered", "ebc_code", "hazard"),
        *_bigs("start_at", "start_due", "finish_due"),
        *_texts("law"),
        *_bigs("registered_at"),
        *_texts("ebp_code", "recall_agent", "gtin", "item_no", "ems_no", "item_record_no", "lots"),
        *_texts("made_from", "made_until", "remedy", "source", "opened_by", "units", "platforms"),
        *_texts("precision", "gname"),
        *_bigs("held_qty", "sold_qty"),
        *_integers("lists", "holding", "seq"),
        *_bigs("told", "back", "destroyed", "refunded", "began_at", "completed_at", "overdue_at"),
        *_texts("overdue_kind", "reasons"),
        *_integers("version", default=1),
        sa.PrimaryKeyConstraint("id", name="pk_recall"),
        sa.UniqueConstraint("sandbox", "recall_no", name="uq_recall_sandbox_recall_no"),
    )
    op.create_index("ix_recall_state", "recall", ["sandbox", "state"])
    op.create_table(
        "recall_parcel",
        sa.Column("sandbox", sa.String(40), nullable=False),
        _number("recall_id"),
        sa.Column("invt_no", sa.String(20), nullable=False),
        *_texts("outcome"),
        *_bigs("quantity"),
        *_integers("seq"),
        *_bigs("at"),
        sa.PrimaryKeyConstraint("sandbox", "recall_id", "invt_no", name="pk_recall_parcel"),
        sqlite_with_rowid=False,
    )
