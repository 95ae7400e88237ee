"""Queries of credit: cases with their history, a company's profile, its events, and the public list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from msgspec import UNSET
from sqlalchemy import Connection

from declarations.calendar import day_of, instant_of
from declarations.credit.conditions import AssessedCompany, CreditAssessment, assess
from declarations.credit.events import CreditEvent, EventState, lapses_on, state_on
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import CreditGrading
from declarations.reasons import Reason
from gateways.credit.considering import BROKER, usable_events
from gateways.credit.repository import CreditCase, KnownCompany, RecordedEvent
from single_window.cases.credit.answers import (
    CREDIT_KIND,
    CreditCaseOut,
    CreditOrderOut,
    CreditProfileOut,
    EventOut,
    RegimeOut,
    condition_out,
    event_out,
    grade_words,
)
from single_window.cases.credit.effects import effects
from single_window.cases.credit.previews import preview
from single_window.cases.credit.publication import published, today_of
from single_window.cases.sentence_facts import SentenceFacts
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out
from single_window.language import phrases
from single_window.language.amounts import with_separators
from single_window.store.agency_tables.credit import credit_case
from single_window.store.gateways.credit import CASES, EVENTS, documents_between, known_companies
from single_window.store.law_books import law_of

UNDECIDED = ("proposed", "noticed", "objected", "unopposed")
"""States in which a grade is not given yet."""
WAITING = ("proposed", "objected", "unopposed", "repairing")
CASE_ROWS = CaseRows(credit_case, CASES.select, CASES.make, WAITING)
PUBLIC_FIELDS = CreditProfileOut.__struct_fields__.index("events")
"""Fields of a profile that everybody reads: those before its events."""
MOST_CASES = 100


class Credited(NamedTuple):
    """A company with its events, on a day, under the law of a sandbox."""

    company: KnownCompany
    events: Sequence[RecordedEvent]
    day: date
    law: Parameters
    documents: int
    usable: Sequence[CreditEvent]
    """Its events as conditions count them: without those of repaired cases."""


def find_case(connection: Connection, sandbox: str, number: str) -> CreditCase | None:
    """Return a case by its caseNo or id."""
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    column = credit_case.c
    return CASE_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.case_no == number)


def credited(
    connection: Connection, sandbox: str, code: str, day: date | None = None, *, unregistered: bool = False
) -> Credited | None:
    """Return a company by either of its codes, with its events; None: it is not registered. `unregistered`: also a code
    of which events were told although nobody has registered it."""
    company = known_companies(connection, sandbox, [code]).get(code)
    events = events_of(connection, sandbox, company.code if company else code)
    if company is None:
        if not (unregistered and events):
            return None
        company = KnownCompany(code, "", "", "", "", 0)
    on = day or today_of(connection, sandbox)
    since, until = (instant_of(date(year, 1, 1)) for year in (on.year - 1, on.year))
    documents = documents_between(connection, sandbox, company.code, since, until)
    cases = CASES.load(connection, sandbox, "ebc_code", [company.code])
    law, usable = law_of(connection, sandbox), usable_events(events, cases)
    return Credited(company, events, on, law, documents, usable)


def events_of(connection: Connection, sandbox: str, code: str) -> list[RecordedEvent]:
    """Return the events of a company, newest decision first."""
    found = EVENTS.load(connection, sandbox, "ebc_code", [code])
    return sorted(found, key=lambda event: (event.decided, event.key), reverse=True)


def list_events(known: Credited) -> tuple[EventOut, ...]:
    """Return a company's events in their states of the day."""
    used = {event.number for event in known.usable}
    return tuple(
        event_out(
            event,
            state_on(event.facts, known.day, known.law) if event.key in used else EventState.REPAIRED,
            _text(lapses_on(event.facts, known.law)),
        )
        for event in known.events
    )


def assessments(known: Credited, regimes: Sequence[date]) -> list[CreditAssessment]:
    """Return the assessment of a company under the regimes of several days; one without a regime is left out, which the
    call refuses before."""
    company = known.company
    suspended = bool(company.suspended_at) and day_of(company.suspended_at) <= known.day
    assessed = AssessedCompany(
        company.code, company.grade, BROKER in company.kinds.split(";"), known.documents, suspended
    )
    found = []
    for regime in regimes:
        with suppress(NoValue):
            found.append(assess(assessed, known.usable, known.day, known.law, regime))
    return found


