"""Netting: checks that legs sum to the net amount, and the gross records that are reported with it (FX1).

The net amount is one record (999999); if it is 0, a virtual record (999998, country China). Each leg is also reported:
legs below the exempt limit are merged by code, in the institution's name, the others separately, in the client's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from declarations.documents.forex_report import ForexReport, ForexReportLine
from declarations.forex.directory import COLLECTION
from declarations.forex.findings import ReportFinding, refusal
from declarations.forex.flows import COST, GOODS, VIRTUAL, is_netted, legs, way
from declarations.forex.rates import in_dollars
from declarations.money import Scaled, plain
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
    left = sum(leg.amount if way(report, leg) == COLLECTION else -leg.amount for leg in legs(report))
    return left if report.direction == COLLECTION else -left


def check(report: ForexReport, day: date, parameters: Parameters) -> Iterator[ReportFinding]:
    """Yield the reasons to refuse the netting of a report, or codes and virtual legs of a gross one."""
    try:
        value = parameters.on("forex.netting_report", day)
    except NoValue:
        if is_netted(report):
            yield refusal(NOT_NETTED_YET, day=day.isoformat())
        return
    yield from _codes(report, value)
    if not is_netted(report):
        yield from _virtual(report, (), value)
        return
    yield from _costs(report, day, parameters)
    if net_of(report) != report.amount:
        yield refusal(NET_DIFFERS, (value.id,), sum=plain(net_of(report)), amount=plain(report.amount))
    yield from _virtual(report, ("zero",) if report.amount == 0 else ("net",), value)
    codes = value.read(NettingReport)
    if report.amount == 0 and all(line.leg_kind != VIRTUAL for line in report.lines):
        yield refusal(NO_VIRTUAL, (value.id,), code=codes.zero, country=codes.country)


def restore(report: ForexReport, day: date, parameters: Parameters) -> tuple[NettingRecord, ...]:
    """Return the records of a netted report: the net amount first, then its legs, independent of their order.

    Raises `NoValue` before netting was allowed, `NoExchangeRate` for a currency without a rate.
    """
    value = parameters.on("forex.netting_report", day)
    codes = value.read(NettingReport)
    code, country = (codes.net, "") if report.amount else (codes.zero, codes.country)
    return (
        NettingRecord(code, INSTITUTION, country, report.direction, report.amount),
        *sorted(
            _restored(report, day, parameters, value),
            key=lambda record: (record.way, record.code, record.holder, record.gnums),
        ),
    )


def _restored(report: ForexReport, day: date, parameters: Parameters, value: Value) -> Iterator[NettingRecord]:
    merged: dict[tuple[str, str], list[ForexReportLine]] = {}
    for leg in legs(report):
        if in_dollars(leg.amount, leg.currency, day, parameters) < value.read(NettingReport).exempt_below:
            merged.setdefault((leg.trans_code, way(report, leg)), []).append(leg)
        else:
            yield NettingRecord(leg.trans_code, CLIENT, leg.country, way(report, leg), leg.amount, (leg.gnum,))
    for (code, direction), held in merged.items():
        countries = sorted({leg.country for leg in held})
        yield NettingRecord(
            code,
            INSTITUTION,
            countries[0] if len(countries) == 1 else "",
            direction,
            sum(leg.amount for leg in held),
            tuple(sorted(leg.gnum for leg in held)),
        )


def _costs(report: ForexReport, day: date, parameters: Parameters) -> Iterator[ReportFinding]:
    try:
        parameters.on("forex.netting_costs", day)
    except NoValue:
        for gnum in sorted(leg.gnum for leg in report.lines if leg.leg_kind == COST):
            yield refusal(COSTS_NOT_NETTED, gnum=str(gnum), day=day.isoformat())


def _codes(report: ForexReport, value: Value) -> Iterator[ReportFinding]:
    codes = value.read(NettingReport)
    first = {GOODS: codes.goods, COST: codes.costs}
    for leg in legs(report):
        code = leg.trans_code
        digits = len(code) == _DIGITS and code.isascii() and code.isdigit()
        if not digits or code[0] not in first[leg.leg_kind]:
            yield refusal(NO_CODE, (value.id,), gnum=str(leg.gnum), code=code)


def _virtual(report: ForexReport, allowed: Iterable[str], value: Value) -> Iterator[ReportFinding]:
    codes = value.read(NettingReport)
    right = {(codes.net, report.amount, None) if name == "net" else (codes.zero, 0, codes.country) for name in allowed}
    seen = False
    for line in report.lines:
        if line.leg_kind != VIRTUAL:
            continue
        given = (line.trans_code, line.amount, line.country if line.trans_code == codes.zero else None)
        if given not in right or seen:
            yield refusal(
                WRONG_VIRTUAL, (value.id,), gnum=str(line.gnum), code=line.trans_code, amount=plain(line.amount)
            )
        seen = True
