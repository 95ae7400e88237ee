"""Checks a report before it is booked, in the order of the rule book; returns all findings and the amounts to book.

A malformed report, or one without rates or rules for its day, is refused at once, since no further check is possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import astuple, replace

from declarations.documents.forex_report import ForexReport
from declarations.forex import directory, limits, netting, returns, trades
from declarations.forex.directory import COLLECTION, PAYMENT, DirectoryEntry
from declarations.forex.findings import ReportFinding, Weight, reasons_of_weight, refuse
from declarations.forex.flows import GOODS, TOO_MUCH, check_form, direction_of, is_netted, legs_of, parse_moment
from declarations.forex.rates import NoExchangeRate, convert_at_rate_of_day, convert_to_dollars, scaled_dollars
from declarations.forex.retention import retention_of
from declarations.forex.returns import FirstCollection
from declarations.forex.trades import EarlierLeg, ReportedTrade
from declarations.money import MAX_AMOUNT, Scaled, amount_text, decimal_of
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason
from declarations.unanswered import title_of

NO_RATE = "21009"
NO_RULE_ON_DAY = "21010"


class ReportFacts(NamedTuple):
    """The data about a report's company and trades.

    `totals`: the year's US dollars by direction; `orders` and `entries`: trades by number, with amounts already
    reported in the direction of the report's goods; `earlier_legs`: legs of other reports for the same orders in that
    direction; `collections`: collections by order; `other_numbers`: leg number → other number under which the amount
    may have been reported.
    """

    enterprise: DirectoryEntry | None = None
    totals: Mapping[str, Scaled] = MappingProxyType({})
    orders: Mapping[str, ReportedTrade] = MappingProxyType({})
    entries: Mapping[str, ReportedTrade] = MappingProxyType({})
    earlier_legs: tuple[EarlierLeg, ...] = ()
    collections: Mapping[str, FirstCollection] = MappingProxyType({})
    other_numbers: Mapping[int, str] = MappingProxyType({})


class LegAmounts(NamedTuple):
    """The amount of a leg in US dollars, to the cent, and in yuan, to the fen."""

    dollars: Scaled
    yuan: Scaled


class CheckedReport(NamedTuple):
    """The findings about a report, and the amounts to book unless a finding refuses it.

    `day`: of the receipt or payment, None if malformed. `yuan`: round2(amount × rate). `dollars`: the increase of the
    year's totals, by direction. `legs`: the amounts of legs, by number.
    """

    findings: tuple[ReportFinding, ...]
    day: date | None = None
    yuan: Scaled = 0
    rate: Decimal = Decimal(0)
    dollars: Mapping[str, Scaled] = MappingProxyType({})
    legs: Mapping[int, LegAmounts] = MappingProxyType({})
    kept_until: date | None = None
    parameter_ids: tuple[str, ...] = ()

    @property
    def weight(self) -> Weight | None:
        """The weight of the heaviest finding; None if there are no findings."""
        return next((weight for weight in reversed(Weight) if reasons_of_weight(self.findings, weight)), None)

    def reasons(self, weight: Weight) -> tuple[Reason, ...]:
        """Return the reasons of this weight, in the order of the checks."""
        return reasons_of_weight(self.findings, weight)


def check(report: ForexReport, facts: ReportFacts, now: datetime, parameters: Parameters) -> CheckedReport:
    """Check a report at a time of Asia/Shanghai; the order of its legs has no influence."""
    report = replace(report, lines=tuple(sorted(report.lines, key=lambda line: (line.gnum, *astuple(line)))))
    findings, value_time = tuple(check_form(report, now)), parse_moment(report.value_time)
    if findings or value_time is None:
        return CheckedReport(findings)
    try:
        return _check_rules(report, facts, value_time.date(), parameters)
    except NoExchangeRate as missing:
        refusal = refuse(NO_RATE, currency=missing.currency, day=missing.day.isoformat())
    except NoValue as missing:
        refusal = refuse(
            NO_RULE_ON_DAY, parameter=missing.name, parameter_zh=title_of(missing.name), day=missing.day.isoformat()
        )
    except OverflowError:
        refusal = refuse(TOO_MUCH, amount=amount_text(report.amount))
    return CheckedReport((refusal,), value_time.date())


def _check_rules(report: ForexReport, facts: ReportFacts, day: date, parameters: Parameters) -> CheckedReport:
    dollars_by_leg = {
        leg.gnum: convert_to_dollars(leg.amount, leg.currency, day, parameters) for leg in legs_of(report)
    }
    amounts_by_leg = {
        leg.gnum: LegAmounts(
            scaled_dollars(dollars_by_leg[leg.gnum]),
            convert_at_rate_of_day(leg.amount, leg.currency, day, parameters).amount,
        )
        for leg in legs_of(report)
    }
    added_dollars = _sum_by_direction(report, amounts_by_leg, facts)
    yuan = convert_at_rate_of_day(report.amount, report.currency, day, parameters)
    retention = retention_of(day, parameters)
    findings = (
        *directory.check_standing(facts.enterprise, facts.totals, added_dollars, day, parameters),
        *_check_trades(report, facts, dollars_by_leg, day, parameters),
        *_check_limits(report, facts, dollars_by_leg, day, parameters),
        *_check_duplicates(report, facts, day, parameters),
        *netting.check(report, day, parameters),
    )
    return CheckedReport(
        findings=findings,
        day=day,
        yuan=yuan.amount,
        rate=yuan.rate,
        dollars=added_dollars,
        legs=amounts_by_leg,
        kept_until=retention.until,
        parameter_ids=(*yuan.parameter_ids, *retention.parameter_ids),
    )


def _sum_by_direction(
    report: ForexReport, amounts_by_leg: Mapping[int, LegAmounts], facts: ReportFacts
) -> dict[str, Scaled]:
    """The dollars that the legs add to the year's totals, by direction; raises `OverflowError` if a total gets too
    large to be stored."""
    added: dict[str, Scaled] = {}
    for leg in legs_of(report):
        direction = direction_of(report, leg)
        added[direction] = added.get(direction, 0) + amounts_by_leg[leg.gnum].dollars
    if any(decimal_of(dollars + facts.totals.get(direction, 0)) > MAX_AMOUNT for direction, dollars in added.items()):
        raise OverflowError
    return added


def _check_trades(
    report: ForexReport, facts: ReportFacts, dollars_by_leg: Mapping[int, Decimal], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    goods = [leg for leg in legs_of(report) if leg.leg_kind == GOODS]
    forex_class = facts.enterprise.forex_class if facts.enterprise else ""
    for leg in goods:
        is_small = limits.is_small(dollars_by_leg[leg.gnum], day, parameters)
        yield from trades.check_number(leg, facts.orders, facts.entries, is_small)
        yield from trades.check_other_number(leg, facts.other_numbers.get(leg.gnum, ""))
        if direction_of(report, leg) == COLLECTION:
            entry = facts.entries.get(leg.entry_no)
            yield from returns.check_deferral(leg.gnum, entry and entry.closed_on, forex_class, day, parameters)
        elif leg.order_no in facts.orders:
            yield from returns.check_refund_to_buyer(
                leg.gnum,
                leg.counterparty,
                dollars_by_leg[leg.gnum],
                facts.collections.get(leg.order_no),
                forex_class,
                day,
                parameters,
            )
    yield from trades.check_cover([(leg.order_no, leg) for leg in goods], facts.orders, day, parameters)
    yield from trades.check_cover([(leg.entry_no, leg) for leg in goods], facts.entries, day, parameters)


def _check_duplicates(
    report: ForexReport, facts: ReportFacts, day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    """Check for duplicates among legs of the same direction."""
    direction_of_goods = COLLECTION if is_netted(report) else report.direction
    for direction in (COLLECTION, PAYMENT):
        legs_of_direction = [leg for leg in legs_of(report) if direction_of(report, leg) == direction]
        yield from trades.check_duplicates(
            legs_of_direction, facts.earlier_legs if direction == direction_of_goods else (), day, parameters
        )


def _check_limits(
    report: ForexReport, facts: ReportFacts, dollars_by_leg: Mapping[int, Decimal], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    for leg in legs_of(report):
        leg_sort = limits.GOODS if leg.leg_kind == GOODS else limits.SERVICES
        yield from limits.check_transaction(leg.gnum, dollars_by_leg[leg.gnum], leg_sort, day, parameters)
        if leg.leg_kind == GOODS and direction_of(report, leg) == PAYMENT:
            is_proved = leg.entry_no in facts.entries
            yield from limits.check_import_payment(leg.gnum, dollars_by_leg[leg.gnum], is_proved, day, parameters)
