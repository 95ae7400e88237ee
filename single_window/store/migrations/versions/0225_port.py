"""add the tables of the port"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0225"
down_revision = "0220"


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
        "port_file",
        _sandbox(),
        sa.Column("code", sa.String(18), nullable=False),
        _big("seen_at"),
        sa.PrimaryKeyConstraint("sandbox", "code", name="pk_port_file"),
        sqlite_with_rowid=False,
    )
    unique = ("sandbox", "terminal_code", "container_no", "event", "at", "call")
    op.create_table(
        "port_event",
        _id(),
        _sandbox(),
        *map(_text, ("terminal_code", "container_no", "event")),
        *map(_big, ("at", "recorded_at")),
        *map(_text, ("doc_no", "source", "line_code", "vessel_id", "vessel_name", "voyage_no", "iso_type", "full")),
        *map(_text, ("booking_no", "bill_no", "seal_no", "load_port", "discharge_port", "cell")),
        _big("weight"),
        *map(_text, ("plate_no", "train_no")),
        _big("document_id"),
        _text("call"),
        _integer("stay"),
        _text("mark"),
        sa.PrimaryKeyConstraint("id", name="pk_port_event"),
        sa.UniqueConstraint(*unique, name="uq_port_event_sandbox_terminal_code_container_no_event_at_call"),
    )
    _index("port_event", "bill_no", "sandbox", "bill_no", where="bill_no <> ''")
    _index("port_event", "call", "sandbox", "call", where="call <> ''")
    _index("port_event", "container_no", "sandbox", "container_no")
    op.create_table(
        "port_parcel",
        _sandbox(),
        sa.Column("key", sa.String(120), nullable=False),
        *map(_text, ("container_no", "listed_in")),
        _big("after"),
        _text("bill_no"),
        _big("declaration_id"),
        *map(_text, ("invt_no", "list_key", "order_no", "state")),
        *map(_big, ("stepped_at", "steps")),
        *map(_text, ("told", "terminal_code")),
        _integer("loaded"),
        sa.PrimaryKeyConstraint("sandbox", "key", name="pk_port_parcel"),
        sqlite_with_rowid=False,
    )
    _index("port_parcel", "bill_no", "sandbox", "bill_no", where="bill_no <> ''")
    _index("port_parcel", "container_no", "sandbox", "container_no", where="container_no <> ''")
    _index("port_parcel", "invt_no", "sandbox", "invt_no", where="invt_no <> ''")
    op.create_table(
        "port_case",
        _id(),
        _sandbox(),
        *map(_text, ("case_no", "state", "kind", "key", "about", "container_no", "voyage_no", "invt_no")),
        _big("opened_at"),
        _integer("version", 1),
        _big("ended_at"),
        *map(_text, ("decided_by", "reasons")),
        sa.PrimaryKeyConstraint("id", name="pk_port_case"),
    )
    _index("port_case", "about", "sandbox", "about")
    _index("port_case", "case_no", "sandbox", "case_no", unique=True)
    _index("port_case", "state", "sandbox", "state")
