"""Months of merchants: from the first list that is closed on, a month's deadline is kept, and told when it passes.

Only a mark: lists are summarised after their deadline all the same, with a remark.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from declarations.calendar import DAY, instant_of
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.summary.deadline import days_of, deadline, rule_day
from gateways.customs.summaries.memory import Month, SummaryMemory
from gateways.customs.summaries.places import merchant
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Event, Item

OVERDUE, PROVISIONAL = "18026", "18027"


def hear_closed(items: Sequence[Item], memory: SummaryMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Merchants have closed lists to summarise, each item [merchant, its meeting, month]."""
    wanted = {(item[0], item[2]) for item in items}
    for ebc_code, first in sorted(wanted - memory.months(wanted).keys()):
        due = deadline(date.fromisoformat(first), circumstances.parameters)
        month = Month(ebc_code, first, due.day.isoformat(), instant_of(due.day) + DAY, due.provisional)
        memory.put_month(month)
        answers.deadlines.append(DeadlineDraft(max(month.due, circumstances.now), "deadline.summary", "customs",
                                               [ebc_code, merchant(ebc_code), first]))


def hear_due(items: Sequence[Item], memory: SummaryMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Deadlines have passed, each item [merchant, its meeting, month]: mark those with lists that still wait."""
    wanted = {(item[0], item[2]) for item in items}
    for (ebc_code, first), month in sorted(memory.months(wanted).items()):
        waiting = count(memory, ebc_code, first, circumstances.parameters)
        if month.overdue_at or not waiting:
            continue
        month.overdue_at, month.waiting = circumstances.now, waiting
        memory.put_month(month)
        values = {"month": first[:7], "count": str(waiting), "last": month.last_day}
        reasons = [Reason(OVERDUE, values), *([Reason(PROVISIONAL, {"last": month.last_day})] if month.provisional
                                              else [])]
        answers.timeline.append(Event(merchant(ebc_code), "summary_month", f"{ebc_code}|{first[:7]}",
                                      circumstances.now, "customs", "summary_overdue", "", reasons))


def count(memory: SummaryMemory, ebc_code: str, first: str, parameters: Parameters) -> int:
    """How many lists of a merchant's month still wait to be summarised."""
    month = date.fromisoformat(first)
    table: Any = parameters.on("summary.lists", rule_day(month)).table
    since, until = days_of(month, parameters)
    return memory.waiting(ebc_code, table["modes"], table["counted"], instant_of(since), instant_of(until) + DAY)
