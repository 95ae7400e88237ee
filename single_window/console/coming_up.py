"""An officer's first page beyond his cases: rules that change, what is due soon, and what was declined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import DAY, day_of, instant_of
from declarations.parameters import Parameter, Parameters
from declarations.parameters.changing import SANDBOX_ONLY
from single_window.cases.own_decisions import OwnDecision
from single_window.store import case_queue
from single_window.store.case_queue import QueueFilter
from single_window.store.decisions import DecisionState

AROUND, MOST_RULES = timedelta(days=365), 6
"""Days before and after a day for which changes of the law are told, and their greatest number."""
DECLINED_FOR = 7 * DAY


class RuleChange(NamedTuple):
    """A dated value that began lately or begins soon; `ends`: it has a last day, and none follows."""

    parameter: Parameter
    day: date
    soon: bool
    ends: bool


def rule_changes(law: Parameters, today: date) -> Sequence[RuleChange]:
    """Return the changes of the law around a day: what comes, the nearest first, then what changed lately. What only a
    sandbox has, such as its risk profiles, is no law."""
    told = [
        parameter
        for parameter in law.describe()
        if not parameter.informative and not parameter.name.startswith(SANDBOX_ONLY)
    ]
    begun = [
        RuleChange(parameter, value.since, value.since > today, False)
        for parameter in told
        for value in parameter.values[1:]
        if abs(value.since - today) <= AROUND
    ]
    names = {parameter.name: parameter for parameter in told}
    ending = [
        RuleChange(names[value.name], value.until, True, True)
        for value in law.expiring(today, AROUND.days)
        if value.until and value.name in names
    ]
    changes = sorted([*begun, *ending], key=lambda change: (abs(change.day - today), change.parameter.name))
    return sorted(changes, key=lambda change: not change.soon)[:MOST_RULES]


def due_soon(connection: Connection, sandbox: str, wanted: QueueFilter) -> tuple[int, int]:
    """Return how many cases of the desks are due later today, and tomorrow."""
    midnight = instant_of(day_of(wanted.now)) + DAY
    return (
        case_queue.due_between(connection, sandbox, wanted, wanted.now, midnight),
        case_queue.due_between(connection, sandbox, wanted, midnight, midnight + DAY),
    )


def declined(decisions: Sequence[OwnDecision], now: int) -> Sequence[OwnDecision]:
    """Return a person's proposals that others declined of late, newest first; without those about whose case he has
    decided again. `decisions`: newest first."""
    found, later = [], set[tuple[str, str]]()
    for own in decisions:
        key = (own.made.subject, own.made.subject_id)
        is_own = own.made.state == DecisionState.DECLINED and not own.settled
        if is_own and key not in later and own.made.second_at >= now - DECLINED_FOR:
            found.append(own)
        later.add(key)
    return found
