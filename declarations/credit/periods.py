"""The periods of a decision about credit: defence, publication, repair, and the end of a grade by time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.credit.conditions import AssessedCompany, circumstances_on, kinds_of_findings
from declarations.credit.events import CreditEvent, EventState, is_open, kinds_on, state_on
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import CreditGrading
from declarations.parameters.tables.credit import CreditProcedure, CreditRepair, CreditShown
from declarations.reasons import Reason
from declarations.working_days import add_working_days

TOO_EARLY, NOT_CURED, EXCLUDED, NO_REPAIR = "25201", "25202", "25203", "25204"
DEGREES = ("L", "G", "S")
"""Degrees of dishonesty: light, general, severe (轻微、一般、严重)."""


class Shown(NamedTuple):
    """The first and the last possible end of a publication, whether it is published at all by default, and whether a
    repair waits for its first possible end."""

    earliest: date
    latest: date
    usual: bool
    repair_waits: bool
    parameter_id: str


class Repairable(NamedTuple):
    """The first possible day of a repair (None: there is none), and the reasons against it on the day asked about."""

    first_day: date | None
    reasons: tuple[Reason, ...]


def procedure_on(day: date, law: Parameters) -> CreditProcedure:
    """Return the procedure of a day; raises `NoValue`."""
    return law.on("credit.procedure", day).table_as(CreditProcedure)


def defence_until(noticed: date, law: Parameters) -> date:
    """Return the last day on which a company may object: 收到告知书之日起五个工作日内提出书面陈述、申辩。"""
    return add_working_days(noticed, procedure_on(noticed, law).defence_days).day


def verify_until(objected: date, law: Parameters) -> date:
    """Return the last day on which an objection is to be verified: 20日内核实."""
    return objected + timedelta(days=procedure_on(objected, law).verify_days)


def repair_until(applied: date, law: Parameters) -> date:
    """Return the last day on which an application for repair is to be decided: 20日内决定."""
    return applied + timedelta(days=procedure_on(applied, law).repair_days)


def degree_of(events: Iterable[CreditEvent]) -> str:
    """Return the gravest degree of events; without events the lightest."""
    return max((event.degree for event in events if event.degree in DEGREES), key=DEGREES.index, default=DEGREES[0])


def shown_between(since: date, degree: str, law: Parameters) -> Shown:
    """Return the possible ends of the publication of a decision that counts from `since`."""
    value = law.on("credit.shown", since)
    table = value.table_as(CreditShown)
    least, most = table.least_months[degree], table.most_months[degree]
    usual = degree in table.usual
    return Shown(months_after(since, least), months_after(since, most), usual, table.repair_waits, value.id)


def is_published(grade: str, day: date, law: Parameters) -> bool:
    """True if decisions that give a grade are published: those that find a company dishonest (失信信息)."""
    return grade in law.on("registration.grading", day).table_as(CreditGrading).finding


def repairable(since: date, degree: str, events: Sequence[CreditEvent], day: date, law: Parameters) -> Repairable:
    """Return the first day on which a grade that counts from `since` may be repaired, and the reasons why not on `day`.

    `events`: those used, and what made the company dishonest again since, whose periods begin when they are final. The
    longest period counts, and the shortest publication of the degree must be over (信用修复管理办法:
    最短公示期届满后，方可申请信用修复). 有不予修复情形的，不受理修复申请。
    """
    try:
        value = law.on("credit.repair", day)
    except NoValue:
        return Repairable(None, (Reason(NO_REPAIR, {"day": day.isoformat()}),))
    table, shown = value.table_as(CreditRepair), shown_between(since, degree, law)
    used = (value.id, shown.parameter_id) if shown.repair_waits else (value.id,)
    excluded = [event.number for event in events if {event.kind, f"{event.kind}{event.degree}"} & set(table.excluded)]
    if excluded:
        return Repairable(None, (Reason(EXCLUDED, {"events": ", ".join(excluded)}, used),))
    ends = [
        months_after(max(since, event.final or since), table.months.get(event.kind, table.otherwise))
        for event in events
    ]
    first = max([since, *ends, *([shown.earliest] if shown.repair_waits else [])])
    reasons = []
    if day < first:
        reasons.append(Reason(TOO_EARLY, {"first": first.isoformat()}, used))
    curable = kinds_on(day, law).curable
    if lacking := [event.number for event in events if event.kind in curable and is_open(event, day)]:
        reasons.append(Reason(NOT_CURED, {"events": ", ".join(lacking)}, used))
    return Repairable(first, tuple(reasons))


def ends_on(
    grade: str,
    since: date,
    events: Sequence[CreditEvent],
    day: date,
    law: Parameters,
    company_on: Callable[[date], AssessedCompany],
    used: Collection[str] = (),
) -> date | None:
    """Return the day on which a grade ends by itself: so long after it began, and after the company last was dishonest
    by an event, as the law of its first day says. None: it does not, or such an event is not cured.

    连续2年未发生第二十二条规定情形的: what makes nobody dishonest by itself (a small fine, a disclosure) does not
    prolong it. `company_on`: the company as its conditions see it on a day; `used`: the numbers of the events on which
    the decision rests; the others are judged without them."""
    if not is_published(grade, day, law):
        return None
    months = int(law.on("credit.clean", since).amount)
    further = [event for event in events if event.number not in used]
    found: dict[tuple[bool, date], frozenset[str]] = {}

    def is_circumstance(event: CreditEvent, on: date) -> bool:
        own = event.number in used
        if (own, on) not in found:
            found[own, on] = circumstances_on(company_on(on), events if own else further, on, law)
        return event.number in found[own, on]

    counting = [event for event in events if event.final and state_on(event, day, law) == EventState.COUNTED]
    # what is not cured, and then what was over last, decide; nothing before them can change the day
    ordered = sorted(((_over_on(event, day, law), event) for event in counting), key=lambda pair: pair[0] or date.max)
    for over, event in reversed(ordered):
        if over is not None and over <= since:
            break
        final = event.final or event.decided
        last = day if over is None else max(final, over - timedelta(days=over != final))
        if event.kind in kinds_of_findings(last, law) and is_circumstance(event, last):
            return None if over is None else months_after(max(since, over), months)
    return months_after(since, months)


def _over_on(event: CreditEvent, day: date, law: Parameters) -> date | None:
    """The day from which clean time is counted after an event: when it became final, or for what has to be cured when
    it was; None: it is not cured."""
    final = event.final or event.decided
    if event.kind not in kinds_on(day, law).curable:
        return final
    return None if is_open(event, day) else max(final, event.cured or final)
