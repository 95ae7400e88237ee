"""Credit: each grade in force must follow from the company's events, as they stand, under the law of its first day; the
registrar must have given it; what credit gave last must rest on a case; and no company may have two open cases about
the same grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from declarations.calendar import day_of, instant_of
from declarations.credit.conditions import AssessedCompany, assess, is_worse
from declarations.money import SCALE
from declarations.parameters import Parameters
from declarations.risk import ORDINARY
from gateways.credit.considering import BROKER
from gateways.credit.outcomes import ACTOR, ENDED, IN_FORCE
from gateways.credit.repository import CreditCase
from single_window.auditing.ledger import Ledger, LedgerDifference
from single_window.language.words import Words
from single_window.store.agency_tables.credit import credit_case, credit_event
from single_window.store.gateways.credit import CASES, EVENTS, documents_between, known_companies
from single_window.store.law_books import law_of
from single_window.store.tables import credit_grade, delivery

WORDS = Words("信用", "credit")
UNFOUNDED, NOT_GIVEN, TWICE = "does not follow from its events", "not given by the registrar", "open cases"
NO_CASE = "grade of no case in force"
GIVEN_BACK = frozenset({"repaired", "expired", "quashed"})
"""States of cases whose end gave a company another grade."""


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Work out each grade in force again from dated facts, and compare it with the registrar's grades."""
    chosen = CASES.select().where(credit_case.c.sandbox == sandbox)
    cases = list(map(CASES.make, connection.execute(chosen.order_by(credit_case.c.id)).all()))
    told = connection.execute(select(func.count()).where(credit_event.c.sandbox == sandbox)).scalar_one()
    decided = [case for case in cases if case.state in IN_FORCE]
    sums = {"cases": len(cases) * SCALE, "in force": len(decided) * SCALE}
    given = _given(connection, sandbox)
    differences = (
        *_check_decided(connection, sandbox, decided, given),
        *_without_case(given, cases),
        *_open_twice(cases),
    )
    return Ledger("credit", WORDS, told, sums, differences)


def _given(connection: Connection, sandbox: str) -> dict[tuple[str, str], tuple[str, str]] | None:
    """(company, first day) → (grade, who gave it), in the order of days; None while a grade may be on its way."""
    if connection.execute(select(delivery.c.id).where(delivery.c.sandbox == sandbox).limit(1)).first():
        return None
    row = credit_grade.c
    chosen = select(row.code, row.since, row.grade, row.who).where(row.sandbox == sandbox)
    return {(code, since): (grade, who) for code, since, grade, who in connection.execute(chosen.order_by(row.since))}


def _without_case(
    given: Mapping[tuple[str, str], tuple[str, str]] | None, cases: Sequence[CreditCase]
) -> Iterator[LedgerDifference]:
    """Last grades of companies that credit gave, though no case in force has it, and none that ended gave it back."""
    known = {(case.ebc_code, case.since, case.grade) for case in cases if case.state in IN_FORCE}
    for case in cases:
        if case.state in GIVEN_BACK:
            day = day_of(case.ended_at).isoformat()
            known |= {(case.ebc_code, day, grade) for grade in (ORDINARY, case.grade_before)}
    last = {code: (since, *by) for (code, since), by in (given or {}).items()}
    for code, (since, grade, who) in sorted(last.items()):
        if who == ACTOR and (code, since, grade) not in known:
            yield LedgerDifference(f"{code} {since} {grade}", NO_CASE, SCALE, 0)


def _check_decided(
    connection: Connection,
    sandbox: str,
    cases: Sequence[CreditCase],
    given: Mapping[tuple[str, str], tuple[str, str]] | None,
) -> Iterator[LedgerDifference]:
    if not cases:
        return
    law, codes = law_of(connection, sandbox), {case.ebc_code for case in cases}
    kinds = {code: known.kinds for code, known in known_companies(connection, sandbox, codes).items()}
    for case in cases:
        if not _follows(connection, sandbox, case, kinds.get(case.ebc_code, ""), law):
            yield LedgerDifference(case.case_no, UNFOUNDED, SCALE, 0)
        if given is not None and (case.ebc_code, case.since) not in given:
            yield LedgerDifference(case.case_no, NOT_GIVEN, SCALE, 0)


def _follows(connection: Connection, sandbox: str, case: CreditCase, kinds: str, law: Parameters) -> bool:
    """True if the events of a company that nobody withdrew led to a case's grade, or a worse one, on its first day."""
    day = date.fromisoformat(case.since)
    since, until = (instant_of(date(year, 1, 1)) for year in (day.year - 1, day.year))
    documents = documents_between(connection, sandbox, case.ebc_code, since, until)
    company = AssessedCompany(case.ebc_code, case.grade_before, BROKER in kinds.split(";"), documents)
    events = [event.facts for event in EVENTS.load(connection, sandbox, "ebc_code", [case.ebc_code])]
    found = assess(company, [event for event in events if event.withdrawn is None], day, law).grade
    return bool(found) and not is_worse(case.grade, found, day, law)


def _open_twice(cases: Sequence[CreditCase]) -> Iterator[LedgerDifference]:
    waiting = Counter(
        (case.ebc_code, case.grade) for case in cases if case.state not in ENDED and case.state not in IN_FORCE
    )
    for (code, grade), count in sorted(waiting.items()):
        if count > 1:
            yield LedgerDifference(f"{code} {grade}", TWICE, count * SCALE, SCALE)
