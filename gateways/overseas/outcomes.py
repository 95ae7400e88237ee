"""The course of a case about stock abroad: its state, what the company is told, its timeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from declarations.reasons import Reason
from gateways.case_course import OPEN, CaseCourse, free_number
from gateways.overseas.repository import OverseasCase, OverseasDesk
from gateways.topics.shared import Decision

KIND, BY = "overseas_case", "overseas"
DIFFERENCE, EVIDENCE, SILENCE, DRAFT = "X", "E", "S", "D"
COURSE = CaseCourse(KIND, BY, "overseas", "OverseasStockAdvice", waiting=("open", "asked", "overdue"))


def open_case(
    kind: str, key: str, code: str, reason: Reason, desk: OverseasDesk, *, day: str = "", due: str = ""
) -> OverseasCase:
    """Open a case of a company, and tell it. `key`: by which the same is known again."""
    values = reason.values
    item = values.get("item", "")
    about = key.replace(item, values.get("sku", "")) if item else key
    taken = {case.case_no for case in desk.repository.cases_of(code)}
    case = OverseasCase(
        id=desk.repository.new_id(),
        case_no=free_number("HW", f"{code}|{about}", taken, desk),
        state=OPEN,
        kind=kind,
        key=key,
        ebc_code=code,
        warehouse_code=values.get("warehouse", ""),
        sku=values.get("sku", ""),
        day=day,
        due=due,
        opened_at=desk.now,
        reasons=(reason,),
    )
    COURSE.open(case, desk)
    if kind != EVIDENCE:
        _advise(case, "300", reason, desk)
    return case


def apply_step(
    case: OverseasCase,
    action: str,
    desk: OverseasDesk,
    *,
    reason: str = "",
    values: Mapping[str, str] | None = None,
    by: str = BY,
) -> None:
    """Apply an action of the lifecycle to a case, note it and tell the company; raises `lifecycle.NotAllowed`."""
    made, text = COURSE.step(case, action, desk, reason=reason, values=values, by=by)
    if not case.ended_at:
        case.reasons = (text,)
    _advise(case, made.return_status, text, desk)


def end_asked(code: str, asked: Collection[str], desk: OverseasDesk) -> None:
    """End those of a company's cases whose sales all have a voucher now, or count no more."""
    for case in desk.repository.cases_of(code) if asked else ():
        if case.case_no not in asked or case.ended_at:
            continue
        if all(sale.voucher_no or sale.undone_by for sale in desk.repository.moves_asked(code, case.case_no)):
            apply_step(case, "clear", desk)


def advise_draft(code: str, claim_no: str, fields: Mapping[str, str], text: Reason, desk: OverseasDesk) -> None:
    """Tell a company that the draft of a reconciliation has changed: once for what it says now."""
    named = {"adviceNo": claim_no, "adviceKind": DRAFT, "ebcCode": code, **fields}
    once = sha256("|".join(f"{name}={value}" for name, value in sorted(fields.items())).encode()).hexdigest()[:20]
    desk.notify(code, COURSE.reference(claim_no).receipt("", "120", 0, text, named, code=COURSE.advice), once=once)


def ask_company(case: OverseasCase, decision: Decision, desk: OverseasDesk) -> None:
    """Carry out an act about a question to the company of a case; raises `lifecycle.NotAllowed`."""
    COURSE.question(case.ebc_code, case.case_no, case.state, decision, _fields(case), desk)
    desk.repository.put_case(case)


def _advise(case: OverseasCase, status: str, text: Reason, desk: OverseasDesk) -> None:
    COURSE.tell(case.ebc_code, case.case_no, status, text, _fields(case), desk, once=case.state)


def _fields(case: OverseasCase) -> dict[str, str]:
    return {
        "adviceNo": case.case_no,
        "adviceKind": case.kind,
        "ebcCode": case.ebc_code,
        "warehouseCode": case.warehouse_code,
        "itemNo": case.sku,
        "dueDate": case.due.replace("-", ""),
    }
