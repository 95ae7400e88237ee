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

from declarations.forex.findings import ReportFinding, add_remark, demand_review, refuse
from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
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


def check_standing(
    enterprise: DirectoryEntry | None,
    totals: Mapping[str, Scaled],
    added_dollars: Mapping[str, Scaled],
    day: date,
    parameters: Parameters,
) -> Iterator[ReportFinding]:
    """Yield the findings about an enterprise on a day. `totals` are the year's US dollars by direction so far,
    `added_dollars` the increase by a report. Raises `NoValue` before there was a directory."""
    keeper = parameters.on("forex.directory", day)
    if enterprise is None or (day - enterprise.registered).days < 0:
        yield from _check_small_trader(totals, added_dollars, day, parameters, keeper)
        return
    value = parameters.on("forex.classes", day)
    consequence = value.table_as(Words).get(enterprise.forex_class)
    if consequence == "quota":
        yield from _check_quota(enterprise.quota, totals, added_dollars, value)
    elif consequence == "review":
        yield demand_review(CASE_BY_CASE, (value.id,), forex_class=enterprise.forex_class)
    elif consequence is None:
        yield demand_review(UNKNOWN_CLASS, (value.id,), forex_class=enterprise.forex_class)


def _check_small_trader(
    totals: Mapping[str, Scaled], added_dollars: Mapping[str, Scaled], day: date, parameters: Parameters, keeper: Value
) -> Iterator[ReportFinding]:
    try:
        limit = parameters.on("forex.small_enterprise", day)
    except NoValue:
        yield refuse(NOT_REGISTERED, (keeper.id,), **_KEEPERS[keeper.text])
        return
    for direction, total in _sums(totals, added_dollars):
        allowed = amount_text(scaled_of(limit.amount))
        values = {**_DIRECTIONS[direction], "total": _round_to_cents(total), "limit": allowed}
        if total < limit.amount:
            yield add_remark(SMALL, (limit.id,), **values)
        else:
            yield refuse(TOO_LARGE, (limit.id, keeper.id), **values, **_KEEPERS[keeper.text])


def _check_quota(
    quota: Scaled | None, totals: Mapping[str, Scaled], added_dollars: Mapping[str, Scaled], value: Value
) -> Iterator[ReportFinding]:
    for direction, total in _sums(totals, added_dollars):
        values = {**_DIRECTIONS[direction], "total": _round_to_cents(total)}
        if quota is None:
            yield demand_review(NO_QUOTA, (value.id,), **values)
            continue
        values["quota"] = amount_text(quota)
        yield (
            add_remark(WITHIN_QUOTA, (value.id,), **values)
            if total <= decimal_of(quota)
            else demand_review(ABOVE_QUOTA, (value.id,), **values)
        )


def _sums(totals: Mapping[str, Scaled], added_dollars: Mapping[str, Scaled]) -> Iterator[tuple[str, Decimal]]:
    for direction in sorted(added_dollars):
        yield direction, decimal_of(totals.get(direction, 0) + added_dollars[direction])


def _round_to_cents(dollars: Decimal) -> str:
    return f"{round_to_fen(dollars):f}"
