"""Allots to exported items each piece that was sold, lost, destroyed or sent back abroad.

A move that names an item takes from it; else the item that left first, then the one with the lower number (rules 8 say
nothing of it: our reading). What comes back from a buyer goes back to the item of its order; what
comes back of no sale that is told of is kept in mind, and a later sale takes so much less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from declarations.money import Scaled
from declarations.overseas.moves import DAMAGED, StockMove, Supply
from declarations.overseas.notices import sorted_moves

SOLD, LOST, DESTROYED, SENT_BACK = "S", "A", "X", "B"


@dataclass(slots=True)
class Taken:
    """A quantity that a move took of an item, less what came back of it since; `move` says the rest."""

    item_no: str
    move: StockMove
    qty: Scaled


class Allocation(NamedTuple):
    """The pieces taken of items, in the order in which it happened. `unmatched`: (event, country) → what came back of
    no sale, or was found of no loss, that is told of."""

    taken: Sequence[Taken]
    unmatched: Mapping[tuple[str, str], Scaled]


def allocate(moves: Sequence[StockMove], supplies: Sequence[Supply]) -> Allocation:
    """Allocate the moves of one kind of goods to the items of it. `supplies`: those of one company; a warehouse takes
    only of what went to its country."""
    ordered = sorted(supplies, key=lambda supply: (supply.departed_at, supply.item_no))
    left = {supply.item_no: supply.qty for supply in ordered}
    taken: list[Taken] = []
    unmatched: dict[tuple[str, str], Scaled] = {}
    for move in sorted_moves([move for move in moves if move.is_booked]):
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
            _take(move, abs(move.qty) - before, ordered, left, taken)
    return Allocation(taken, unmatched)


def _take(
    move: StockMove, wanted: Scaled, supplies: Sequence[Supply], left: dict[str, Scaled], taken: list[Taken]
) -> None:
    named = [supply for supply in supplies if supply.item_no == move.item_no]
    for supply in (*named, *supplies):
        quantity = min(wanted, left[supply.item_no])
        if quantity > 0 and supply.country == move.country:
            left[supply.item_no] -= quantity
            wanted -= quantity
            taken.append(Taken(supply.item_no, move, quantity))


def _give_back(move: StockMove, event: str, taken: Sequence[Taken], left: dict[str, Scaled]) -> Scaled:
    """Undo what was taken by this event: under the reference of the move if there is such a one, else the newest.
    Return how much of the move undoes nothing."""
    wanted = move.qty
    alike = [took for took in taken if took.move.event == event and took.move.country == move.country]
    same = [took for took in alike if took.move.ref and took.move.ref == move.ref]
    for took in reversed(same or alike):
        quantity = min(wanted, took.qty)
        took.qty -= quantity
        left[took.item_no] += quantity
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
