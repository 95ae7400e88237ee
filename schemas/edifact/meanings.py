"""Maps quantities of messages to events of stock: `warehouse.csv`, by quantity (6063), movement (4501) and
reason (4499)."""

from __future__ import annotations

import csv
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from schemas.edifact.segments import Segment


class StockEvent(StrEnum):
    """The kinds of events of stock."""

    IN = "I"
    SOLD = "S"
    RETURNED = "R"
    TRANSFERRED = "T"
    ADJUSTED = "A"
    DESTROYED = "X"
    SENT_BACK = "B"
    COUNTED = "C"


class Meaning(NamedTuple):
    """The meaning of a quantity: the event, its sign, the condition of the goods; `tells`: quantities of a line with
    the same word say the same."""

    event: StockEvent
    sign: int
    condition: str
    tells: str


def quantities_of(message: str) -> list[str]:
    """Return the quantities (6063) of a type of message that mean something by themselves."""
    return [quantity for kind, quantity, _, _ in _meanings() if kind == message and quantity != "*"]


def meaning_of(message: str, quantity: str, movement: Segment | None) -> Meaning | None:
    """Return what a quantity of a message means, with the movement beside it if there is one."""
    direction, reason = (movement.get(1), movement.get(3)) if movement else ("", "")
    if direction or reason:
        keys = [("*", direction, reason), ("*", "*", reason), ("*", direction, "")]
        return next((found for key in keys if (found := _meanings().get((message, *key))) is not None), None)
    return _meanings().get((message, quantity, "", ""))


@cache
def _meanings() -> dict[tuple[str, str, str, str], Meaning]:
    with (Path(__file__).parent / "warehouse.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["message"], row["quantity"], row["direction"], row["reason"]): Meaning(
                StockEvent(row["event"]), int(row["sign"]), row["condition"], row["tells"]
            )
            for row in csv.DictReader(file)
        }


@lru_cache(maxsize=1_024)
def overruled(kind: str, quantities: frozenset[str]) -> frozenset[str]:
    """Return those of a line's quantities that tell what another one tells, too: the first one of the table counts."""
    told: set[str] = set()
    found = set()
    for (message, quantity, _, _), meaning in _meanings().items():
        if message == kind and quantity in quantities and meaning.tells:
            if meaning.tells in told:
                found.add(quantity)
            told.add(meaning.tells)
    return frozenset(found)
