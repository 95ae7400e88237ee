"""Parts of tables: their metadata, and columns of the few plain types that every engine keeps alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column(name: str = "id") -> Column[int]:
    """A row id that numbering gives, or a part of a key."""
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def sandbox_column(primary: bool = False) -> Column[str]:
    """The sandbox that a row belongs to."""
    return Column("sandbox", String(40), nullable=False, primary_key=primary)


def big(name: str, default: int | None = 0, **extra: Any) -> Column[int]:
    """An instant, a count, or an amount scaled by 100,000."""
    return Column(
        name, BigInteger, nullable=default is None, server_default=None if default is None else str(default), **extra
    )


def text(name: str, default: str | None = "", **extra: Any) -> Column[str]:
    """A text of any length."""
    return Column(name, Text, nullable=default is None, server_default=default, **extra)
