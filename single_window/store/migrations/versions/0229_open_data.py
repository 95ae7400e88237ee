"""add the tables of open data"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0229"
down_revision = "0228"


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


def upgrade() -> None:
    op.create_table(
        "open_data_lock",
        _sandbox(),
        sa.Column("code", sa.String(18), nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "code", name="pk_open_data_lock"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "open_data_month",
        _id(),
        _sandbox(),
        *map(_text, ("release_no", "state", "month")),
        *map(_integer, ("edition", "lists", "cells", "shut")),
        _big("opened_at"),
        _integer("version", 1),
        _big("ended_at"),
        *map(_text, ("decided_by", "reasons")),
        sa.PrimaryKeyConstraint("id", name="pk_open_data_month"),
    )
    for name in ("month", "release_no", "state"):
        columns, unique = ["sandbox", name], name == "release_no"
        op.create_index(f"ix_open_data_month_{name}", "open_data_month", columns, unique=unique)
    op.create_table(
        "open_data_base",
        _id(),
        _sandbox(),
        *map(_text, ("traded", "closed")),
        sa.PrimaryKeyConstraint("id", name="pk_open_data_base"),
    )
    op.create_index("ix_open_data_base_sandbox", "open_data_base", ["sandbox", "id"])
    op.create_table(
        "open_data_file",
        _sandbox(),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.String(40), nullable=False),
        *map(_text, ("media_type", "sha256")),
        _big("month_id"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sandbox", "month", "edition", "name", name="pk_open_data_file"),
        sqlite_with_rowid=False,
    )
