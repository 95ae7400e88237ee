"""add the tables of stock abroad"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0217"
down_revision = "0215"


def _text(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _big(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def _integer(name: str, default: int = 0) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def _id() -> "sa.Column[Any]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, nullable=False, autoincrement=False)


def _sandbox() -> "sa.Column[Any]":
    return sa.Column("sandbox", sa.String(40), nullable=False)


def _index(table: str, name: str, *columns: str, where: str = "", unique: bool = False) -> None:
    partial: dict[str, Any] = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
    op.create_index(f"ix_{table}_{name}", table, list(columns), unique=unique, **partial)


def upgrade() -> None:
    op.create_table(
        "overseas_file",
        _sandbox(),
        sa.Column("code", sa.String(18), nullable=False),
        _big("seen_at"),
        sa.PrimaryKeyConstraint("sandbox", "code", name="pk_overseas_file"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "overseas_notice",
        _id(),
        _sandbox(),
        *map(_text, ("key", "ebc_code", "warehouse_code", "country", "notice_no")),
        _integer("part"),
        _integer("parts"),
        _text("digest"),
        *map(_big, ("as_of", "recorded_at", "lines", "document_id")),
        sa.PrimaryKeyConstraint("id", name="pk_overseas_notice"),
        sa.UniqueConstraint("sandbox", "key", name="uq_overseas_notice_sandbox_key"),
    )
    _index("overseas_notice", "ebc_code", "sandbox", "ebc_code", "warehouse_code")
    op.create_table(
        "overseas_move",
        _id(),
        _sandbox(),
        _big("notice_id"),
        _integer("line"),
        *map(_text, ("ebc_code", "warehouse_code", "country", "event")),
        _big("at"),
        *map(_text, ("told", "day")),
        _big("recorded_at"),
        *map(_text, ("sku", "lot")),
        _big("qty"),
        *map(_text, ("unit", "condition", "ref", "to_warehouse", "item_no")),
        _big("price"),
        _text("currency"),
        _big("vat"),
        _integer("tax_included"),
        *map(_text, ("tax_by", "voucher_no")),
        _big("double_of"),
        _integer("uncounted"),
        *map(_text, ("asked", "notice_no")),
        sa.PrimaryKeyConstraint("id", name="pk_overseas_move"),
    )
    unproved = "event = 'S' AND voucher_no = '' AND asked = ''"
    _index("overseas_move", "asked", "sandbox", "asked", where="asked <> ''")
    _index("overseas_move", "notice_id", "notice_id")
    _index("overseas_move", "ref", "sandbox", "ebc_code", "ref", where="ref <> ''")
    _index("overseas_move", "sku", "sandbox", "ebc_code", "sku")
    _index("overseas_move", "unproved", "sandbox", "ebc_code", "day", where=unproved)
    op.create_table(
        "overseas_stock",
        _sandbox(),
        sa.Column("key", sa.String(120), nullable=False),
        *map(_text, ("ebc_code", "warehouse_code", "country", "sku", "lot", "unit")),
        *map(_big, ("received", "sold", "returned", "transferred", "adjusted", "destroyed", "sent_back")),
        *map(_big, ("on_hand", "damaged", "last_at")),
        sa.PrimaryKeyConstraint("sandbox", "key", name="pk_overseas_stock"),
        sqlite_with_rowid=False,
    )
    _index("overseas_stock", "ebc_code", "sandbox", "ebc_code")
    op.create_table(
        "overseas_case",
        _id(),
        _sandbox(),
        *map(_text, ("case_no", "state", "kind", "key", "ebc_code", "warehouse_code", "sku", "day", "due")),
        _big("opened_at"),
        _integer("version", 1),
        _big("ended_at"),
        *map(_text, ("decided_by", "reasons")),
        sa.PrimaryKeyConstraint("id", name="pk_overseas_case"),
    )
    _index("overseas_case", "case_no", "sandbox", "case_no", unique=True)
    _index("overseas_case", "ebc_code", "sandbox", "ebc_code")
    _index("overseas_case", "state", "sandbox", "state")
