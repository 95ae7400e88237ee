"""Results of decisions about claims and papers: receipts, timeline events, notices and entries of money."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.calendar import stamp17
from declarations.lifecycle import LIFECYCLE_OF
from declarations.money import Scaled, plain
from declarations.reasons import Reason
from gateways.records import ReceiptDraft, TimelineEvent
from gateways.refund.repository import Claim, Entry, Invoice, RefundDesk, RefundPaper
from gateways.replies import ANSWERS, together

KIND = "refund_claim"
PAID, RECOVERED, CREDITED, TAXED, CERTIFICATE = "1", "2", "3", "4", "5"
"""Kinds of notices."""
ACTION_REFUSED = "action_refused"
"""The timeline event of a refused action."""


def step(
    claim: Claim, action: str, desk: RefundDesk, reasons: Sequence[Reason] = (), answer: Reason | None = None
) -> None:
    """Apply an action of the lifecycle to a claim, with its timeline event and its receipt, if the step has one.

    `answer` is the receipt's text; by default `reasons`, or the text of the step."""
    taken = lifecycle.move(claim.state, action, KIND)
    claim.state = taken.to
    words = answer or (together(reasons) if reasons else Reason(taken.words, {}))
    if taken.return_status:
        receipt(claim, taken.return_status, words, desk)
    note(claim, f"refund_{action}", desk, reasons)


def state_values(claim: Claim | None) -> dict[str, str]:
    """Return the values of a reason that state a claim's state, or that there is no claim."""
    if claim is None:
        return {"state": "", "state_zh": "没有该申报", "state_en": "there is no such claim"}
    known = lifecycle.state(claim.state, KIND)
    return {"state": known.name, "state_zh": known.zh, "state_en": known.en}


def receipt(claim: Claim, status: str, reason: Reason, desk: RefundDesk) -> None:
    """Send a receipt about a claim."""
    fields = {"ebcCode": claim.ebc_code, "copNo": claim.cop_no, "period": claim.period}
    desk.receipt(
        ReceiptDraft(
            mailboxes=claim.mailboxes,
            code=ANSWERS[KIND],
            order_no=claim.cop_no,
            kind=KIND,
            key=claim.key,
            return_status=status,
            return_time=claim.stamp(desk.now),
            reason=reason,
            fields=fields,
        )
    )


def note(claim: Claim, event: str, desk: RefundDesk, reasons: Sequence[Reason] = ()) -> None:
    """Add an event to a claim's timeline."""
    desk.note(
        TimelineEvent(
            order_no=claim.cop_no,
            kind=KIND,
            key=claim.key,
            at=desk.now,
            actor="tax",
            event=event,
            state=claim.state,
            reasons=tuple(reasons),
        )
    )


def book(
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


def notice(claim: Claim, kind: str, amount: Scaled, status: str, reason: Reason, desk: RefundDesk) -> str:
    """Notify a company of a payment or demand; return the notice's number."""
    number = desk.repository.notice_no(desk.day.year)
    now = claim.stamp(desk.now)
    fields = {
        "noticeNo": number,
        "noticeKind": kind,
        "ebcCode": claim.ebc_code,
        "copNo": claim.cop_no,
        "claimNo": claim.cop_no,
        "amount": plain(amount),
        "payDate": stamp17(now)[:8],
    }
    desk.receipt(
        ReceiptDraft(
            mailboxes=claim.mailboxes,
            code="RefundNotice",
            order_no=claim.cop_no,
            kind=KIND,
            key=claim.key,
            return_status=status,
            return_time=now,
            reason=reason,
            fields=fields,
        )
    )
    return number


def certify(paper: RefundPaper, place: str, claim_no: str, reason: Reason, desk: RefundDesk) -> None:
    """Issue the certificate, which customs requires, that tax was repaid or never refunded."""
    paper.certificate_no = desk.repository.certificate_no(desk.day.year)
    now = paper.stamp(desk.now)
    fields = {
        "noticeNo": paper.certificate_no,
        "noticeKind": CERTIFICATE,
        "ebcCode": paper.ebc_code,
        "copNo": place,
        "claimNo": claim_no,
        "amount": plain(paper.amount),
        "payDate": stamp17(now)[:8],
    }
    if paper.invt_no:
        fields["invtNo"] = paper.invt_no
    desk.receipt(
        ReceiptDraft(
            mailboxes=paper.mailboxes,
            code="RefundNotice",
            order_no=place,
            kind=paper.kind,
            key=paper.key,
            return_status="800",
            return_time=now,
            reason=reason,
            fields=fields,
        )
    )


def conclude(
    paper: Invoice | RefundPaper,
    kind: str,
    place: str,
    fields: dict[str, str],
    action: str,
    desk: RefundDesk,
    reasons: Sequence[Reason] = (),
) -> None:
    """Apply an action of the lifecycle to a paper, with its receipt and timeline event."""
    taken = lifecycle.move(paper.state, action, LIFECYCLE_OF[kind])
    paper.state, paper.reasons = taken.to, tuple(reasons) if action == "reject" else ()
    words = together(reasons) if reasons and action == "reject" else Reason(taken.words, {})
    if taken.return_status:
        desk.receipt(
            ReceiptDraft(
                mailboxes=paper.mailboxes,
                code=ANSWERS[kind],
                order_no=place,
                kind=kind,
                key=paper.key,
                return_status=taken.return_status,
                return_time=paper.stamp(desk.now),
                reason=words,
                fields=fields,
            )
        )
    desk.note(
        TimelineEvent(
            order_no=place,
            kind=kind,
            key=paper.key,
            at=desk.now,
            actor="tax",
            event=f"paper_{action}",
            state=paper.state,
            reasons=tuple(reasons),
        )
    )
