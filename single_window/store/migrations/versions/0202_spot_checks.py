"""add plans and samples of spot checks, laboratories' orders, and what leaves account books without a list"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from single_window.store.migrate import create_tables

revision = "0202"
down_revision = "0201"

_tables = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"})


def _texts(*names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, sa.Text(), nullable=False, server_default="") for name in names]


def _bigs(*names: str) -> "Sequence[sa.Column[Any]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in names]


def _integer(name: str, default: int = 0) -> "sa.Column[Any]":
    return sa.Column(name, sa.Integer(), nullable=False, server_default=str(default))


def _row(name: str = "id") -> "Sequence[sa.Column[Any]]":
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return [
        sa.Column(name, number, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("sandbox", sa.String(40), nullable=False),
    ]


sa.Table(
    "spot_check_plan",
    _tables,
    *_row(),
    *_texts("plan_no", "terms", "basis", "universe", "commitment"),
    *_bigs("opened_at", "closes_at"),
    *_texts("opened_by", "raised", "secret"),
    _integer("version", 1),
    sa.UniqueConstraint("sandbox", "plan_no"),
)
sa.Table("spot_check_universe", _tables, *_row("plan_id"), *_texts("units"), sa.UniqueConstraint("sandbox", "plan_id"))
_sample = sa.Table(
    "spot_check_sample",
    _tables,
    *_row(),
    *_texts("sample_no", "key", "state", "plan_no", "basis", "place", "stratum"),
    *_texts("ebc_code", "gcode", "gname", "unit"),
    *_bigs("qty", "drawn_at", "due_at"),
    *_texts("law"),
    *_bigs("declaration_id"),
    *_texts("order_no", "invt_no"),
    _integer("gnum"),
    *_texts("ems_no", "item_record_no"),
    _integer("version", 1),
    *_texts("seal_no"),
    *_bigs("taken_at", "taken_qty"),
    *_texts("laboratory", "report_no", "verdict"),
    *_bigs("reported_at"),
    *_texts("answers", "measure_no", "measure"),
    *_bigs("measure_due", "done_qty"),
    *_texts("reasons"),
    sa.UniqueConstraint("sandbox", "key"),
)
sa.Index("ix_spot_check_sample_sample_no", _sample.c.sandbox, _sample.c.sample_no, unique=True)
sa.Index("ix_spot_check_sample_state", _sample.c.sandbox, _sample.c.state)
sa.Index("ix_spot_check_sample_plan_no", _sample.c.sandbox, _sample.c.plan_no)
sa.Table(
    "sample_order",
    _tables,
    *_row(),
    *_bigs("sample_id"),
    *_texts("sample_no", "seal_no", "gcode", "laboratory", "answers", "amends"),
    *_bigs("ordered_at"),
    *_texts("report_no", "verdict"),
    *_bigs("issued_at"),
    *_texts("lines"),
    sa.UniqueConstraint("sandbox", "sample_id", "answers", "amends", "ordered_at"),
)
sa.Table(
    "book_movement",
    _tables,
    sa.Column("sandbox", sa.String(40), primary_key=True, nullable=False),
    sa.Column("cause", sa.String(80), primary_key=True, nullable=False),
    *_texts("ems_no", "item_record_no"),
    *_bigs("quantity"),
    *_texts("why"),
    *_bigs("at"),
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    """Create the tables, and the columns of account books."""
    create_tables(op.get_bind(), _tables)
    for column in (*_bigs("booked_out"), *_texts("area_code")):
        op.add_column("account_book", column)
