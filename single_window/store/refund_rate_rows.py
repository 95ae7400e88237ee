"""Refund rates that a sandbox imported in addition to the built-in ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, delete, func, select

from declarations.confidence import parse_stored
from declarations.refund.rates import RefundRate, RefundRates
from single_window.store.bulk import chunks, insert_rows
from single_window.store.tables import refund_rate_row

_CONFIDENCE = RefundRate._fields.index("confidence")


def rates(connection: Connection, sandbox: str, base: RefundRates) -> RefundRates:
    """The rates of a sandbox: `base`, with the codes replaced that the sandbox imported.

    Cached: without new imports the same object is returned.
    """
    last = connection.execute(
        select(func.max(refund_rate_row.c.id)).where(refund_rate_row.c.sandbox == sandbox)
    ).scalar()
    if last is None:
        return base
    rows = connection.execute(
        select(refund_rate_row.c.row).where(refund_rate_row.c.sandbox == sandbox).order_by(refund_rate_row.c.id)
    )
    return _extend(tuple(text for (text,) in rows), base)


@lru_cache(maxsize=8)
def _extend(rows: tuple[str, ...], base: RefundRates) -> RefundRates:
    return base.with_rows(map(read, rows))


def read(text: str) -> RefundRate:
    """Decode a stored rate. In old rows the confidence is text."""
    values = msgspec.json.decode(text)
    values[_CONFIDENCE] = parse_stored(values[_CONFIDENCE])
    return msgspec.convert(values, RefundRate)


def replace(connection: Connection, sandbox: str, ids: Sequence[int], rows: Sequence[RefundRate]) -> None:
    """Insert imported rows, oldest first within a code, replacing earlier imports for the same codes."""
    codes = {row.hs10 for row in rows}
    existing = connection.execute(
        select(refund_rate_row.c.id, refund_rate_row.c.row).where(refund_rate_row.c.sandbox == sandbox)
    )
    earlier = [number for number, text in existing if read(text).hs10 in codes]
    for chunk in chunks(earlier):
        connection.execute(delete(refund_rate_row).where(refund_rate_row.c.id.in_(chunk)))
    insert_rows(
        connection,
        refund_rate_row,
        ("id", "sandbox", "row"),
        [(number, sandbox, msgspec.json.encode(row).decode()) for number, row in zip(ids, rows, strict=True)],
    )
