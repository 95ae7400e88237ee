"""Checks against the directory of enterprises: registration, classes A, B and C, exemption of small enterprises.

Small (汇发〔2019〕28号): the total of a calendar year, separately for collections and payments, is strictly below USD
200,000 (reading 47).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from declarations.forex.findings import ReportFinding, refusal, remark, review
from declarations.money import Scaled, decimal, plain, scaled, to_fen
from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.shape import Words

COLLECTION, PAYMENT = "1", "2"
SMALL = "21020"
NOT_REGISTERED = "21021"
TOO_LARGE = "21022"
CASE_BY_CASE = "21023"
NO_QUOTA = "21024"
ABOVE_QUOTA = "21025"
WITHIN_QUOTA = "21026"
UNKNOWN_CLASS = "21027"
_KEEPERS = MappingProxyType(
    {"safe": {"keeper_zh": "外汇局", "keeper_en": "SAFE"}, "bank": {"keeper_zh": "银行", "keeper_en": "the banks"}}
)
_DIRECTIONS = MappingProxyType(
    {
        COLLECTION: {"direction_zh": "收汇", "direction_en": "collections"},
        PAYMENT: {"direction_zh": "付汇", "direction_en": "payments"},
    }
)


class DirectoryEntry(NamedTuple):
    """An enterprise in the directory. `registered`: its first day there; `quota`: the yearly limit in US dollars, for
    each direction, of one of class B; None if none is on file."""

    code: str
    forex_class: str
    registered: date
    quota: Scaled | None = None


def standing(
    enterprise: DirectoryEntry | None,
    totals: Mapping[str, Scaled],
    adding: Mapping[str, Scaled],
    day: date,
    parameters: Parameters,
) -> Iterator[ReportFinding]:
    """Yield the findings about an enterprise on a day. `totals` are the year's US dollars by direction so far, `adding`
    the increase by a report. Raises `NoValue` before there was a directory."""
    keeper = parameters.on("forex.directory", day)
    if enterprise is None or (day - enterprise.registered).days < 0:
        yield from _small(totals, adding, day, parameters, keeper)
        return
    value = parameters.on("forex.classes", day)
    way = value.read(Words).get(enterprise.forex_class)
    if way == "quota":
        yield from _quota(enterprise.quota, totals, adding, value)
    elif way == "review":
        yield review(CASE_BY_CASE, (value.id,), forex_class=enterprise.forex_class)
    elif way is None:
        yield review(UNKNOWN_CLASS, (value.id,), forex_class=enterprise.forex_class)


def _small(
    totals: Mapping[str, Scaled], adding: Mapping[str, Scaled], day: date, parameters: Parameters, keeper: Value
) -> Iterator[ReportFinding]:
    try:
        limit = parameters.on("forex.small_enterprise", day)
    except NoValue:
        yield refusal(NOT_REGISTERED, (keeper.id,), **_KEEPERS[keeper.text])
        return
    for direction, total in _sums(totals, adding):
        values = {**_DIRECTIONS[direction], "total": _cents(total), "limit": plain(scaled(limit.amount))}
        if total < limit.amount:
            yield remark(SMALL, (limit.id,), **values)
        else:
            yield refusal(TOO_LARGE, (limit.id, keeper.id), **values, **_KEEPERS[keeper.text])


def _quota(
    quota: Scaled | None, totals: Mapping[str, Scaled], adding: Mapping[str, Scaled], value: Value
) -> Iterator[ReportFinding]:
    if quota is None:
        yield review(NO_QUOTA, (value.id,))
        return
    for direction, total in _sums(totals, adding):
        values = {**_DIRECTIONS[direction], "total": _cents(total), "quota": plain(quota)}
        yield (
            remark(WITHIN_QUOTA, (value.id,), **values)
            if total <= decimal(quota)
            else review(ABOVE_QUOTA, (value.id,), **values)
        )


def _sums(totals: Mapping[str, Scaled], adding: Mapping[str, Scaled]) -> Iterator[tuple[str, Decimal]]:
    for direction in sorted(adding):
        yield direction, decimal(totals.get(direction, 0) + adding[direction])


def _cents(dollars: Decimal) -> str:
    return f"{to_fen(dollars):f}"
