"""A filing of bonded stock (our own message, in place of 核注清单): goods enter an account book."""

from __future__ import annotations

from declarations.documents.header import Facts
from declarations.money import Scaled


class StockFilingLine(Facts, frozen=True):
    """The quantity of one item that enters the book."""

    item_record_no: str
    gcode: str
    gname: str
    unit: str
    qty: Scaled


class StockFiling(Facts, frozen=True):
    """Goods that a warehouse company files for its account book."""

    guid: str
    app_time: str
    customs_code: str
    cop_no: str
    ems_no: str
    area_code: str
    area_name: str
    lines: tuple[StockFilingLine, ...] = ()
