"""Sends what the desk decides: receipts and lines of the timeline of claims and papers, notices of money."""

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
"""What the timeline calls an act that a claim's state did not allow any more."""


def step(
    claim: Claim, action: str, desk: RefundDesk, reasons: Sequence[Reason] = (), answer: Reason | None = None
) -> None:
    """Move a claim, answer where the step answers, and note it. `answer` is what its receipt says (none given: its
    reasons, or the words of the step)."""
    taken = lifecycle.move(claim.state, action, KIND)
    claim.state = taken.to
    words = answer or (together(reasons) if reasons else Reason(taken.words, {}))
    if taken.return_status:
        receipt(claim, taken.return_status, words, desk)
    note(claim, f"refund_{action}", desk, reasons)


def state_values(claim: Claim | None) -> dict[str, str]:
    """The values of a reason for the state of a claim, or that there is none."""
    if claim is None:
        return {"state": "", "state_zh": "没有该申报", "state_en": "there is no such claim"}
    known = lifecycle.state(claim.state, KIND)
    return {"state": known.name, "state_zh": known.zh, "state_en": known.en}


def receipt(claim: Claim, status: str, reason: Reason, desk: RefundDesk) -> None:
    """A receipt about a claim."""
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
    """A line of a claim's timeline."""
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
    """A movement of money of a claim."""
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
    """Notify a company of a payment or demand; gives the notice's number."""
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
    """The certificate that tax was repaid, or never refunded, which customs requires."""
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
    """Move a purchase paper or another paper, answer it and note it."""
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
