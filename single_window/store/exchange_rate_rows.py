"""Customs exchange rates that a sandbox imported, and the law book of the sandbox that contains them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select

from declarations import parameters
from declarations.forex.rate_table import ExchangeRate, law_with
from declarations.parameters import Parameters
from single_window.store.bulk import chunks, insert_rows
from single_window.store.prepared import fetch_value
from single_window.store.tables import exchange_rate_row

_LAST = select(func.max(exchange_rate_row.c.id)).where(exchange_rate_row.c.sandbox == bindparam("of_sandbox"))


def law_of(connection: Connection, sandbox: str, base: Parameters | None = None) -> Parameters:
    """The law book of a sandbox: `base` (None: the built-in one) with its imported exchange rates.

    Cached: without new imports the same object is returned.
    """
    base = base or parameters.load()
    last = fetch_value(connection, _LAST, {"of_sandbox": sandbox})
    return base if last is None else _extend(tuple(_texts(connection, sandbox)), base)


def rates(connection: Connection, sandbox: str) -> list[ExchangeRate]:
    """The imported rates of a sandbox."""
    return [_decode(text) for text in _texts(connection, sandbox)]


def replace(connection: Connection, sandbox: str, ids: Sequence[int], rows: Sequence[ExchangeRate]) -> None:
    """Insert imported rates, replacing earlier imports for the same currencies and months."""
    replaced_keys = {(row.currency, row.month) for row in rows}
    stored = connection.execute(
        select(exchange_rate_row.c.id, exchange_rate_row.c.row).where(exchange_rate_row.c.sandbox == sandbox)
    )
    earlier = [number for number, text in stored if _decode(text)[:2] in replaced_keys]
    for chunk in chunks(earlier):
        connection.execute(delete(exchange_rate_row).where(exchange_rate_row.c.id.in_(chunk)))
    insert_rows(
        connection,
        exchange_rate_row,
        ("id", "sandbox", "row"),
        [(number, sandbox, msgspec.json.encode(row).decode()) for number, row in zip(ids, rows, strict=True)],
    )


def _texts(connection: Connection, sandbox: str) -> Sequence[str]:
    return (
        connection.execute(
            select(exchange_rate_row.c.row)
            .where(exchange_rate_row.c.sandbox == sandbox)
            .order_by(exchange_rate_row.c.id)
        )
        .scalars()
        .all()
    )


@lru_cache(maxsize=32)
def _extend(rows: tuple[str, ...], base: Parameters) -> Parameters:
    return law_with(map(_decode, rows), base)


def _decode(text: str) -> ExchangeRate:
    return msgspec.json.decode(text, type=ExchangeRate)
