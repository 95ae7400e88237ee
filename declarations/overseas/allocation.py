"""Allots to exported items each piece that was sold, lost, destroyed or sent back abroad.

A move that names an item takes from it; else the item that left first, then the one with the lower number (rules 8 say
nothing of it: our reading). What comes back from a buyer goes back to the item of its order; what
comes back of no sale that is told of is kept in mind, and a later sale takes so much less. What a transfer brings to
another country is of the item that left first, too, and is taken there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from declarations.money import Scaled
from declarations.overseas.moves import DAMAGED, StockMove, Supply
from declarations.overseas.notices import sorted_moves
from declarations.overseas.transfers import crossings

SOLD, LOST, DESTROYED, SENT_BACK = "S", "A", "X", "B"


@dataclass(slots=True)
class Taken:
    """A quantity that a move took of an item, less what came back of it since; `move` says the rest."""

    item_no: str
    move: StockMove
    qty: Scaled


class Allocation(NamedTuple):
    """The pieces taken of items, in the order in which it happened. `unmatched`: (event, country) → what came back of
    no sale, or was found of no loss, that is told of. `missing`: what went out and could be taken of no item."""

    taken: Sequence[Taken]
    unmatched: Mapping[tuple[str, str], Scaled]
    missing: Scaled = 0


def allocate(moves: Sequence[StockMove], supplies: Sequence[Supply]) -> Allocation:
    """Allocate the moves of one kind of goods to the items of it. `supplies`: those of one company; a warehouse takes
    only of what went to its country."""
    ordered = sorted(supplies, key=lambda supply: (supply.departed_at, supply.item_no))
    left = _Left({(supply.item_no, supply.country): supply.qty for supply in ordered}, ordered)
    booked = sorted_moves([move for move in moves if move.is_booked])
    from_abroad = crossings(booked)
    taken: list[Taken] = []
    unmatched: dict[tuple[str, str], Scaled] = {}
    missing: Scaled = 0
    for move in booked:
        is_loss = move.event == LOST and move.condition != DAMAGED
        if move.event == "R" or (is_loss and move.qty > 0):
            event = SOLD if move.event == "R" else LOST
            key = (event, move.country)
            unmatched[key] = unmatched.get(key, 0) + _give_back(move, event, taken, left)
        elif move.event in (SOLD, DESTROYED, SENT_BACK) or is_loss:
            key = (move.event, move.country)
            before = min(abs(move.qty), unmatched.get(key, 0))
            if before:
                unmatched[key] -= before
            pieces = list(left.take(move.country, abs(move.qty) - before, move.item_no))
            taken += [Taken(item_no, move, quantity) for item_no, quantity in pieces]
            missing += abs(move.qty) - before - sum(quantity for _, quantity in pieces)
        for country, crossed in from_abroad.get(move.id, ()):
            for item_no, quantity in left.take(country, crossed):
                left.put(item_no, move.country, quantity)
    return Allocation(taken, unmatched, missing)


class _Left(NamedTuple):
    """What is left of items by country, and the items in the order in which they are taken."""

    quantities: dict[tuple[str, str], Scaled]
    supplies: Sequence[Supply]

    def take(self, country: str, wanted: Scaled, item_no: str = "") -> Iterator[tuple[str, Scaled]]:
        """Take what is wanted in a country, as far as it is there, of this item first; yield item and quantity."""
        named = [supply for supply in self.supplies if supply.item_no == item_no]
        for supply in (*named, *self.supplies):
            quantity = min(wanted, self.quantities.get((supply.item_no, country), 0))
            if quantity > 0:
                self.put(supply.item_no, country, -quantity)
                wanted -= quantity
                yield supply.item_no, quantity

    def put(self, item_no: str, country: str, quantity: Scaled) -> None:
        """Add a quantity of an item in a country."""
        self.quantities[item_no, country] = self.quantities.get((item_no, country), 0) + quantity


def _give_back(move: StockMove, event: str, taken: Sequence[Taken], left: _Left) -> Scaled:
    """Undo what was taken by this event: under the reference of the move if there is such a one, else the newest.
    Return how much of the move undoes nothing."""
    wanted = move.qty
    alike = [took for took in taken if took.move.event == event and took.move.country == move.country]
    same = [took for took in alike if took.move.ref and took.move.ref == move.ref]
    for took in reversed(same or alike):
        quantity = min(wanted, took.qty)
        took.qty -= quantity
        left.put(took.item_no, move.country, quantity)
        wanted -= quantity
    return wanted


def quantities(taken: Sequence[Taken], event: str, until: date | None = None) -> Mapping[str, Scaled]:
    """Return item → quantity taken of it by an event, of sales only those that count; `until`: the last business
    day."""
    found: dict[str, Scaled] = {}
    for took in taken:
        if took.move.event == event and counts(took.move, until):
            found[took.item_no] = found.get(took.item_no, 0) + took.qty
    return found


def counts(move: StockMove, until: date | None) -> bool:
    """True unless a move came after a day, or is a sale that an officer does not count."""
    return not move.uncounted and (until is None or move.day <= until.isoformat())
