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
from declarations.forex.findings import ReportFinding, demand_review, refuse
from declarations.forex.flows import parse_moment
from declarations.forex.rates import letters_of
from declarations.money import Scaled, amount_text, decimal_of
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
    moved_amount: Scaled = 0
    closed_on: date | None = None


class EarlierLeg(NamedTuple):
    """A leg of another report; `at` is a time of Asia/Shanghai, `payer` the counterparty."""

    order_no: str
    currency: str
    amount: Scaled
    payer: str
    at: datetime
    report: str


def check_number(
    leg: ForexReportLine, orders: Mapping[str, ReportedTrade], entries: Mapping[str, ReportedTrade], is_small: bool
) -> Iterator[ReportFinding]:
    """Check that a leg for goods names a known order or declaration; an unknown one is reviewed if `is_small`, else
    refused."""
    if not leg.order_no and not leg.entry_no:
        yield refuse(NAMELESS, gnum=str(leg.gnum))
    for number, trades, rule in ((leg.order_no, orders, UNKNOWN_ORDER), (leg.entry_no, entries, UNKNOWN_ENTRY)):
        if number and number not in trades:
            gnum = str(leg.gnum)
            yield (
                demand_review(SMALL_UNKNOWN, gnum=gnum, number=number)
                if is_small
                else refuse(rule, gnum=gnum, number=number)
            )


def check_other_number(leg: ForexReportLine, other: str) -> Iterator[ReportFinding]:
    """Check if the amount of a leg may have been reported under another number: the declaration that contains its
    order, or orders in its declaration. Their values cannot be compared (freight), so a person decides."""
    if other:
        yield demand_review(MIXED, gnum=str(leg.gnum), number=leg.order_no or leg.entry_no, other=other)


def check_cover(
    legs: Iterable[tuple[str, ForexReportLine]], trades: Mapping[str, ReportedTrade], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Check that each trade covers the sum of its legs, given as (number of the trade, leg), and earlier ones."""
    value = parameters.on(_RULE, day)
    sums: dict[str, int] = {}
    for number, leg in legs:
        if number not in trades:
            continue
        trade = trades[number]
        if letters_of(trade.currency) != letters_of(leg.currency):
            yield refuse(
                ORDER_CURRENCY, gnum=str(leg.gnum), currency=leg.currency, number=number, expected=trade.currency
            )
        else:
            sums[number] = sums.get(number, 0) + leg.amount
    for number in sorted(sums):
        trade, total = trades[number], sums[number] + trades[number].moved_amount
        if decimal_of(total) > decimal_of(trade.amount) + value.table_as(BackgroundCheck).tolerance:
            yield refuse(
                ABOVE_ORDER,
                (value.id,),
                number=number,
                sum=amount_text(total),
                amount=amount_text(trade.amount),
                moved=amount_text(trade.moved_amount),
            )


def check_duplicates(
    legs: Iterable[ForexReportLine], earlier: Iterable[EarlierLeg], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Refuse legs that repeat another leg of the report or an earlier one; legs without an order are not compared."""
    value = parameters.on(_RULE, day)
    min_interval = timedelta(hours=value.table_as(BackgroundCheck).duplicate_hours)
    legs_by_content: dict[tuple[str, str, int, str], list[tuple[datetime, str, str]]] = {}
    for leg in legs:
        at = parse_moment(leg.leg_time)
        if leg.order_no and at is not None:
            key = (leg.order_no, letters_of(leg.currency), leg.amount, leg.counterparty)
            legs_by_content.setdefault(key, []).append((at, str(leg.gnum), ""))
    for earlier_leg in earlier:
        key = (earlier_leg.order_no, letters_of(earlier_leg.currency), earlier_leg.amount, earlier_leg.payer)
        if key in legs_by_content:
            legs_by_content[key].append((earlier_leg.at, "", earlier_leg.report))
    for key in sorted(legs_by_content):
        for before, after in pairwise(
            sorted(legs_by_content[key], key=lambda leg_entry: (leg_entry[0], leg_entry[2], int(leg_entry[1] or 0)))
        ):
            if after[0] - before[0] < min_interval and (before[1] or after[1]):
                yield refuse(
                    DUPLICATE,
                    (value.id,),
                    order_no=key[0],
                    amount=amount_text(key[2]),
                    one=_leg_text(before),
                    other=_leg_text(after),
                    hours=_hours_between(after[0] - before[0]),
                )


def _leg_text(leg: tuple[datetime, str, str]) -> str:
    return f"{leg[2]} {leg[1]}".strip() + f" ({leg[0]:%Y-%m-%d %H:%M:%S})"


def _hours_between(interval: timedelta) -> str:
    return f"{Decimal(interval // timedelta(minutes=1)) / 60:.1f}"
