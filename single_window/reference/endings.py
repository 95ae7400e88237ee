"""Lists law that expires soon: dated values without a successor, and refund rates with their successor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from declarations import parameters
from declarations.refund.rates import RefundRates, percent_text


class Ending(NamedTuple):
    """An expiring value; `then`: its successor, empty if unknown."""

    id: str
    title_zh: str
    title_en: str
    value: object
    last_day: date
    days_left: int
    then: str
    source: str
    confidence: str


def endings(first: date, days: int, rates: RefundRates) -> tuple[Ending, ...]:
    """Values that expire within `days` days from a day on, soonest first.

    Parameters: only if the next day has no value. Refund rates: also if the value changes.
    """
    ahead = min(days, (date.max - first).days)
    all_endings = [*_parameters(first, ahead), *_rates(first, ahead, rates)]
    return tuple(sorted(all_endings, key=lambda ending: (ending.last_day, ending.id)))


def _parameters(first: date, days: int) -> list[Ending]:
    listed = []
    for value in parameters.expiring(first, days):
        parameter = parameters.load().parameter(value.name)
        last = value.until or first
        listed.append(
            Ending(
                id=value.id,
                title_zh=parameter.title,
                title_en=parameter.title_en,
                value=value.content,
                last_day=last,
                days_left=(last - first).days,
                then="",
                source=value.source,
                confidence=value.confidence,
            )
        )
    return listed


def _rates(first: date, days: int, rates: RefundRates) -> list[Ending]:
    listed = []
    for row in rates.rows_ending(first, first + timedelta(days=days)):
        last, follower = row.until or first, rates.row_after(row)
        if follower is not None and (follower.refund, follower.flag) == (row.refund, row.flag):
            continue
        then = "" if follower is None else percent_text(follower.refund)
        listed.append(
            Ending(
                id=row.id,
                title_zh=f"退税率：{row.name}",
                title_en=f"Refund rate of {row.hs10}",
                value=percent_text(row.refund),
                last_day=last,
                days_left=(last - first).days,
                then=then,
                source=row.source,
                confidence=row.confidence,
            )
        )
    return listed
