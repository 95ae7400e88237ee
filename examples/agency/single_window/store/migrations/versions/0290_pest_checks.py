"""add the tables of pest checks"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0290"
down_revision = "0249"


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
        "pest_check_plan",
        _id(),
        _sandbox(),
        *map(_text, ("plan_no", "commitment")),
        *map(_big, ("opened_at", "closes_at")),
        _text("secret"),
        _integer("version", 1),
        _big("seal"),
        sa.PrimaryKeyConstraint("id", name="pk_pest_check_plan"),
        sa.UniqueConstraint("sandbox", "plan_no", name="uq_pest_check_plan_sandbox_plan_no"),
    )
    op.create_table(
        "pest_check_sample",
        _id(),
        _sandbox(),
        *map(_text, ("sample_no", "key", "state", "plan_no", "order_no", "invt_no", "ebc_code")),
        _integer("gnum"),
        *map(_text, ("gcode", "gname", "seal_no")),
        _big("taken_at"),
        _integer("version", 1),
        _big("reported_at"),
        _text("reasons"),
        _big("seal"),
        sa.PrimaryKeyConstraint("id", name="pk_pest_check_sample"),
        sa.UniqueConstraint("sandbox", "key", name="uq_pest_check_sample_sandbox_key"),
    )
    op.create_index("ix_pest_check_sample_sample_no", "pest_check_sample", ["sandbox", "sample_no"], unique=True)
    op.create_index("ix_pest_check_sample_state", "pest_check_sample", ["sandbox", "state"])
