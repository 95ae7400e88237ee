"""The goods that a measure about a sample concerns: lists with the same goods of the same company or lot, parcels
that were sold, lots in stock."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from declarations.documents import Inventory, unpack
from declarations.documents.inventory import InventoryLine
from declarations.money import amount_text
from gateways.spot_checks.repository import SpotSample
from single_window.cases.spot_checks.answers import MeasureHitsOut
from single_window.store.tables import account_book, declaration, document

LISTS = 2_000
"""Newest lists that are read."""
NAMED = 10
"""Lists that are named."""


def hits_of(connection: Connection, sandbox: str, sample: SpotSample) -> MeasureHitsOut:
    """Return what a measure about a sample concerns: by its lot, or by its goods of its company."""
    columns = declaration.c
    chosen = (
        select(columns.invt_no, columns.order_no, columns.released_at, document.c.facts)
        .join(document, document.c.id == columns.document_id)
        .where(columns.sandbox == sandbox, columns.flow == "I")
        .where(columns.trade_mode == "1210" if sample.lot else columns.ebc_code == sample.ebc_code)
    )
    rows = connection.execute(chosen.order_by(columns.id.desc()).limit(LISTS)).all()
    found = [(row, quantity) for row in rows if (quantity := _quantity(sample, unpack(Inventory, row.facts)))]
    sold = [quantity for row, quantity in found if row.released_at]
    lots, stock = _stock(connection, sandbox, sample)
    return MeasureHitsOut(
        lists=len(found),
        waiting=len(found) - len(sold),
        parcels=len(sold),
        sold=amount_text(sum(sold)),
        lots=lots,
        stock=amount_text(stock),
        whole=len(rows) < LISTS,
        named=tuple(row.invt_no or row.order_no for row, _ in found[:NAMED]),
    )


def _quantity(sample: SpotSample, listed: Inventory) -> int:
    """The quantity of the same goods in a list, scaled; of a lot that which draws on it."""
    if sample.lot and listed.ems_no != sample.ems_no:
        return 0
    return sum(line.qty for line in listed.lines if _is_same(sample, line))


def _is_same(sample: SpotSample, line: InventoryLine) -> bool:
    return line.item_record_no == sample.item_record_no if sample.lot else line.gcode == sample.gcode


def _stock(connection: Connection, sandbox: str, sample: SpotSample) -> tuple[int, int]:
    """Lots of the same goods in all account books of which something is left, and what is left."""
    columns = account_book.c
    left = columns.filed - columns.drawn - columns.booked_out
    chosen = select(func.count(), func.coalesce(func.sum(left), 0))
    same = (columns.sandbox == sandbox, columns.gcode == sample.gcode, left > 0)
    lots, stock = connection.execute(chosen.where(*same)).one()
    return int(lots), int(stock)
