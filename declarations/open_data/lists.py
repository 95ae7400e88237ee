"""The lines of released lists, and of goods that came back, as open data counts them: by merchant, mode, partner and
chapter, in fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

from declarations.documents import ExportInventory, ExportInventoryLine, Inventory, InventoryLine
from declarations.exchange import convert_to_yuan
from declarations.export.value import CURRENCY_LETTERS, YUAN
from declarations.money import SCALE, Scaled, decimal_of, round_to_fen, scaled_of
from declarations.open_data.tables import NOTHING, Figures, Traded
from declarations.parameters import Parameters

FEN = SCALE // 100
_Key: TypeAlias = tuple[str, str, str, str, str]


class TradedList(NamedTuple):
    """A list that was released on a day and is not cancelled; `flow` I import, E export. `back`: instead of it, the
    quantities of it that came back in the month, by line (625, 213)."""

    flow: str
    released_on: date
    facts: Inventory | ExportInventory
    back: Mapping[int, Scaled] | None = None

    @property
    def direction(self) -> str:
        """One of `publishing.DIRECTIONS`: what came back stands apart, in the month in which it came."""
        return self.flow if self.back is None else f"{self.flow}R"


def traded_in(lists: Iterable[TradedList], law: Parameters) -> tuple[Traded, ...]:
    """Return what merchants traded by these lists, in order: partner is the country of origin of imports, of
    destination of exports. Goods that came back are a line, with their share of its value, down to the fen. Raises
    `NoValue` or `UnknownParameter` for a currency without a rate on the day of release."""
    found: dict[_Key, Figures] = {}
    for counted in lists:
        facts = counted.facts
        for line in facts.lines:
            value = _fen_of(line, counted.released_on, law)
            if counted.back is not None:
                if not (back := min(counted.back.get(line.gnum, 0), line.qty)):
                    continue
                value = value * back // line.qty
            key = (counted.direction, facts.trade_mode, line.country, line.gcode[:2], facts.ebc_code)
            found[key] = found.get(key, NOTHING).plus(Figures(1, value))
    return tuple(Traded(*key, *figures) for key, figures in sorted(found.items()))


def _fen_of(line: InventoryLine | ExportInventoryLine, day: date, law: Parameters) -> int:
    """The value of a line in fen; import lists are in yuan."""
    currency = getattr(line, "currency", YUAN)
    if currency == YUAN:
        return scaled_of(round_to_fen(decimal_of(line.total_price))) // FEN
    return convert_to_yuan(line.total_price, CURRENCY_LETTERS.get(currency, currency), day, law).amount // FEN
