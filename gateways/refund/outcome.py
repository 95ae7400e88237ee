"""Results of decisions about claims and papers: receipts, timeline events, notices and entries of money."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.calendar import stamp17
from declarations.lifecycle import LIFECYCLE_OF
from declarations.money import Scaled, amount_text
from declarations.reasons import Reason
from gateways.records import CaseReference
from gateways.refund.repository import Claim, Entry, Invoice, RefundDesk, RefundPaper
from gateways.replies import combine_reasons

CLAIM_KIND = "refund_claim"
PAID, RECOVERED, CREDITED, TAXED, CERTIFICATE = "1", "2", "3", "4", "5"
"""Kinds of notices."""
ACTION_REFUSED = "action_refused"
"""The timeline event of a refused action."""


def apply_step(
    claim: Claim, action: str, desk: RefundDesk, reasons: Sequence[Reason] = (), answer: Reason | None = None
) -> None:
    """Apply an action of the lifecycle to a claim, with its timeline event and its receipt, if the step has one.

    `answer` is the receipt's text; by default `reasons`, or the text of the step."""
    transition = lifecycle.transition_of(claim.state, action, CLAIM_KIND)
    claim.state = transition.to
    text = answer or (combine_reasons(reasons) if reasons else Reason(transition.words, {}))
    if transition.return_status:
        send_receipt(claim, transition.return_status, text, desk)
    add_event(claim, f"refund_{action}", desk, reasons)


def state_values(claim: Claim | None) -> dict[str, str]:
    """Return the values of a reason that state a claim's state, or that there is no claim."""
    if claim is None:
        return {"state": "", "state_zh": "没有该申报", "state_en": "there is no such claim"}
    return lifecycle.state_values(claim.state, CLAIM_KIND)


def send_receipt(claim: Claim, status: str, reason: Reason, desk: RefundDesk) -> None:
    """Send a receipt about a claim."""
    fields = {"ebcCode": claim.ebc_code, "copNo": claim.cop_no, "period": claim.period}
    desk.send_receipt(_about(claim).receipt(claim.mailboxes, status, claim.stamp(desk.now), reason, fields))


def _about(claim: Claim) -> CaseReference:
    return CaseReference(CLAIM_KIND, claim.key, claim.cop_no)


def add_event(claim: Claim, event: str, desk: RefundDesk, reasons: Sequence[Reason] = ()) -> None:
    """Add an event to a claim's timeline."""
    desk.add_event(_about(claim).event(event, claim.state, desk.now, tuple(reasons), actor="tax"))


def book_entry(
    claim: Claim, kind: str, amount: Scaled, desk: RefundDesk, notice_no: str = "", reasons: Sequence[Reason] = ()
) -> None:
    """Store an entry of money for a claim."""
    desk.repository.put_entry(
        Entry(
            id=desk.repository.new_id(),
            claim_id=claim.id,
            ebc_code=claim.ebc_code,
            kind=kind,
            amount=amount,
            notice_no=notice_no,
            at=desk.now,
            reason=tuple(reasons),
        )
    )


def send_notice(claim: Claim, kind: str, amount: Scaled, status: str, reason: Reason, desk: RefundDesk) -> str:
    """Notify a company of a payment or demand; return the notice's number."""
    number = desk.repository.notice_no(desk.day.year)
    now = claim.stamp(desk.now)
    fields = {
        "noticeNo": number,
        "noticeKind": kind,
        "ebcCode": claim.ebc_code,
        "copNo": claim.cop_no,
        "claimNo": claim.cop_no,
        "amount": amount_text(amount),
        "payDate": stamp17(now)[:8],
    }
    draft = _about(claim).receipt(claim.mailboxes, status, now, reason, fields, code="RefundNotice")
    desk.notify(claim.ebc_code, draft)
    return number


def _certificate_fields(paper: RefundPaper, order_no: str, claim_no: str, issued_at: int) -> dict[str, str]:
    fields = {
        "noticeNo": paper.certificate_no,
        "noticeKind": CERTIFICATE,
        "ebcCode": paper.ebc_code,
        "copNo": order_no,
        "claimNo": claim_no,
        "amount": amount_text(paper.amount),
        "payDate": stamp17(issued_at)[:8],
    }
    return {**fields, "invtNo": paper.invt_no} if paper.invt_no else fields


def issue_certificate(paper: RefundPaper, order_no: str, claim_no: str, reason: Reason, desk: RefundDesk) -> None:
    """Issue the certificate, which customs requires, that tax was repaid or never refunded."""
    paper.certificate_no = desk.repository.certificate_no(desk.day.year)
    now = paper.stamp(desk.now)
    fields = _certificate_fields(paper, order_no, claim_no, now)
    about = CaseReference(paper.kind, paper.key, order_no)
    desk.notify(paper.ebc_code, about.receipt(paper.mailboxes, "800", now, reason, fields, code="RefundNotice"))


def conclude_paper(
    paper: Invoice | RefundPaper,
    kind: str,
    order_no: str,
    fields: dict[str, str],
    action: str,
    desk: RefundDesk,
    reasons: Sequence[Reason] = (),
    answer: Reason | None = None,
) -> None:
    """Apply an action of the lifecycle to a paper, with its receipt and timeline event. `answer`: the receipt's text,
    if it is not that of the step or of `reasons`."""
    transition = lifecycle.transition_of(paper.state, action, LIFECYCLE_OF[kind])
    paper.state, paper.reasons = transition.to, tuple(reasons) if action == "reject" else ()
    text = combine_reasons(reasons) if reasons and action == "reject" else answer or Reason(transition.words, {})
    about = CaseReference(kind, paper.key, order_no)
    if status := transition.return_status:
        desk.send_receipt(about.receipt(paper.mailboxes, status, paper.stamp(desk.now), text, fields))
    desk.add_event(about.event(f"paper_{action}", paper.state, desk.now, tuple(reasons), actor="tax"))
