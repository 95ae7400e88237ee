"""Known facts of the goods that a batch of notices names, and how their ledgers are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from declarations.overseas.ledger import Replayed, StockSums, extend, replay
from declarations.overseas.moves import StockMove, Supply
from declarations.overseas.notices import StockNotice
from declarations.parameters.tables.overseas import OverseasCountries
from gateways.overseas.repository import BookedNotice, Goods, StockRow


class KnownStock(NamedTuple):
    """Exports, moves and notices of the goods that a batch of notices names."""

    supplies: Mapping[Goods, Sequence[Supply]]
    moves: dict[Goods, list[StockMove]]
    countries: OverseasCountries
    ledgers: dict[Goods, Replayed]
    """Of what is booked so far, as far as they were computed."""
    notices: dict[str, BookedNotice]
    """Those of the same numbers that are booked so far, by key."""

    def ledger(self, goods: Goods) -> Replayed:
        """Return the ledger of goods as it is booked."""
        if goods not in self.ledgers:
            self.ledgers[goods] = self.replayed(goods, self.moves.get(goods, ()))
        return self.ledgers[goods]

    def ledger_after(self, goods: Goods, moves: Sequence[StockMove], added: Sequence[StockMove]) -> Replayed:
        """Return the ledger of goods with these moves, of which `added` are new and stand last. Where the others are as
        they are booked, it goes on from there if it can: of thousands of moves each notice adds a few."""
        same = len(moves) - len(added) == len(self.moves.get(goods, ()))
        return (extend(self.ledger(goods), added) if same else None) or self.replayed(goods, moves)

    def replayed(self, goods: Goods, moves: Sequence[StockMove]) -> Replayed:
        """Return the ledger of goods with these moves."""
        days = {name: country.sailing_days for name, country in self.countries.items()}
        return replay(moves, self.supplies.get(goods, ()), days)

    def told_by(self, notices: Collection[int]) -> dict[Goods, list[StockMove]]:
        """Return the moves of notices that count, by goods."""
        found = {
            goods: [move for move in moves if move.notice_id in notices and not move.undone_by]
            for goods, moves in self.moves.items()
        }
        return {goods: moves for goods, moves in found.items() if moves}

    def parts_of(self, notice: StockNotice) -> list[BookedNotice]:
        """Return the parts of a company's notice of the same number."""
        named = (notice.warehouse_code, notice.notice_no, notice.ebc_code)
        return [part for part in self.notices.values() if (part.warehouse_code, part.notice_no, part.ebc_code) == named]


def stock_row(code: str, ledger: StockSums) -> StockRow:
    """Return the row of a ledger of a company."""
    sums = ledger.by_event
    return StockRow(
        key="|".join((code, *ledger.key)),
        ebc_code=code,
        warehouse_code=ledger.key.warehouse_code,
        country=ledger.country,
        sku=ledger.key.sku,
        lot=ledger.key.lot,
        unit=ledger.unit,
        received=sums["I"],
        sold=-sums["S"],
        returned=sums["R"],
        transferred=sums["T"],
        adjusted=sums["A"],
        destroyed=-sums["X"],
        sent_back=-sums["B"],
        on_hand=ledger.on_hand,
        damaged=ledger.damaged,
        last_at=ledger.last_at,
    )
