"""Outcomes of a case: its state, the notice to the company, its timeline, and the grade that the registrar gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations import lifecycle
from declarations.credit.conditions import decisive
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.risk import ORDINARY, grade_values
from gateways.credit.repository import CreditCase, CreditDesk
from gateways.records import CaseReference
from gateways.topics.shared import Decision

KIND, ACTOR = "credit_case", "credit"
TOLD = frozenset({"noticed", "objected", "unopposed", "in_force", "repairing"})
"""States of cases of which the company has been told."""
AWAITED = frozenset({"objected", "repairing"})
"""States in which a company awaits a decision within a term."""
IN_FORCE = frozenset({"in_force", "repairing"})
ENDED = frozenset(name for name, state in lifecycle.all_lifecycles()[KIND].states.items() if state.final)


def apply_step(
    case: CreditCase,
    action: str,
    desk: CreditDesk,
    *,
    reason: str = "",
    values: Mapping[str, str] | None = None,
    by: str = ACTOR,
) -> None:
    """Apply an action of the lifecycle to a case, note it and notify the company, unless it never heard of the case;
    raises `lifecycle.NotAllowed`."""
    made = lifecycle.transition_of(case.state, action, KIND)
    told = case.state in TOLD or made.to in TOLD
    case.state = made.to
    if made.to not in AWAITED:
        case.decide_until = ""
    text = made.receipt_text(reason, values) if made.words else Reason("25121", {})
    case.reasons = (text,)
    if made.to in ENDED:
        case.ended_at = desk.now
    if made.return_status and told:
        tell(case, made.return_status, text, desk, once=f"{made.to}{case.version}")
    add_event(case, case.state, desk, (text,), by)
    desk.repository.put_case(case)


def tell(case: CreditCase, status: str, text: Reason, desk: CreditDesk, once: str) -> None:
    """Send the company a notice about a case."""
    fields = {
        "caseNo": case.case_no,
        "creditCode": case.credit_code,
        "ebcCode": case.ebc_code,
        "grade": case.grade,
        "since": _plain(case.since),
        "defenceUntil": _plain(case.defence_until),
        "shownUntil": _plain(case.shown_until),
        "repairFrom": _plain(case.repair_from),
    }
    kept = {name: value for name, value in fields.items() if value}
    notice = _about(case).receipt("", status, 0, text, kept, code="CreditNotice")
    desk.notify(case.ebc_code, notice, once=once)


def add_event(case: CreditCase, name: str, desk: CreditDesk, reasons: Sequence[Reason], by: str) -> None:
    """Add an event to a case's timeline."""
    desk.add_event(_about(case).event(f"credit_{name}", case.state, desk.now, reasons, actor=by))


def give_grade(case: CreditCase, grade: str, reason: str, desk: CreditDesk) -> None:
    """Have the registrar give the company a grade from today on, as officers do."""
    values = {"grade": grade, "since": desk.day.isoformat()}
    text = f"{case.case_no} {reason}".strip()
    desk.send(Decision(case.ebc_code, 0, 0, "grade", text, ACTOR, values), "decision.registration")


def take_back(case: CreditCase, grade: str, current: str, reason: str, desk: CreditDesk) -> Mapping[str, str]:
    """Give a company its grade after a case, unless it has another one than that of the case by now; return the values
    of the text about it."""
    back = grade or ORDINARY
    if current == case.grade:
        give_grade(case, back, reason, desk)
    named = {"back" + name.removeprefix("grade"): value for name, value in grade_values(back).items()}
    return {**grade_values(case.grade), **named, "since": desk.day.isoformat()}


def grounds_of(case: CreditCase, law: Parameters) -> dict[str, str]:
    """Return the decisive conditions of a case in words."""
    titles = [law.parameter(checked.parameter) for checked in decisive(case.grounds, case.grade)]
    return {
        "grounds_zh": "；".join(found.title for found in titles),
        "grounds_en": "; ".join(found.title_en for found in titles),
    }


def _about(case: CreditCase) -> CaseReference:
    return CaseReference(KIND, case.case_no, case.case_no)


def _plain(day: str) -> str:
    return day.replace("-", "")
