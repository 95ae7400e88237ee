"""Goods that a sandbox imported in addition to the built-in register."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select

from declarations.confidence import parse_stored
from declarations.goods import Goods, GoodsRegister
from single_window.store.bulk import chunks, insert_rows
from single_window.store.prepared import fetch_value
from single_window.store.tables import goods_row

_LAST = select(func.max(goods_row.c.id)).where(goods_row.c.sandbox == bindparam("of_sandbox"))


def register(connection: Connection, sandbox: str, builtin: GoodsRegister) -> GoodsRegister:
    """The register of a sandbox: the built-in one, overridden by imported rows."""
    last = fetch_value(connection, _LAST, {"of_sandbox": sandbox})
    if last is None:
        return builtin
    rows = connection.execute(select(goods_row.c.row).where(goods_row.c.sandbox == sandbox).order_by(goods_row.c.id))
    return _extend(tuple(text for (text,) in rows), builtin)


@lru_cache(maxsize=8)
def _extend(rows: tuple[str, ...], builtin: GoodsRegister) -> GoodsRegister:
    return builtin.replaced([read(text) for text in rows])


def read(text: str) -> Goods:
    """Decode a stored row. In old rows the confidence is text, or named `status`."""
    values = msgspec.json.decode(text)
    values["confidence"] = parse_stored(values.pop("status", "") or values["confidence"])
    return msgspec.convert(values, Goods)


def replace(connection: Connection, sandbox: str, ids: Sequence[int], rows: Sequence[Goods]) -> None:
    """Insert imported rows, replacing earlier imports for the same codes."""
    codes = {row.hs10 for row in rows}
    existing = connection.execute(select(goods_row.c.id, goods_row.c.row).where(goods_row.c.sandbox == sandbox))
    earlier = [number for number, text in existing if read(text).hs10 in codes]
    for chunk in chunks(earlier):
        connection.execute(delete(goods_row).where(goods_row.c.id.in_(chunk)))
    insert_rows(
        connection,
        goods_row,
        ("id", "sandbox", "row"),
        [(number, sandbox, msgspec.json.encode(row).decode()) for number, row in zip(ids, rows, strict=True)],
    )
