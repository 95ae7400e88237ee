"""A filing of goods (our own message)."""

from __future__ import annotations

from msgspec import Struct


class GoodsFilingLine(Struct, frozen=True, array_like=True, gc=False):
    """One of the goods."""

    gnum: int
    item_no: str
    gcode: str
    gname: str
    unit: str
    country: str
    gmodel: str


class GoodsFiling(Struct, frozen=True, array_like=True, gc=False):
    """Goods that a company trades."""

    guid: str
    app_type: str
    app_time: str
    ebc_code: str
    ebc_name: str
    cop_no: str
    lines: tuple[GoodsFilingLine, ...] = ()
