"""The course of the filing documents of a claim: state, what the company is told, timeline; officers' decisions."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.reasons import Reason
from gateways.decisions import carry_out
from gateways.records import CaseReference
from gateways.refund.filing_case import FilingCase
from gateways.refund.repository import RefundDesk
from gateways.replies import combine_reasons
from gateways.topics.facts import general_credit_event
from gateways.topics.shared import Decision

FILING_KIND, NOTICE, TAX = "filing_case", "FilingNotice", "tax"
BREACH, NOT_KEPT = "breach", "304"
"""An officer's act, and the kind of credit event that it brings about."""


def apply_filing_step(
    case: FilingCase,
    action: str,
    desk: RefundDesk,
    reasons: Sequence[Reason] = (),
    *,
    told: bool = True,
    by: str = TAX,
    reason: str = "",
) -> None:
    """Apply an action of the lifecycle to a case, note it, and tell the company by a notice, if the step has a status
    and the company is not `told` otherwise. `reason`: an officer's words. Raises `lifecycle.NotAllowed`."""
    made = lifecycle.transition_of(case.state, action, FILING_KIND)
    case.state = made.to
    text = combine_reasons(reasons) if reasons else made.receipt_text(reason) if made.return_status else None
    if lifecycle.state_of(case.state, FILING_KIND).final:
        case.ended_at, case.decided_by = desk.now, by
    elif reasons:
        case.reasons = tuple(reasons)
    if text is not None and told and made.return_status:
        _notify(case, made.return_status, text, desk)
    shown = tuple(reasons) or ((text,) if text is not None else ())
    desk.add_event(_about(case).event(f"filing_{action}", case.state, desk.now, shown, actor=by))
    desk.repository.put_filing_case(case)


def remind_company(case: FilingCase, reasons: Sequence[Reason], desk: RefundDesk) -> None:
    """Remind a company on the last day of its term (300)."""
    _notify(case, "300", combine_reasons(reasons), desk)
    desk.add_event(_about(case).event("filing_remind_index", case.state, desk.now, tuple(reasons), actor=TAX))
    desk.repository.put_filing_case(case)


def _about(case: FilingCase) -> CaseReference:
    return CaseReference(FILING_KIND, case.case_no, case.case_no)


def _notify(case: FilingCase, status: str, text: Reason, desk: RefundDesk) -> None:
    fields = {
        "noticeNo": case.case_no,
        "ebcCode": case.ebc_code,
        "claimNo": case.claim_no,
        "dueDate": case.due.replace("-", ""),
    }
    notice = _about(case).receipt(case.mailboxes, status, case.stamp(desk.now), text, fields, code=NOTICE)
    desk.notify(case.ebc_code, notice)


def decide_filing(decisions: Sequence[Decision], desk: RefundDesk) -> None:
    """Carry out tax officers' decisions about filing documents, or refuse them with reasons."""

    def act(case: FilingCase, decision: Decision) -> None:
        apply_filing_step(case, decision.action, desk, by=decision.by, reason=decision.reason)
        if decision.action == BREACH:
            _tell_credit(case, desk)

    cases = desk.repository.filing_cases([decision.subject_id for decision in decisions])
    carry_out(decisions, cases, desk, kind=FILING_KIND, act=act)


def _tell_credit(case: FilingCase, desk: RefundDesk) -> None:
    """Publish that the company did not keep its filing documents as the law asks."""
    today = desk.day.isoformat()
    event = general_credit_event(case.ebc_code, NOT_KEPT, TAX, case.case_no, occurred=case.due, decided=today)
    desk.publish(event._replace(doc_no=case.claim_no))
