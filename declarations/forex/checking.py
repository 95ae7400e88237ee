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
from declarations.forex.findings import ReportFinding, Weight, of_weight, refusal
from declarations.forex.flows import GOODS, TOO_MUCH, form_findings, is_netted, legs, moment, way
from declarations.forex.rates import NoExchangeRate, in_dollars, in_yuan, scaled_dollars
from declarations.forex.retention import retained_until
from declarations.forex.returns import OrderCollections
from declarations.forex.trades import Earlier, ReportedTrade
from declarations.money import MAX_AMOUNT, Scaled, decimal, plain
from declarations.parameters import NoValue, Parameters
from declarations.reasons import Reason

NO_RATE = "21009"
NO_RULE = "21010"


class ReportFacts(NamedTuple):
    """The data about a report's company and trades.

    `totals`: the year's US dollars by direction; `orders` and `entries`: trades by number, with amounts already
    reported in the direction of the report's goods; `earlier`: legs of other reports for the same orders in that
    direction; `received`: collections by order; `mixed`: leg number → other number under which the amount may have been
    reported.
    """

    enterprise: DirectoryEntry | None = None
    totals: Mapping[str, Scaled] = MappingProxyType({})
    orders: Mapping[str, ReportedTrade] = MappingProxyType({})
    entries: Mapping[str, ReportedTrade] = MappingProxyType({})
    earlier: tuple[Earlier, ...] = ()
    received: Mapping[str, OrderCollections] = MappingProxyType({})
    mixed: Mapping[int, str] = MappingProxyType({})


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
    parameters: tuple[str, ...] = ()

    @property
    def weight(self) -> Weight | None:
        """The weight of the heaviest finding; None if there are no findings."""
        return next((weight for weight in reversed(Weight) if of_weight(self.findings, weight)), None)

    def reasons(self, weight: Weight) -> tuple[Reason, ...]:
        """Return the reasons of this weight, in the order of the checks."""
        return of_weight(self.findings, weight)


def check(report: ForexReport, facts: ReportFacts, now: datetime, parameters: Parameters) -> CheckedReport:
    """Check a report at a time of Asia/Shanghai; the order of its legs has no influence."""
    report = replace(report, lines=tuple(sorted(report.lines, key=lambda line: (line.gnum, *astuple(line)))))
    findings, at = tuple(form_findings(report, now)), moment(report.value_time)
    if findings or at is None:
        return CheckedReport(findings)
    try:
        return _check_rules(report, facts, at.date(), parameters)
    except NoExchangeRate as missing:
        return CheckedReport((refusal(NO_RATE, currency=missing.currency, day=missing.day.isoformat()),), at.date())
    except NoValue as missing:
        return CheckedReport((refusal(NO_RULE, parameter=missing.name, day=missing.day.isoformat()),), at.date())
    except OverflowError:
        return CheckedReport((refusal(TOO_MUCH, amount=plain(report.amount)),), at.date())


def _check_rules(report: ForexReport, facts: ReportFacts, day: date, parameters: Parameters) -> CheckedReport:
    dollars_by_leg = {leg.gnum: in_dollars(leg.amount, leg.currency, day, parameters) for leg in legs(report)}
    amounts_by_leg = {
        leg.gnum: LegAmounts(
            scaled_dollars(dollars_by_leg[leg.gnum]), in_yuan(leg.amount, leg.currency, day, parameters).amount
        )
        for leg in legs(report)
    }
    adding: dict[str, Scaled] = {}
    for leg in legs(report):
        adding[way(report, leg)] = adding.get(way(report, leg), 0) + amounts_by_leg[leg.gnum].dollars
    if any(decimal(dollars + facts.totals.get(direction, 0)) > MAX_AMOUNT for direction, dollars in adding.items()):
        raise OverflowError
    yuan, kept = in_yuan(report.amount, report.currency, day, parameters), retained_until(day, parameters)
    findings = (
        *directory.standing(facts.enterprise, facts.totals, adding, day, parameters),
        *_traded(report, facts, dollars_by_leg, day, parameters),
        *_limited(report, facts, dollars_by_leg, day, parameters),
        *_repeated(report, facts, day, parameters),
        *netting.check(report, day, parameters),
    )
    return CheckedReport(
        findings=findings,
        day=day,
        yuan=yuan.amount,
        rate=yuan.rate,
        dollars=adding,
        legs=amounts_by_leg,
        kept_until=kept.until,
        parameters=(*yuan.parameters, *kept.parameters),
    )


def _traded(
    report: ForexReport, facts: ReportFacts, dollars_by_leg: Mapping[int, Decimal], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    goods = [leg for leg in legs(report) if leg.leg_kind == GOODS]
    forex_class = facts.enterprise.forex_class if facts.enterprise else ""
    for leg in goods:
        small = limits.is_small(dollars_by_leg[leg.gnum], day, parameters)
        yield from trades.named(leg, facts.orders, facts.entries, small)
        yield from trades.apart(leg, facts.mixed.get(leg.gnum, ""))
        if way(report, leg) == COLLECTION:
            entry = facts.entries.get(leg.entry_no)
            yield from returns.deferred(leg.gnum, entry and entry.closed_on, forex_class, day, parameters)
        elif leg.order_no in facts.orders:
            yield from returns.sent_back(
                leg.gnum,
                leg.counterparty,
                dollars_by_leg[leg.gnum],
                facts.received.get(leg.order_no),
                forex_class,
                day,
                parameters,
            )
    yield from trades.covered([(leg.order_no, leg) for leg in goods], facts.orders, day, parameters)
    yield from trades.covered([(leg.entry_no, leg) for leg in goods], facts.entries, day, parameters)


def _repeated(report: ForexReport, facts: ReportFacts, day: date, parameters: Parameters) -> Iterator[ReportFinding]:
    """Check for duplicates among legs of the same direction."""
    of_goods = COLLECTION if is_netted(report) else report.direction
    for direction in (COLLECTION, PAYMENT):
        same_way = [leg for leg in legs(report) if way(report, leg) == direction]
        yield from trades.duplicates(same_way, facts.earlier if direction == of_goods else (), day, parameters)


def _limited(
    report: ForexReport, facts: ReportFacts, dollars_by_leg: Mapping[int, Decimal], day: date, parameters: Parameters
) -> Iterator[ReportFinding]:
    for leg in legs(report):
        sort = limits.GOODS if leg.leg_kind == GOODS else limits.SERVICES
        yield from limits.transaction(leg.gnum, dollars_by_leg[leg.gnum], sort, day, parameters)
        if leg.leg_kind == GOODS and way(report, leg) == PAYMENT:
            proved = leg.entry_no in facts.entries
            yield from limits.import_payment(leg.gnum, dollars_by_leg[leg.gnum], proved, day, parameters)
