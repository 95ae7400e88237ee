"""add the tables of Korea's customs"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0227"
down_revision = "0226"


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
        "korea_file",
        _sandbox(),
        sa.Column("code", sa.String(18), nullable=False),
        _big("seen_at"),
        sa.PrimaryKeyConstraint("sandbox", "code", name="pk_korea_file"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "korea_certificate",
        _sandbox(),
        sa.Column("key", sa.String(40), nullable=False),
        *map(_text, ("cert_no", "agreement", "state", "issued", "exporter", "bl_no", "hs6", "digest")),
        *map(_big, ("told_at", "document_id")),
        _text("used_by"),
        sa.PrimaryKeyConstraint("sandbox", "key", name="pk_korea_certificate"),
        sqlite_with_rowid=False,
    )
    _index("korea_certificate", "bl_no", "sandbox", "bl_no", where="bl_no <> ''")
    op.create_table(
        "korea_company",
        _sandbox(),
        sa.Column("aeo_no", sa.String(30), nullable=False),
        *map(_text, ("company_code", "name", "status", "since", "until")),
        *map(_big, ("told_at", "document_id")),
        sa.PrimaryKeyConstraint("sandbox", "aeo_no", name="pk_korea_company"),
        sqlite_with_rowid=False,
    )
    _index("korea_company", "company_code", "sandbox", "company_code", where="company_code <> ''")
    op.create_table(
        "korea_inspection",
        _sandbox(),
        sa.Column("hbl_no", sa.String(40), nullable=False),
        *map(_text, ("container_no", "seal_no", "method", "result")),
        *map(_big, ("at", "told_at", "document_id")),
        sa.PrimaryKeyConstraint("sandbox", "hbl_no", name="pk_korea_inspection"),
        sqlite_with_rowid=False,
    )
    told = ("hbl_no", "state", "agent_code", "logistics_code", "bill_no", "voyage_no", "container_no", "seal_no")
    listed = ("list_no", "id_type", "consignee_id", "consignee_name", "phone", "postcode", "hs", "goods_name")
    op.create_table(
        "korea_parcel",
        _id(),
        _sandbox(),
        *map(_text, ("parcel_no", "direction")),
        _integer("year"),
        *map(_text, told),
        _big("eta"),
        _text("manifest_no"),
        _big("manifest_weight"),
        *map(_text, listed),
        _big("value"),
        _text("currency"),
        _big("gross_weight"),
        *map(_text, ("origin", "aeo_no", "cert_no", "cert_key", "declaration_no")),
        _big("declaration_id"),
        *map(_text, ("list_key", "order_no", "invt_no")),
        _big("told_at"),
        _text("told_status"),
        _integer("steps"),
        _big("opened_at"),
        _integer("version", 1),
        *map(_text, ("decided_by", "reasons")),
        sa.PrimaryKeyConstraint("id", name="pk_korea_parcel"),
    )
    _index("korea_parcel", "cert_key", "sandbox", "cert_key", where="cert_key <> ''")
    _index("korea_parcel", "container_no", "sandbox", "container_no", where="container_no <> ''")
    _index("korea_parcel", "hbl_no", "sandbox", "hbl_no")
    _index("korea_parcel", "parcel_no", "sandbox", "parcel_no", unique=True)
    _index("korea_parcel", "state", "sandbox", "state")
