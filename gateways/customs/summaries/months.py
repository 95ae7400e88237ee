"""Months of merchants: the first closed list of a month sets its deadline, whose passing is reported.

The report has no other effect: lists may be summarised after their deadline, with a remark.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from declarations.calendar import DAY, instant_of
from declarations.parameters import Parameters
from declarations.parameters.tables.clearance import SummaryLists
from declarations.reasons import Reason
from declarations.summary.deadline import days_of, deadline_of_month, rule_day
from gateways.customs.summaries.closed_lists import meeting_of_merchant
from gateways.customs.summaries.repository import MonthToSummarise, SummaryDesk, SummaryRepository
from gateways.records import CaseReference
from gateways.topics.customs import ListsClosed, SummaryDue

OVERDUE, PROVISIONAL = "18026", "18027"


def handle_closed(closed: Sequence[ListsClosed], desk: SummaryDesk) -> None:
    """Set the deadlines of months in which merchants have closed their first list to summarise."""
    wanted = {(lists.ebc_code, lists.month) for lists in closed}
    for ebc_code, first in sorted(wanted - desk.repository.months(wanted).keys()):
        due = deadline_of_month(date.fromisoformat(first), desk.law)
        month = MonthToSummarise(ebc_code, first, due.day.isoformat(), instant_of(due.day) + DAY, due.provisional)
        desk.repository.put_month(month)
        desk.schedule(max(month.due, desk.now), SummaryDue(ebc_code, meeting_of_merchant(ebc_code), first))


def handle_due(deadlines: Sequence[SummaryDue], desk: SummaryDesk) -> None:
    """Handle deadlines of months: mark as overdue those with lists that still wait."""
    wanted = {(deadline.ebc_code, deadline.month) for deadline in deadlines}
    for (ebc_code, first), month in sorted(desk.repository.months(wanted).items()):
        waiting = count_waiting(desk.repository, ebc_code, first, desk.law)
        if month.overdue_at or not waiting:
            continue
        month.overdue_at, month.waiting = desk.now, waiting
        desk.repository.put_month(month)
        values = {"month": first[:7], "count": str(waiting), "last": month.last_day}
        reasons = [Reason(OVERDUE, values)]
        if month.provisional:
            reasons.append(Reason(PROVISIONAL, {"last": month.last_day}))
        about = CaseReference("summary_month", f"{ebc_code}|{first[:7]}", meeting_of_merchant(ebc_code))
        desk.add_event(about.event("summary_overdue", "", desk.now, reasons))


def count_waiting(repository: SummaryRepository, ebc_code: str, first: str, parameters: Parameters) -> int:
    """Return the number of lists of a merchant's month that still wait to be summarised."""
    month = date.fromisoformat(first)
    rule = parameters.on("summary.lists", rule_day(month)).table_as(SummaryLists)
    since, until = days_of(month, parameters)
    return repository.waiting(ebc_code, rule.modes, rule.counted, instant_of(since), instant_of(until) + DAY)
