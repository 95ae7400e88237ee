"""The course of a case of commerce: its state, what companies are told, its timeline; and answers to documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from declarations.reasons import Reason
from gateways.case_course import OPEN, CaseCourse, free_number
from gateways.commerce.repository import CommerceCase, CommerceDesk
from gateways.holds import Held
from gateways.records import CaseReference, FiledDocument
from gateways.replies import combine_reasons, identifying_fields
from gateways.senders import check_own_mailbox
from gateways.topics.shared import Decision

KIND, BY = "commerce_case", "commerce"
SILENT, CONTRADICTING, CORRECTED, ENDED, DIFFERS, OVERDUE = "S", "X", "L", "V", "D", "O"
HOLDING = frozenset({CORRECTED, ENDED})
"""Kinds of cases for which lists of the company may wait."""
REFUSING = "refusing"
"""The state of a case for which lists of its company are refused, not made to wait."""
WAITING = (OPEN, REFUSING)
COURSE = CaseCourse(KIND, BY, "commerce", "CommerceAdvice", WAITING)
NOT_ACCEPTED = "26118"
IS_OFF, NOT_ITS_OWN = "26001", "26002"
TAKEN_IN, REFUSED = "120", "100"
_EVENTS = {TAKEN_IN: "commerce_noted", REFUSED: "commerce_refused", "399": "commerce_answered"}


class CaseFinding(NamedTuple):
    """Something that is found: the kind of case, the reason, the company that is told of it (if any), and what it
    concerns."""

    kind: str
    reason: Reason
    company: str = ""
    credit_code: str = ""
    zone: str = ""
    month: str = ""


def settle(
    about: str, now: Mapping[str, CaseFinding], desk: CommerceDesk, among: Collection[str] = (), *, holds: bool = False
) -> None:
    """Compare the open cases about something with what is found now, by key; `among`: the keys that it can have, by
    default any. `holds`: lists that name the company of a case wait as long as that is open."""
    known = desk.repository.cases_about([about])
    COURSE.settle(
        [case for case in known if case.key in among] if among else known,
        {key: found.reason for key, found in now.items()},
        desk,
        found=lambda key: _open_case(about, key, now[key], desk),
        gone=lambda case: end(case, "clear", desk),
    )
    for case in desk.repository.cases_about([about]):
        if case.state in WAITING and case.kind in HOLDING:
            hold_or_lift(case, desk, holds)


def hold_or_lift(case: CommerceCase, desk: CommerceDesk, holds: bool) -> None:
    """Let lists that name the company of a case wait, refuse them where an officer decided so, or let them go on."""
    if not holds:
        desk.lift(Held.COMPANY, case.company, holder_of(case))
        return
    named = {"company": case.company, "case_no": case.case_no}
    reason = Reason(NOT_ACCEPTED, named) if case.state == REFUSING else case.reasons[0]
    desk.hold(Held.COMPANY, case.company, holder_of(case), reason)


def end(case: CommerceCase, action: str, desk: CommerceDesk, reason: str = "", by: str = BY) -> None:
    """Apply an action to a case; lists that wait for it go on once it is settled."""
    COURSE.step(case, action, desk, reason=reason, by=by)
    if case.state not in WAITING and case.kind in HOLDING:
        hold_or_lift(case, desk, holds=False)


def holder_of(case: CommerceCase) -> str:
    """Return who holds a company for a case, as its lists name him."""
    return f"{BY}:{case.case_no}"


def _open_case(about: str, key: str, found: CaseFinding, desk: CommerceDesk) -> None:
    taken = {case.case_no for case in desk.repository.cases_about([about])}
    case = CommerceCase(
        id=desk.repository.new_id(),
        case_no=free_number("SW", f"{about}|{found.kind}|{found.reason.values.get('day', '')}", taken, desk),
        state=OPEN,
        kind=found.kind,
        key=key,
        about=about,
        company=found.company,
        credit_code=found.credit_code,
        zone=found.zone,
        month=found.month,
        opened_at=desk.now,
        reasons=(found.reason,),
    )
    COURSE.open(case, desk)
    advise(case, found.reason, desk, once=OPEN)


def advise(case: CommerceCase, text: Reason, desk: CommerceDesk, once: str) -> None:
    """Tell the company of a case of it, `once` for each such text."""
    if case.company:
        COURSE.tell(case.company, case.case_no, "300", text, _fields(case), desk, once=once)


def ask_company(case: CommerceCase, decision: Decision, desk: CommerceDesk) -> None:
    """Carry out an act about a question to the company of a case; raises `lifecycle.NotAllowed`."""
    COURSE.question(case.company, case.case_no, case.state, decision, _fields(case), desk)
    desk.repository.put_case(case)


def _fields(case: CommerceCase) -> dict[str, str]:
    return {
        "adviceNo": case.case_no,
        "adviceKind": case.kind,
        "companyCode": case.company,
        "zone": case.zone,
        "month": case.month,
    }


def refusal_of_sender(paper: FiledDocument, code: str, boxes: Mapping[str, str], desk: CommerceDesk) -> Reason | None:
    """Return why a document is not taken at all: commerce is off, or somebody else's mailbox sent it."""
    if desk.options.commerce == "off":
        return Reason(IS_OFF, {})
    return check_own_mailbox(paper, code, boxes.get(code, ""), NOT_ITS_OWN)


def answer(
    paper: FiledDocument,
    status: str,
    reasons: Sequence[Reason],
    desk: CommerceDesk,
    more: Mapping[str, str] | None = None,
) -> None:
    """Answer a document with a status and the reasons for it; `more`: further elements of the receipt."""
    about = CaseReference(paper.kind, paper.key, paper.order_no)
    fields = {**identifying_fields(paper.kind, paper.facts, paper.port_no), **(more or {})}
    text, at = combine_reasons(reasons), max(desk.now, paper.last_return + 1)
    desk.send_receipt(about.receipt(paper.mailboxes, status, at, text, fields))
    desk.add_event(about.event(_EVENTS[status], paper.state, desk.now, reasons, actor=BY))