def orders_of(law: Parameters) -> tuple[CreditOrderOut, ...]:
    """Return the regimes of credit that there are, oldest first."""
    values = law.parameter("registration.grading").values
    tables = [(value.since, value.table_as(CreditGrading)) for value in values]
    return tuple(
        CreditOrderOut(since=since.isoformat(), order_zh=table.order, order_en=table.order_en)
        for since, table in tables
    )


def without_regime(known: Credited, regimes: Sequence[date]) -> date | None:
    """Return the first of the day asked about and these days on which no regime was in force; None: there is none."""
    orders = orders_of(known.law)
    return next((day for day in (known.day, *regimes) if day.isoformat() < orders[0].since), None)


def every_regime(known: Credited) -> list[date]:
    """Return the day asked about, then a day of every other regime, the newest first."""
    begun = [value.since for value in known.law.parameter("credit.procedure").values]
    today = max((since for since in begun if since <= known.day), default=known.day)
    return [known.day, *(since for since in reversed(begun) if since != today)]


def regime_out(assessed: CreditAssessment, law: Parameters) -> RegimeOut:
    """Return the answer about an assessment."""
    return RegimeOut(
        order_zh=assessed.order,
        order_en=assessed.order_en,
        provisional=assessed.provisional,
        grade=assessed.grade,
        conditions=tuple(condition_out(checked, law) for checked in assessed.conditions),
    )


def profile(
    connection: Connection, sandbox: str, known: Credited, own: bool, regimes: Sequence[date], officer: bool = True
) -> CreditProfileOut:
    """Return a company's profile; `own`: with what only the company itself and officers may read; `officer`: also cases
    of which the company was not told yet."""
    company, today = known.company, today_of(connection, sandbox)
    shown = CreditProfileOut(
        name=company.name,
        credit_code=company.credit_code,
        ebc_code=company.code,
        grade=company.grade,
        grade_zh=grade_words(company.grade).zh,
        day=known.day.isoformat(),
        orders=orders_of(known.law),
        published=tuple(published(connection, sandbox, today, company.code)),
    )
    if not own:
        return shown
    cases = CASE_ROWS.newest(connection, sandbox, merchant=company.code, limit=MOST_CASES)
    return CreditProfileOut(
        **{name: getattr(shown, name) for name in CreditProfileOut.__struct_fields__[:PUBLIC_FIELDS]},
        events=list_events(known),
        regimes=tuple(regime_out(assessed, known.law) for assessed in assessments(known, [known.day, *regimes])),
        cases=tuple(CreditCaseOut.of(case) for case in cases if officer or case.defence_until),
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def case_out(connection: Connection, sandbox: str, case: CreditCase) -> CreditCaseOut:
    """Return the answer about one case, with its conditions, effects and history."""
    law, today = law_of(connection, sandbox), today_of(connection, sandbox)
    return CreditCaseOut.of(
        case,
        conditions=tuple(condition_out(checked, law) for checked in case.grounds),
        effects=tuple(effects(case.grade_before, case.grade, today, law)),
        preview=preview(connection, sandbox, case) if case.state in UNDECIDED else UNSET,
        history=history_out(case_rows.history(connection, sandbox, case.case_no, "credit_case")),
    )


def _facts(connection: Connection, sandbox: str, number: str, reason: Reason) -> Mapping[str, str]:
    """Return what the numbers of the conditions that are satisfied say, with their limits, in both languages."""
    case = find_case(connection, sandbox, number)
    if case is None:
        return {}
    law = law_of(connection, sandbox)
    said = [
        (phrases.phrase("credit_measure_said", measure.name), with_separators(measure.found), limit)
        for ground in case.grounds
        if ground.satisfied
        for measure in condition_out(ground, law).measures
        if measure.satisfied and (limit := with_separators(measure.limit)) not in ("", "-")
    ]
    zh = "，".join(words.zh.format(found=found, limit=limit) for words, found, limit in said)
    en = ", ".join(words.en.format(found=found, limit=limit) for words, found, limit in said)
    return {"numbers_zh": zh, "numbers_en": en}


CREDIT_FACTS = SentenceFacts("credit_case", _facts)


def _show(connection: Connection, sandbox: str, number: str) -> CreditCaseOut | None:
    case = find_case(connection, sandbox, number)
    return None if case is None else case_out(connection, sandbox, case)


CREDIT_CASES = CaseReader(kind=CREDIT_KIND, listed=CASE_ROWS.newest, out=CreditCaseOut.of, show=_show)
