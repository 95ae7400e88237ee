"""Explains goods that are short in a country: by what has left China and is not told to have come
in, and for a warehouse by the transfers that are on their way to it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from declarations.calendar import DAY
from declarations.money import Scaled
from declarations.overseas.moves import StockMove, Supply

SOLD, BACK, LOST, OUT_FOR_GOOD = "S", "R", "A", ("X", "B")


class Departures:
    """Quantities that have left China until an instant, or could have arrived then."""

    def __init__(self, supplies: Sequence[Supply], sailing_days: int = 0) -> None:
        """`sailing_days`: days that goods by sea travel at least; what goes by air may arrive at once."""
        by_sea = sailing_days * DAY
        left = sorted((supply.departed_at + (by_sea if supply.by_sea else 0), supply.qty) for supply in supplies)
        self._instants = [at for at, _ in left]
        self._sums = [0, *accumulate(qty for _, qty in left)]

    def until(self, at: int) -> Scaled:
        """Return the quantity until an instant, that one included."""
        return self._sums[bisect_right(self._instants, at)]


class CountryStock:
    """The stock of one kind of goods in the warehouses of a country, move by move, and what is on its way there."""

    def __init__(self, moves: Sequence[StockMove], supplies: Sequence[Supply]) -> None:
        """`moves`: all of the country, in any order; `supplies`: all exports to it."""
        self._departures = Departures(supplies)
        self._came = sum(move.qty for move in moves if move.event == "I")
        self._into: Counter[str] = Counter()
        for move in moves:
            if move.event == "T" and move.effect > 0:
                self._into[move.to_warehouse] += move.qty
        self._out_so_far: Counter[str] = Counter()
        self._gone: Counter[str] = Counter()
        self._unmatched: Counter[str] = Counter()
        self.on_hand: Counter[str] = Counter()
        """By warehouse, of all lots."""

    def book(self, move: StockMove) -> None:
        """Add a move, in the order in which they happened."""
        self.on_hand[move.warehouse_code] += move.effect
        if move.event == "T" and move.effect < 0:
            self._out_so_far[move.to_warehouse] += move.qty
        elif move.event in OUT_FOR_GOOD:
            self._gone[move.event] += move.qty
        elif move.event == SOLD or (move.event == LOST and move.effect < 0):
            explained = min(-move.effect, self._unmatched[move.event])
            self._unmatched[move.event] -= explained
            self._gone[move.event] -= move.effect + explained
        elif move.event == BACK or (move.event == LOST and move.effect > 0):
            event = SOLD if move.event == BACK else LOST
            undone = min(move.effect, self._gone[event])
            self._gone[event] -= undone
            self._unmatched[event] += move.effect - undone

    def on_the_way(self, at: int) -> Scaled:
        """Return what had left China until an instant, and is told by no notice, of whatever time, to have come in."""
        return max(0, self._departures.until(at) - self._came)

    def beyond(self, at: int) -> Scaled:
        """Return how much more is gone than had left China until an instant."""
        return max(0, sum(self._gone.values()) - self._departures.until(at))

    def short(self) -> Scaled:
        """Return what is short in all warehouses, and comes to them by no transfer."""
        return sum(
            max(0, -on_hand - max(0, self._out_so_far[name] - self._into[name]))
            for name, on_hand in self.on_hand.items()
        )
