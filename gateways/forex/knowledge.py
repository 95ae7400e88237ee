"""Loads the data that reports are checked against: orders, declarations, and other reports' legs about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from declarations.calendar import local_time_of
from declarations.documents.forex_report import ForexReport
from declarations.forex.checking import ReportFacts
from declarations.forex.directory import COLLECTION, DirectoryEntry
from declarations.forex.flows import GOODS, is_netted, legs_of, parse_moment
from declarations.forex.rates import customs_code_of
from declarations.forex.returns import FirstCollection
from declarations.forex.trades import EarlierLeg, ReportedTrade
from gateways.forex.repository import COUNTED, ForexRepository, Leg, ListedEnterprise, TradeValue
from gateways.records import FiledDocument


class NamedNumbers(NamedTuple):
    """The order and declaration numbers in the goods legs of reports."""

    orders: frozenset[str]
    entries: frozenset[str]


def named_numbers_of(reports: Iterable[ForexReport]) -> NamedNumbers:
    """Return the numbers of orders and declarations that reports name."""
    goods = [leg for report in reports for leg in legs_of(report) if leg.leg_kind == GOODS]
    return NamedNumbers(
        frozenset(leg.order_no for leg in goods if leg.order_no),
        frozenset(leg.entry_no for leg in goods if leg.entry_no),
    )


def prefetch_rows(filed_documents: Iterable[FiledDocument], repository: ForexRepository) -> None:
    """Prefetch the rows for the checks of these reports."""
    wanted = named_numbers_of(document.facts for document in filed_documents)
    repository.totals(sorted({document.facts.ebc_code for document in filed_documents}))
    repository.orders(sorted(wanted.orders))
    repository.entries(sorted(wanted.entries))
    repository.legs_naming("order_no", sorted(wanted.orders))
    repository.legs_naming("entry_no", sorted(wanted.entries))


def add_order_numbers(report: ForexReport, repository: ForexRepository) -> ForexReport:
    """Return the report with order numbers added to the lines that name only the list of an order."""
    order_of = {
        entry.number: entry.order_no
        for entry in repository.entries(sorted(named_numbers_of([report]).entries))
        if entry.order_no and entry.ebc_code == report.ebc_code
    }
    orders = {
        order.number
        for order in repository.orders(sorted(order_of.values()))
        if order.ebc_code == report.ebc_code and customs_code_of(report.currency) in order.amounts
    }
    return replace(
        report,
        lines=tuple(
            replace(line, order_no=order_of[line.entry_no])
            if not line.order_no and order_of.get(line.entry_no) in orders
            else line
            for line in report.lines
        ),
    )


def report_facts_of(report: ForexReport, report_id: int, repository: ForexRepository) -> ReportFacts:
    """Return the data that a report is checked against, without the legs of its own earlier version."""
    code, wanted, day = report.ebc_code, named_numbers_of([report]), parse_moment(report.value_time)
    direction = COLLECTION if is_netted(report) else report.direction
    by_order = _legs_of_other_reports("order_no", wanted.orders, report, report_id, repository)
    by_entry = _legs_of_other_reports("entry_no", wanted.entries, report, report_id, repository)
    same_way = [leg for leg in by_order if leg.direction == direction]
    totals = repository.totals([code]).values()
    reports = repository.reports(sorted({leg.report_id for leg in same_way}))
    return ReportFacts(
        _directory_entry(repository.enterprises([code]).get(code)),
        {total.direction: total.usd for total in totals if total.code == code and day and total.year == day.year},
        _reported_trades(repository.orders(sorted(wanted.orders)), report, same_way, "order_no"),
        _reported_trades(
            repository.entries(sorted(wanted.entries)),
            report,
            [leg for leg in by_entry if leg.direction == direction],
            "entry_no",
        ),
        tuple(_earlier_leg(leg, reports[leg.report_id].cop_no) for leg in same_way),
        _collections_by_order(by_order),
        _other_numbers(report, repository),
    )


def _earlier_leg(leg: Leg, cop_no: str) -> EarlierLeg:
    return EarlierLeg(
        leg.order_no,
        leg.currency,
        leg.amount,
        leg.counterparty,
        local_time_of(leg.at).replace(tzinfo=None),
        f"{cop_no}/{leg.number}",
    )


def _other_numbers(report: ForexReport, repository: ForexRepository) -> dict[int, str]:
    """Leg number → amount already reported for the same goods: for an order under its summary, or for a summary under
    its orders."""
    goods = [leg for leg in legs_of(report) if leg.leg_kind == GOODS]
    summaries = {
        entry.number
        for entry in repository.entries(sorted({leg.entry_no for leg in goods} - {""}))
        if not entry.order_no
    }
    single = {leg.gnum: leg.order_no for leg in goods if leg.order_no and leg.entry_no not in summaries}
    whole = {leg.gnum: leg.entry_no for leg in goods if not leg.order_no and leg.entry_no in summaries}
    amounts = {
        **repository.reported_as_whole(sorted(set(single.values()))),
        **repository.reported_separately(sorted(set(whole.values()))),
    }
    return {gnum: amounts[number] for gnum, number in {**single, **whole}.items() if number in amounts}


def _legs_of_other_reports(
    column: str, given_numbers: Iterable[str], report: ForexReport, report_id: int, repository: ForexRepository
) -> Sequence[Leg]:
    return [
        leg
        for leg in repository.legs_naming(column, sorted(given_numbers))
        if leg.state in COUNTED and leg.report_id != report_id and leg.ebc_code == report.ebc_code
    ]


def _directory_entry(listed: ListedEnterprise | None) -> DirectoryEntry | None:
    if listed is None or not listed.registered:
        return None
    since = date.fromisoformat(listed.since) if listed.since else date.min
    return DirectoryEntry(listed.code, listed.forex_class, since, listed.quota or None)


def _reported_trades(
    values: Iterable[TradeValue], report: ForexReport, moved: Iterable[Leg], column: str
) -> dict[str, ReportedTrade]:
    """Number → trade of the report's company, in the report's currency if it has an amount in that."""
    trades: dict[str, ReportedTrade] = {}
    sums: dict[tuple[str, str], int] = {}
    for leg in moved:
        key = (getattr(leg, column), leg.currency)
        sums[key] = sums.get(key, 0) + leg.amount
    wanted = customs_code_of(report.currency)
    for value in values:
        if value.ebc_code == report.ebc_code and value.amounts:
            currency = wanted if wanted in value.amounts else min(value.amounts)
            if value.number not in trades or currency == wanted:
                trades[value.number] = ReportedTrade(
                    value.number,
                    currency,
                    value.amounts[currency],
                    sums.get((value.number, currency), 0),
                    value.closed_on,
                )
    return trades


def _collections_by_order(legs: Iterable[Leg]) -> Mapping[str, FirstCollection]:
    received: dict[str, FirstCollection] = {}
    for leg in sorted(legs, key=lambda leg: (leg.at, leg.report_id, leg.number)):
        if leg.direction == COLLECTION:
            received.setdefault(leg.order_no, FirstCollection(local_time_of(leg.at).date(), leg.counterparty))
    return received
