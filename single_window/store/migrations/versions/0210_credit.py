"""add the tables of credit"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0210"
down_revision = "0202"


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
        "credit_file",
        _sandbox(),
        sa.Column("code", sa.String(18), nullable=False),
        _big("next_due"),
        sa.PrimaryKeyConstraint("sandbox", "code", name="pk_credit_file"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "credit_event",
        _id(),
        _sandbox(),
        *map(_text, ("key", "ebc_code", "kind", "degree", "agency", "occurred", "decided", "final")),
        *map(_big, ("amount", "documents")),
        *map(_text, ("doc_no", "evidence", "cured", "withdrawn")),
        _big("recorded_at"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_event"),
        sa.UniqueConstraint("sandbox", "key", name="uq_credit_event_sandbox_key"),
    )
    op.create_index("ix_credit_event_ebc_code", "credit_event", ["ebc_code"])
    op.create_table(
        "credit_case",
        _id(),
        _sandbox(),
        *map(_text, ("case_no", "state", "ebc_code", "credit_code", "name", "grade_before", "grade")),
        *map(_text, ("order_zh", "order_en")),
        _integer("provisional"),
        *map(_text, ("events", "grounds")),
        _big("opened_at"),
        _integer("version", 1),
        *map(_text, ("degree", "since", "defence_until", "objection", "shown_until", "repair_from", "plea", "until")),
        _text("decided_by"),
        *map(_big, ("decided_at", "ended_at")),
        _text("reasons"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_case"),
    )
    op.create_index("ix_credit_case_case_no", "credit_case", ["case_no"])
    op.create_index("ix_credit_case_ebc_code", "credit_case", ["ebc_code"])
    op.create_index("ix_credit_case_state", "credit_case", ["sandbox", "state"])
