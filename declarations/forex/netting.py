"""Netting: checks that legs sum to the net amount, and the gross records that are reported with it (FX1).

The net amount is one record (999999); if it is 0, a virtual record (999998, country China). Each leg is also reported:
legs below the exempt limit are merged by code, in the institution's name, the others separately, in the client's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from declarations.documents.forex_report import ForexReport, ForexReportLine
from declarations.forex.directory import COLLECTION
from declarations.forex.findings import ReportFinding, refuse
from declarations.forex.flows import COST, GOODS, VIRTUAL, direction_of, is_netted, legs_of
from declarations.forex.rates import convert_to_dollars
from declarations.money import Scaled, amount_text
from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.settlement import NettingReport

NOT_NETTED_YET = "21120"
COSTS_NOT_NETTED = "21121"
NET_DIFFERS = "21122"
NO_CODE = "21123"
NO_VIRTUAL = "21124"
WRONG_VIRTUAL = "21125"
CLIENT, INSTITUTION = "client", "institution"
_DIGITS = 6


class NettingRecord(NamedTuple):
    """A record to report: `way` "1" inward, "2" outward; `gnums` are its legs (empty: the net amount)."""

    code: str
    holder: str
    country: str
    way: str
    amount: Scaled
    gnums: tuple[int, ...] = ()


def net_of(report: ForexReport) -> Scaled:
    """Return the net amount of a netted report's legs, positive in the direction of the report."""
    net_amount = sum(leg.amount if direction_of(report, leg) == COLLECTION else -leg.amount for leg in legs_of(report))
    return net_amount if report.direction == COLLECTION else -net_amount


def check(report: ForexReport, day: date, parameters: Parameters) -> Iterator[ReportFinding]:
    """Yield the reasons to refuse the netting of a report, or codes and virtual legs of a gross one."""
    try:
        value = parameters.on("forex.netting_report", day)
    except NoValue:
        if is_netted(report):
            yield refuse(NOT_NETTED_YET, day=day.isoformat())
        return
    yield from _check_codes(report, value)
    if not is_netted(report):
        yield from _check_virtual(report, (), value)
        return
    yield from _check_costs(report, day, parameters)
    if net_of(report) != report.amount:
        yield refuse(NET_DIFFERS, (value.id,), sum=amount_text(net_of(report)), amount=amount_text(report.amount))
    yield from _check_virtual(report, ("zero",) if report.amount == 0 else ("net",), value)
    codes = value.table_as(NettingReport)
    if report.amount == 0 and all(line.leg_kind != VIRTUAL for line in report.lines):
        yield refuse(NO_VIRTUAL, (value.id,), code=codes.zero, country=codes.country)


def restore_netted(report: ForexReport, day: date, parameters: Parameters) -> tuple[NettingRecord, ...]:
    """Return the records of a netted report: the net amount first, then its legs, independent of their order.

    Raises `NoValue` before netting was allowed, `NoExchangeRate` for a currency without a rate.
    """
    value = parameters.on("forex.netting_report", day)
    codes = value.table_as(NettingReport)
    code, country = (codes.net, "") if report.amount else (codes.zero, codes.country)
    return (
        NettingRecord(code, INSTITUTION, country, report.direction, report.amount),
        *sorted(
            _restore_legs(report, day, parameters, value),
            key=lambda record: (record.way, record.code, record.holder, record.gnums),
        ),
    )


def _restore_legs(report: ForexReport, day: date, parameters: Parameters, value: Value) -> Iterator[NettingRecord]:
    merged_by_code: dict[tuple[str, str], list[ForexReportLine]] = {}
    for leg in legs_of(report):
        if convert_to_dollars(leg.amount, leg.currency, day, parameters) < value.table_as(NettingReport).exempt_below:
            merged_by_code.setdefault((leg.trans_code, direction_of(report, leg)), []).append(leg)
        else:
            yield NettingRecord(leg.trans_code, CLIENT, leg.country, direction_of(report, leg), leg.amount, (leg.gnum,))
    for (code, direction), merged_legs in merged_by_code.items():
        yield _merged_record(code, direction, merged_legs)


def _merged_record(code: str, direction: str, legs: Sequence[ForexReportLine]) -> NettingRecord:
    """The record that an institution reports for small legs; it names a country if all legs have the same one."""
    countries = sorted({leg.country for leg in legs})
    country = countries[0] if len(countries) == 1 else ""
    amount, numbers = sum(leg.amount for leg in legs), tuple(sorted(leg.gnum for leg in legs))
    return NettingRecord(code, INSTITUTION, country, direction, amount, numbers)


def _check_costs(report: ForexReport, day: date, parameters: Parameters) -> Iterator[ReportFinding]:
    try:
        parameters.on("forex.netting_costs", day)
    except NoValue:
        for gnum in sorted(leg.gnum for leg in report.lines if leg.leg_kind == COST):
            yield refuse(COSTS_NOT_NETTED, gnum=str(gnum), day=day.isoformat())


def _check_codes(report: ForexReport, value: Value) -> Iterator[ReportFinding]:
    codes = value.table_as(NettingReport)
    first = {GOODS: codes.goods, COST: codes.costs}
    for leg in legs_of(report):
        code = leg.trans_code
        digits = len(code) == _DIGITS and code.isascii() and code.isdigit()
        if not digits or code[0] not in first[leg.leg_kind]:
            yield refuse(NO_CODE, (value.id,), gnum=str(leg.gnum), code=code)


def _check_virtual(report: ForexReport, allowed: Iterable[str], value: Value) -> Iterator[ReportFinding]:
    codes = value.table_as(NettingReport)
    allowed_contents = {
        (codes.net, report.amount, None) if name == "net" else (codes.zero, 0, codes.country) for name in allowed
    }
    has_virtual = False
    for line in report.lines:
        if line.leg_kind != VIRTUAL:
            continue
        content = (line.trans_code, line.amount, line.country if line.trans_code == codes.zero else None)
        if content not in allowed_contents or has_virtual:
            yield refuse(
                WRONG_VIRTUAL, (value.id,), gnum=str(line.gnum), code=line.trans_code, amount=amount_text(line.amount)
            )
        has_virtual = True
