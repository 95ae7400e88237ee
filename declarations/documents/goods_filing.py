"""A filing of goods (our own message)."""

from __future__ import annotations

from declarations.documents.header import Facts, Header


class GoodsFilingLine(Facts, frozen=True):
    """One of the goods."""

    gnum: int
    item_no: str
    gcode: str
    gname: str
    unit: str
    country: str
    gmodel: str


class GoodsFiling(Header, frozen=True):
    """Goods that a company trades."""

    ebc_code: str
    ebc_name: str
    cop_no: str
    lines: tuple[GoodsFilingLine, ...] = ()
