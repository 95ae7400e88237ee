"""add the tables of market supervision and commerce"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0228"
down_revision = "0227"


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


def _key(name: str, length: int) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(length), nullable=False)


def _index(table: str, name: str, *columns: str, where: str = "", unique: bool = False) -> None:
    partial: dict[str, Any] = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
    op.create_index(f"ix_{table}_{name}", table, list(columns), unique=unique, **partial)


def upgrade() -> None:
    op.create_table(
        "commerce_file",
        _sandbox(),
        sa.PrimaryKeyConstraint("sandbox", name="pk_commerce_file"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "licence",
        _sandbox(),
        _key("credit_code", 18),
        _key("since", 10),
        sa.Column("revision", sa.Integer(), nullable=False),
        _big("recorded_at"),
        *map(_text, ("state", "name", "legal_person", "founded", "scope", "abnormal", "severe", "free_trade_zone")),
        sa.PrimaryKeyConstraint("sandbox", "credit_code", "since", "revision", name="pk_licence"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "licence_query",
        _id(),
        _sandbox(),
        *map(_text, ("credit_code", "as_of", "code", "purpose")),
        _big("document_id"),
        _integer("document_version"),
        *map(_big, ("asked_at", "due_at", "answered_at")),
        _integer("times_answered"),
        *map(_text, ("filing_no", "answers")),
        sa.PrimaryKeyConstraint("id", name="pk_licence_query"),
    )
    _index("licence_query", "credit_code", "sandbox", "credit_code")
    op.create_table(
        "licence_authorisation",
        _sandbox(),
        _key("credit_code", 18),
        _key("auth_no", 40),
        *map(_text, ("holder", "until")),
        _integer("withdrawn"),
        sa.PrimaryKeyConstraint("sandbox", "credit_code", "auth_no", name="pk_licence_authorisation"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trader_filing",
        _sandbox(),
        _key("credit_code", 18),
        *map(_text, ("filing_no", "en_code", "filed")),
        sa.PrimaryKeyConstraint("sandbox", "credit_code", name="pk_trader_filing"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "zone_company",
        _sandbox(),
        _key("zone", 60),
        _key("since", 10),
        _text("company"),
        sa.PrimaryKeyConstraint("sandbox", "zone", "since", name="pk_zone_company"),
        sqlite_with_rowid=False,
    )
    unique = ("sandbox", "zone", "month", "told", "revision")
    op.create_table(
        "zone_month",
        _id(),
        _sandbox(),
        *map(_text, ("zone", "month")),
        *map(_integer, ("told", "revision")),
        _text("company"),
        *map(_big, ("at", "firms", "parcels")),
        *map(_text, ("cells", "new_registrations", "warehouses", "reasons")),
        sa.PrimaryKeyConstraint("id", name="pk_zone_month"),
        sa.UniqueConstraint(*unique, name="uq_zone_month_sandbox_zone_month_told_revision"),
    )
    op.create_table(
        "commerce_case",
        _id(),
        _sandbox(),
        *map(_text, ("case_no", "state", "kind", "key", "about", "company", "credit_code", "zone", "month")),
        _big("opened_at"),
        _integer("version", 1),
        _big("ended_at"),
        *map(_text, ("decided_by", "reasons")),
        sa.PrimaryKeyConstraint("id", name="pk_commerce_case"),
    )
    _index("commerce_case", "about", "sandbox", "about")
    _index("commerce_case", "case_no", "sandbox", "case_no", unique=True)
    _index("commerce_case", "state", "sandbox", "state")
