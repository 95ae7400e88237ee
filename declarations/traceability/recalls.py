"""The duties of a recall (召回): when it begins and ends, and which quantities can be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from declarations.calendar import DAY, HOUR, day_of, instant_of
from declarations.money import Scaled
from declarations.parameters import Parameters
from declarations.parameters.tables.shape import Shares
from declarations.traceability.goods import FOOD
from declarations.working_days import add_working_days

CLASSES = ("1", "2", "3")


class RecallDays(NamedTuple):
    """By when a recall begins and is finished, as instants, and the values of the law that say so."""

    start: int
    finish: int
    law: tuple[str, ...]


class Quantities(NamedTuple):
    """The sums of goods that were sold, scaled, in all: buyers told, goods back, destroyed where they were,
    refunded."""

    told: Scaled = 0
    back: Scaled = 0
    destroyed: Scaled = 0
    refunded: Scaled = 0


def recall_days(kind: str, recall_class: str, known_at: int, law: Parameters) -> RecallDays:
    """Return by when a recall that somebody had to begin at an instant begins and ends: food by its class."""
    day: date = day_of(known_at)
    if kind == FOOD:
        hours, days = law.on("traceability.food_start_hours", day), law.on("traceability.food_finish_days", day)
        start, finish = int(hours.table_as(Shares)[recall_class]), int(days.table_as(Shares)[recall_class])
    else:
        hours, days = law.on("traceability.goods_start_hours", day), law.on("traceability.goods_finish_days", day)
        start, finish = int(hours.amount), int(days.amount)
    last = add_working_days(day, finish).day
    return RecallDays(known_at + start * HOUR, instant_of(last) + DAY - 1, (hours.id, days.id))


def covers(told: Quantities, of_lists: Mapping[str, Scaled]) -> bool:
    """True if sums are no less than what became of single lists together; `of_lists`: by outcome, B back, X destroyed,
    R refunded."""
    return all(
        quantity <= of_lists_told
        for quantity, of_lists_told in (
            (of_lists["B"], told.back),
            (of_lists["X"], told.destroyed),
            (of_lists["R"], told.refunded),
        )
    )


def balance(sold: Scaled, told: Quantities) -> bool:
    """True if quantities can be: nothing is below zero, and no more was told of, came back or was destroyed, or was
    refunded than was sold."""
    return min(told) >= 0 and max(told.told, told.back + told.destroyed, told.refunded) <= sold
