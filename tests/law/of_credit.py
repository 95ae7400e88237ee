"""Runners of credit: conditions of a day's regime, states of events, and the periods of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from declarations.credit import conditions, events, periods
from declarations.credit.conditions import AssessedCompany, CreditAssessment
from declarations.credit.events import CreditEvent
from declarations.money import scaled_from_text
from tests.law.comparing import Comparisons
from tests.law.imported import law
from tests.law.of_registration import code_and_value
from tests.law.rows import Facts
from tests.law.wholes import whole


def _events(case: Facts) -> tuple[CreditEvent, ...]:
    """The events of a case; `count` of one says how many alike there are, `total` what they amount to together."""
    return tuple(
        _event(f"{row}.{place}", given, place == 0)
        for row, given in enumerate(case["events"], 1)
        for place in range(given.get("count", 1))
    )


def _event(number: str, given: Mapping[str, Any], first: bool) -> CreditEvent:
    """An event; `total` is the amount of the first of several, and the others have none."""
    decided = given["decided"]
    amount = given.get("amount", given.get("total", "0") if first else "0")
    return CreditEvent(
        number=number,
        kind=given["kind"],
        degree=given.get("degree", "G"),
        agency="customs",
        occurred=given.get("occurred", decided),
        decided=decided,
        final=given.get("final", decided) or None,
        amount=scaled_from_text(amount),
        doc_no=given.get("doc_no", ""),
        cured=given.get("cured"),
        withdrawn=given.get("withdrawn"),
    )


def _assessed(case: Facts) -> CreditAssessment:
    times = case.get("error_times")
    company = AssessedCompany(
        "3702961234",
        case.get("now", "ordinary"),
        case.get("broker", False),
        case.get("documents"),
        case.get("suspended", False),
        None if times is None else Decimal(times),
    )
    return conditions.assess(company, _events(case), case["day"], law(), case.get("regime"))


def credit_conditions(case: Facts) -> Comparisons:
    """The grade to which conditions lead, and which of them are satisfied."""
    assessed = _assessed(case)
    yield "grade", case["grade"], assessed.grade
    yield "satisfied", case["satisfied"], [checked.name for checked in assessed.satisfied]
    yield whole("assessment", assessed)
    if "order" in case:
        yield "order", case["order"], assessed.order
        yield "provisional", case["provisional"], assessed.provisional
    if "measures" in case:
        (checked,) = assessed.satisfied or [one for one in assessed.conditions if one.name == case["condition"]]
        yield "measures", case["measures"], [f"{name} {found} {limit}" for name, found, limit, _ in checked.measures]


def credit_events(case: Facts) -> Comparisons:
    """The state of an event on a day, and the first day on which time alone changes an assessment."""
    (event,) = _events(case)
    yield "state", case["state"], str(events.state_on(event, case["day"], law()))
    if "next" in case:
        yield "next", case["next"] or None, conditions.next_day([event], case["day"], law())


def credit_repair(case: Facts) -> Comparisons:
    """The first possible day of a repair, and the reasons against it on a day."""
    found = periods.repairable(case["since"], case.get("degree", "L"), _events(case), case["day"], law())
    yield "first", case.get("first"), found.first_day
    yield whole("repair", found)
    yield "reasons", case["reasons"], [code.split()[0] for code in code_and_value(found.reasons)]


def credit_publication(case: Facts) -> Comparisons:
    """The possible ends of a publication by its degree."""
    shown = periods.shown_between(case["since"], case["degree"], law())
    known = (case["earliest"], case["latest"], case["usual"])
    yield "publication", known, (shown.earliest, shown.latest, shown.usual)
    yield whole("publication", shown)


def credit_ends(case: Facts) -> Comparisons:
    """The day on which a grade ends by itself."""
    known = case["ends"] or None
    company = AssessedCompany("3702961234", case["now"], documents=case.get("documents"))
    events = _events(case)
    yield "ends", known, periods.ends_on(case["now"], case["since"], events, case["day"], law(), lambda day: company)


def credit_defence(case: Facts) -> Comparisons:
    """The last day of a defence."""
    yield "until", case["until"], periods.defence_until(case["noticed"], law())


def credit_answers(case: Facts) -> Comparisons:
    """The last days on which an objection is verified, and an application for repair decided."""
    yield "verified", case["verified"], periods.verify_until(case["objected"], law())
    yield "decided", case["decided"], periods.repair_until(case["objected"], law())
