"""Checks the lists of a request (701): only closed retail exports, not returned, not in a summary, not only counted."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.lifecycle import state_values
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import SummaryLists
from declarations.reasons import Reason
from declarations.summary.deadline import SummaryDeadline, month_of, rule_day

CLOSED = "closed"
UNKNOWN = "18001"
NOT_CLOSED = "18002"
RETURNED = "18003"
SUMMARISED = "18004"
STATISTICS = "18005"
OTHER_MERCHANT = "18006"
NOTHING_LEFT = "18007"
LATE = "18008"
INCOMPLETE = "18009"
NOT_OF_MODE = "18010"


class SummaryCandidate(NamedTuple):
    """A list that a request names. `closed_on`: the day of its 899, None before; `returned`: a return of any quantity
    was admitted; `sum_no`: the summary that contains it already, or empty."""

    invt_no: str
    ebc_code: str
    state: str
    trade_mode: str
    statistics_flag: str
    closed_on: date | None
    returned: bool = False
    sum_no: str = ""


def check(candidate: SummaryCandidate, ebc_code: str, parameters: Parameters) -> tuple[Reason, ...]:
    """Return all reasons why a list cannot be summarised for a merchant; empty if it can."""
    named = {"invt_no": candidate.invt_no}
    reasons = []
    if candidate.ebc_code != ebc_code:
        reasons.append(Reason(OTHER_MERCHANT, {**named, "list": candidate.ebc_code, "request": ebc_code}))
    if candidate.state != CLOSED or candidate.closed_on is None:
        reasons.append(Reason(NOT_CLOSED, {**named, **state_values(candidate.state)}))
    else:
        reasons += _check_channel(candidate, candidate.closed_on, parameters)
    if candidate.returned:
        reasons.append(Reason(RETURNED, named))
    if candidate.sum_no:
        reasons.append(Reason(SUMMARISED, {**named, "sum_no": candidate.sum_no}))
    return tuple(reasons)


def check_lateness(applied_on: date, due: SummaryDeadline) -> tuple[Reason, ...]:
    """Return a remark if a request is late (its lists are summarised all the same); empty if it is in time."""
    if applied_on <= due.day:
        return ()
    values = {"applied": applied_on.isoformat(), "last": due.day.isoformat(), "month": f"{due.month:%Y-%m}"}
    return (Reason(LATE, values, due.parameter_ids),)


def is_summable(trade_mode: str, statistics_flag: str, closed_on: date, parameters: Parameters) -> bool:
    """True if a list of this mode and flag, closed on a day, is to be summarised; False before the first rule."""
    try:
        table = parameters.on("summary.lists", rule_day(month_of(closed_on, parameters))).table_as(SummaryLists)
    except NoValue:
        return False
    return trade_mode in table.modes and statistics_flag not in table.counted


def _check_channel(candidate: SummaryCandidate, closed_on: date, parameters: Parameters) -> list[Reason]:
    """Check mode and flag by the rule of the month to which the list belongs."""
    value = parameters.on("summary.lists", rule_day(month_of(closed_on, parameters)))
    named = {"invt_no": candidate.invt_no}
    if candidate.trade_mode not in value.table_as(SummaryLists).modes:
        return [Reason(NOT_OF_MODE, {**named, "trade_mode": candidate.trade_mode}, (value.id,))]
    if candidate.statistics_flag in value.table_as(SummaryLists).counted:
        return [Reason(STATISTICS, {**named, "flag": candidate.statistics_flag}, (value.id,))]
    return []
