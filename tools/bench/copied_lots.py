"""Lots for performance measurements: many lots of account books, as a plan of spot checks draws from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from declarations.money import SCALE
from declarations.spot_checks.drawing import SampledUnit, draw_universe, lot_key
from single_window.store.engine import writing
from single_window.store.gateways.customs.ledgers import file_stock

if TYPE_CHECKING:
    from single_window.context import Context

CHAPTERS, LOTS_OF_BOOK = 97, 500
QUANTITY = 1_000 * SCALE
COLUMNS = ("ems_no", "item_record_no", "gcode", "gname", "unit", "filed")


def file_lots(context: Context, sandbox: str, count: int) -> None:
    """Store so many lots of account books, of goods of all chapters."""
    with writing(context.engine) as connection:
        file_stock(connection, sandbox, COLUMNS, list(_lots(count)))


def draw_lots(count: int, size: int) -> int:
    """Draw so many of each stratum of such lots from a list in memory; return how many are drawn."""
    units = [SampledUnit(lot_key(book, item), goods) for book, item, goods, *_ in _lots(count)]
    return len(draw_universe("secret", "SP1", units, {"": size}))


def _lots(count: int) -> Iterator[tuple[str, str, str, str, str, int]]:
    for number in range(count):
        book, goods = f"T3702W{number // LOTS_OF_BOOK:06d}", f"{1 + number % CHAPTERS:02d}03006000"
        yield book, f"{number:08d}", goods, "商品", "011", QUANTITY
