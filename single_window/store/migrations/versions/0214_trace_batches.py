"""make the tables of trace batches and their codes"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0214"
down_revision = "0213"


def _texts(*names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, sa.Text(), nullable=False, server_default="") for name in names]


def _bigs(*names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in names]


def _integer(name: str, default: int = 0) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def upgrade() -> None:
    """Create batches and codes."""
    op.create_table(
        "trace_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("sandbox", sa.String(40), nullable=False),
        *_texts("batch_no", "key", "state", "ebc_code", "cop_no", "goods_kind", "lot", "origin"),
        *_texts("produced_day", "expiry_day"),
        *_bigs("qty"),
        *_texts("unit", "precision"),
        *_bigs("registered_at"),
        *_texts("gtin", "item_no", "gname", "gcode", "ems_no", "item_record_no"),
        _integer("codes"),
        *_texts("recall_agent", "recall_no"),
        _integer("version", 1),
        sa.PrimaryKeyConstraint("id", name="pk_trace_batch"),
        sa.UniqueConstraint("sandbox", "key", name="uq_trace_batch_sandbox_key"),
    )
    where = sa.text("gtin <> ''")
    op.create_index("ix_trace_batch_batch_no", "trace_batch", ["sandbox", "batch_no"], unique=True)
    op.create_index("ix_trace_batch_book", "trace_batch", ["sandbox", "ems_no", "item_record_no"])
    op.create_index("ix_trace_batch_company", "trace_batch", ["sandbox", "ebc_code", "id"])
    op.create_index(
        "ix_trace_batch_gtin", "trace_batch", ["sandbox", "gtin"], sqlite_where=where, postgresql_where=where
    )
    op.create_index("ix_trace_batch_lot", "trace_batch", ["sandbox", "lot"])
    op.create_table(
        "trace_code",
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("code", sa.String(14), nullable=False),
        *_bigs("batch_id"),
        _integer("serial"),
        *_bigs("issued_at"),
        sa.PrimaryKeyConstraint("sandbox", "code", name="pk_trace_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trace_code_batch", "trace_code", ["batch_id", "serial"])
    op.create_table(
        "trace_lookup",
        sa.Column("sandbox", sa.String(40), nullable=False),
        sa.Column("code", sa.String(14), nullable=False),
        _integer("looked_up"),
        *_bigs("first_looked_up"),
        sa.PrimaryKeyConstraint("sandbox", "code", name="pk_trace_lookup"),
        sqlite_with_rowid=False,
    )
