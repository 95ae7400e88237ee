"""Deciding a closed case again, and mixing in a case of known answer: decisions like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gateways.customs.review import CONCLUDES
from single_window.accounts import rights
from single_window.accounts.people import OPERATOR, Person
from single_window.cases.declarations import cosmetics, revaluing
from single_window.cases.declarations.revaluing import COSMETICS, REVALUE
from single_window.cases.quality.choices import choices, cosmetics_to_decide, decides_as_first
from single_window.context import Context
from single_window.frame.decision_kinds import REASON, VALUES, Act, Creation, DecisionKind, Requested, Subject
from single_window.language import phrases
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import demand_found, row_id
from single_window.store import quality_checks
from single_window.store.decisions import StoredDecision
from single_window.store.engine import reading
from single_window.store.quality_checks import WAITING, StoredCheck
from single_window.store.subjects import QUALITY_CHECK
from single_window.work import filing
from single_window.work.quality_checking import AS_FIRST, CHECK, MIX_IN


def subject_of(check: StoredCheck) -> Subject:
    """A check as the subject of decisions."""
    state = phrases.phrase("quality_state", check.state)
    return Subject(QUALITY_CHECK, check.id, f"{check.number} #{check.id}", check.state, state, check.version, check)


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    found = quality_checks.find(connection, sandbox, row_id(number, sandbox))
    return subject_of(demand_found(found, number, sandbox))


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    if subject.state != WAITING:
        return []
    return [Act(CHECK, phrases.phrase("other_act", CHECK), needs=("choice", REASON))]


def _values(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """The chosen act, and what it decides of cosmetics; of a value that is determined anew, method and prices as well,
    as the act itself wants them."""
    check: StoredCheck = subject.record
    choice = _choice(connection, sandbox, check, requested.values.get("choice", ""))
    lines = cosmetics_to_decide(connection, sandbox, check) if choice in CONCLUDES else ()
    decided: dict[str, Any] = {}
    if lines:
        said = cosmetics.values_of(requested, lines)
        decided = {COSMETICS: said, AS_FIRST: decides_as_first(connection, sandbox, check, said)}
    if choice != REVALUE:
        return {"choice": choice, **decided}
    return {"choice": choice, **revaluing.values_of(connection, sandbox, int(check.subject_id), requested), **decided}


def _reason(requested: Requested) -> str:
    """The reason; of a value that is determined anew, with method and prices, as the declarant would read it."""
    if requested.values.get("choice") != REVALUE or not requested.reason.strip():
        return requested.reason
    return revaluing.reason_of(requested)


def _choice(connection: Connection, sandbox: str, check: StoredCheck, choice: str) -> str:
    known = choices(connection, sandbox, check)
    if choice not in known:
        raise Refusal("choice_unknown", choice=choice[:40], known=", ".join(known))
    return choice


def may_check(check: StoredCheck, who: Person) -> bool:
    """True if a person may decide a case again: he did not decide it, and could have."""
    is_own = check.first_by == who.name and who.role != OPERATOR.role
    may = rights.may_act(who, QUALITY_CHECK, CHECK, check.office)
    return may and not is_own and rights.may_act(who, check.subject, check.first_action, check.office)


def _may(connection: Connection, sandbox: str, subject: Subject, action: str, who: Person) -> bool:
    return may_check(subject.record, who)


def _settle(
    context: Context, sandbox: str, subject: Subject, requested: Requested, who: Person, not_before: int
) -> int:
    check: StoredCheck = subject.record
    if check.first_by == who.name and who.role != OPERATOR.role:
        raise Refusal("own_check")
    rights.demand_act(who, check.subject, check.first_action, check.office)
    with reading(context.engine) as connection:
        values = _values(connection, sandbox, subject, requested)
    return filing.file(
        context,
        sandbox,
        QUALITY_CHECK,
        check.id,
        CHECK,
        by=who,
        seen=subject.version,
        reason=requested.reason,
        values=values,
    )


def _values_of_golden(context: Context, sandbox: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    with reading(context.engine) as connection:
        found = quality_checks.closed_case(connection, sandbox, wanted["subject"], wanted["number"])
        if found is None:
            raise Refusal("golden_unknown", number=wanted["number"][:40])
        choice = _choice(connection, sandbox, found, wanted["choice"])
    return {**wanted, "choice": choice, "customs_code": found.office}


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    found = quality_checks.find(connection, sandbox, decided.id)
    return subject_of(found) if found else None


GOLDEN = Creation(
    action=MIX_IN,
    words=phrases.phrase("label", "golden_case"),
    takes={
        "subject": "the kind of the closed case, as declaration",
        "number": "its number",
        "choice": VALUES["choice"],
    },
    values=_values_of_golden,
    made=_made,
    number=lambda subject: str(subject.id),
    reasoned=True,
)
QUALITY_DECISION = DecisionKind(
    subject=QUALITY_CHECK,
    noun=Words("质量复查", "quality check"),
    find=_find,
    by_id=_find,
    acts=_acts,
    values=_values,
    reason=_reason,
    settle=_settle,
    may=_may,
    chosen=cosmetics.sum_up,
    takes=("choice", revaluing.METHOD, revaluing.PRICES, COSMETICS),
    creations=(GOLDEN,),
)
