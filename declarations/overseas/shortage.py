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


class Inflow:
    """Quantities that transfers from other countries have brought to a country until an instant, or were to bring:
    of each reference what was sent to its warehouses, or, where that is not told, what came in and was not sent from
    there; at most what was exported to other countries."""

    def __init__(self, moves: Sequence[StockMove], abroad: Sequence[StockMove], most: Scaled) -> None:
        """`moves`: all of the country; `abroad`: those of other countries; `most`: what was exported to these."""
        here = {move.warehouse_code for move in moves}
        sent, came = Counter[str](), Counter[str]()
        self._instants: list[int] = []
        self._sums: list[Scaled] = [0]
        told = [move for move in moves if move.event == "T"]
        told += [move for move in abroad if move.event == "T" and move.effect < 0 and move.to_warehouse in here]
        inflow = 0
        for move in sorted(told, key=lambda one: one.at) if most else ():
            inflow -= max(0, sent[move.ref], came[move.ref])
            if move.warehouse_code in here:
                came[move.ref] += move.effect
            else:
                sent[move.ref] += move.qty
            inflow += max(0, sent[move.ref], came[move.ref])
            self._instants.append(move.at)
            self._sums.append(min(most, inflow))

    def until(self, at: int) -> Scaled:
        """Return the quantity until an instant, that one included."""
        return self._sums[bisect_right(self._instants, at)]

    @property
    def reached(self) -> bool:
        """True if anything came, or was to come."""
        return any(self._sums)


class CountryStock:
    """The stock of one kind of goods in the warehouses of a country, move by move, and what is on its way there."""

    def __init__(self, moves: Sequence[StockMove], supplies: Sequence[Supply], inflow: Inflow) -> None:
        """`moves`: all of the country, in any order; `supplies`: all exports to it."""
        self._departures = Departures(supplies)
        self._inflow = inflow
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

    def announce(self, move: StockMove) -> None:
        """Add what was sent to a warehouse, in this country or another, in the order in which it happened."""
        self._out_so_far[move.to_warehouse] += move.qty

    def book(self, move: StockMove) -> None:
        """Add a move, in the order in which they happened."""
        self.on_hand[move.warehouse_code] += move.effect
        if move.event in OUT_FOR_GOOD:
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
        """Return how much more is gone than had left China, or come from other countries, until an instant."""
        return max(0, sum(self._gone.values()) - self._departures.until(at) - self._inflow.until(at))

    def may_come_back(self, move: StockMove) -> Scaled:
        """Return what was sold or lost before a move and did not come back so far: a later notice may tell that it
        did."""
        gone = {event: self._gone[event] for event in (SOLD, LOST)}
        if move.event in gone:
            gone[move.event] += min(0, move.effect)
        return max(0, sum(gone.values()))

    def transferred(self) -> Scaled:
        """Return what is on its way to the warehouses by transfers."""
        return sum(max(0, self._out_so_far[name] - self._into[name]) for name in self.on_hand)

    def short(self) -> Scaled:
        """Return what is short in all warehouses, and comes to them by no transfer."""
        return sum(
            max(0, -on_hand - max(0, self._out_so_far[name] - self._into[name]))
            for name, on_hand in self.on_hand.items()
        )
