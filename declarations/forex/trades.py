"""Checks that each leg for goods belongs to a known order or declaration and is covered by its value.

All collections of one order together may exceed its value by the tolerance (0.01 in its currency, reading 48). Legs
with the same order, amount and payer less than 24 hours apart are duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from declarations.documents.forex_report import ForexReportLine
from declarations.forex.findings import ReportFinding, refusal, review
from declarations.forex.flows import moment
from declarations.forex.rates import letters
from declarations.money import Scaled, decimal, plain
from declarations.parameters import Parameters
from declarations.parameters.tables.settlement import BackgroundCheck

NAMELESS = "21040"
UNKNOWN_ORDER = "21041"
UNKNOWN_ENTRY = "21042"
ORDER_CURRENCY = "21043"
ABOVE_ORDER = "21044"
SMALL_UNKNOWN = "21045"
MIXED = "21046"
DUPLICATE = "21080"
_RULE = "forex.background_check"


class ReportedTrade(NamedTuple):
    """An order or a declaration: its value, and the amount of other reports about it in the same direction.

    `closed_on`: the day of export of a declaration, if known.
    """

    number: str
    currency: str
    amount: Scaled
    moved: Scaled = 0
    closed_on: date | None = None


class Earlier(NamedTuple):
    """A leg of another report; `at` is a time of Asia/Shanghai, `payer` the counterparty."""

    order_no: str
    currency: str
    amount: Scaled
    payer: str
    at: datetime
    report: str


def named(
    leg: ForexReportLine,
    orders: Mapping[str, ReportedTrade],
    entries: Mapping[str, ReportedTrade],
    small: bool,
) -> Iterator[ReportFinding]:
    """Check that a leg for goods names a known order or declaration; an unknown one is reviewed if `small`, else
    refused."""
    if not leg.order_no and not leg.entry_no:
        yield refusal(NAMELESS, gnum=str(leg.gnum))
    for number, known, rule in ((leg.order_no, orders, UNKNOWN_ORDER), (leg.entry_no, entries, UNKNOWN_ENTRY)):
        if number and number not in known:
            gnum = str(leg.gnum)
            yield review(SMALL_UNKNOWN, gnum=gnum, number=number) if small else refusal(rule, gnum=gnum, number=number)


def apart(leg: ForexReportLine, other: str) -> Iterator[ReportFinding]:
    """Check if the amount of a leg may have been reported under another number: the declaration that contains its
    order, or orders in its declaration. Their values cannot be compared (freight), so a person decides."""
    if other:
        yield review(MIXED, gnum=str(leg.gnum), number=leg.order_no or leg.entry_no, other=other)


def covered(
    legs: Iterable[tuple[str, ForexReportLine]], trades: Mapping[str, ReportedTrade], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Check that each trade covers the sum of its legs, given as (number of the trade, leg), and earlier ones."""
    value = parameters.on(_RULE, day)
    sums: dict[str, int] = {}
    for number, leg in legs:
        if number not in trades:
            continue
        trade = trades[number]
        if letters(trade.currency) != letters(leg.currency):
            yield refusal(
                ORDER_CURRENCY, gnum=str(leg.gnum), currency=leg.currency, number=number, expected=trade.currency
            )
        else:
            sums[number] = sums.get(number, 0) + leg.amount
    for number in sorted(sums):
        trade, total = trades[number], sums[number] + trades[number].moved
        if decimal(total) > decimal(trade.amount) + value.read(BackgroundCheck).tolerance:
            yield refusal(
                ABOVE_ORDER,
                (value.id,),
                number=number,
                sum=plain(total),
                amount=plain(trade.amount),
                moved=plain(trade.moved),
            )


def duplicates(
    legs: Iterable[ForexReportLine], earlier: Iterable[Earlier], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Refuse legs that repeat another leg of the report or an earlier one; legs without an order are not compared."""
    value = parameters.on(_RULE, day)
    apart = timedelta(hours=value.read(BackgroundCheck).duplicate_hours)
    alike: dict[tuple[str, str, int, str], list[tuple[datetime, str, str]]] = {}
    for leg in legs:
        at = moment(leg.leg_time)
        if leg.order_no and at is not None:
            key = (leg.order_no, letters(leg.currency), leg.amount, leg.counterparty)
            alike.setdefault(key, []).append((at, str(leg.gnum), ""))
    for reported in earlier:
        key = (reported.order_no, letters(reported.currency), reported.amount, reported.payer)
        if key in alike:
            alike[key].append((reported.at, "", reported.report))
    for key in sorted(alike):
        for before, after in pairwise(sorted(alike[key], key=lambda each: (each[0], each[2], int(each[1] or 0)))):
            if after[0] - before[0] < apart and (before[1] or after[1]):
                yield refusal(
                    DUPLICATE,
                    (value.id,),
                    order_no=key[0],
                    amount=plain(key[2]),
                    one=_leg_text(before),
                    other=_leg_text(after),
                    hours=_hours(after[0] - before[0]),
                )


def _leg_text(leg: tuple[datetime, str, str]) -> str:
    return f"{leg[2]} {leg[1]}".strip() + f" ({leg[0]:%Y-%m-%d %H:%M:%S})"


def _hours(apart: timedelta) -> str:
    return f"{Decimal(apart // timedelta(minutes=1)) / 60:.1f}"
