"""Steps of declarations, with their receipts (lists, partners, requests) and timeline events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF, Transition
from declarations.limits import PORT_PRE_CHECK
from declarations.reasons import Reason
from gateways.customs import reservations
from gateways.customs.batches import joining
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.summaries import places
from gateways.customs.trade import EXPORT, FLOWS, IMPORT
from gateways.records import FiledDocument, ReceiptDraft, TimelineEvent
from gateways.replies import ANSWERS, identify, taken_in
from gateways.topics.tax import TaxDropped

LIST = {flow.letter: flow.list for flow in FLOWS.values()}
"""Flow (I or E) → kind of its list."""


def step(declaration: Declaration, action: str, desk: CustomsDesk, reason: Reason | str = "") -> None:
    """Apply an action of the lifecycle to a declaration and send the receipt of that step. `reason` is its text; a
    string is the reason that an officer typed, which is put into the lifecycle's text. Raises `lifecycle.NotAllowed` if
    the state forbids the action."""
    transition = advance(declaration, action)
    send_receipt(declaration, transition, desk, transition.answer(reason) if isinstance(reason, str) else reason)


def advance(declaration: Declaration, action: str) -> Transition:
    """Apply an action of the lifecycle to a declaration without a receipt; return the transition."""
    transition = lifecycle.move(declaration.state, action)
    declaration.state = transition.to
    return transition


def send_receipt(
    declaration: Declaration, transition: Transition, desk: CustomsDesk, reason: Reason | None = None
) -> None:
    """Send the receipt of a transition, if it has one for lists of this flow."""
    status = (transition.within(declaration.flow) or transition).return_status
    if status:
        desk.receipt(list_receipt(declaration, desk.now, status, reason or Reason(transition.words, {})))


def may_start_over(declaration: Declaration) -> bool:
    """True if a list may be declared again under its key: it has ended, or may be amended."""
    return _starts_over(declaration.state)


@cache
def _starts_over(state: str) -> bool:
    """Cached, because it is called for every parcel of every note and the lifecycle is constant."""
    return "amend" in {step.action for step in lifecycle.allowed(state)} or lifecycle.state(state).ended


def advance_to_declared(declaration: Declaration) -> None:
    """Set a declaration whose list was declared again or amended back to "declared"."""
    if declaration.state in {"rejected", "suspended"}:
        advance(declaration, "amend")
    elif declaration.state != "declared":
        declaration.state = lifecycle.move("staged", "declare").to


def list_receipt(declaration: Declaration, now: int, status: str, reason: Reason) -> ReceiptDraft:
    """Return a receipt (622 or 604) about a declaration, with a later time than all its earlier ones."""
    reason = joining.in_batch(declaration, reason)
    if declaration.flow == "E":
        return _export_receipt(declaration, now, status, reason)
    fields = {
        "customsCode": declaration.customs_code,
        "ebpCode": declaration.ebp_code,
        "ebcCode": declaration.ebc_code,
        "agentCode": declaration.agent_code,
        "copNo": declaration.cop_no or declaration.pre_no,
        "preNo": declaration.pre_no,
    }
    if declaration.invt_no:
        fields["invtNo"] = declaration.invt_no
    return ReceiptDraft(
        mailboxes=declaration.mailboxes,
        code=IMPORT.receipt,
        order_no=declaration.order_no,
        kind="inventory",
        key=declaration.key,
        return_status=status,
        return_time=declaration.stamp(now),
        reason=reason,
        fields=fields,
    )


def _export_receipt(declaration: Declaration, now: int, status: str, reason: Reason) -> ReceiptDraft:
    fields = {
        "agentCode": declaration.agent_code,
        "copNo": declaration.cop_no or declaration.pre_no,
        "preNo": declaration.pre_no,
        "invtNo": declaration.invt_no,
        "ebcCode": declaration.ebc_code,
        "ebpCode": declaration.ebp_code,
        "orderNo": declaration.order_no,
        "statisticsFlag": declaration.statistics_flag,
    }
    return ReceiptDraft(
        mailboxes=declaration.mailboxes,
        code=EXPORT.receipt,
        order_no=declaration.order_no,
        kind="export_inventory",
        key=declaration.key,
        return_status=status,
        return_time=declaration.stamp(now),
        reason=reason,
        fields=fields,
    )


def conclude(declaration: Declaration, desk: CustomsDesk, reason: str = "") -> None:
    """Conclude the review of a list (399); `reason` is what the officer typed."""
    declaration.reasons, declaration.review_cause, declaration.detention = (), "", ""
    step(declaration, "conclude", desk, reason)
    desk.note(event(declaration, desk.now, "concluded"))


def close(declaration: Declaration, desk: CustomsDesk, reason: str = "") -> None:
    """Close a list (899); `reason` is what the officer typed."""
    step(declaration, "close", desk, reason)
    declaration.closed_at = desk.now
    places.closed(declaration, desk)


def document_receipt(filed: FiledDocument, now: int, refusal: Reason | None = None) -> ReceiptDraft:
    """Return the receipt about an order, payment or waybill: taken in, or refused (100) with a reason."""
    status, words = taken_in(filed.kind) if refusal is None else ("100", refusal)
    return ReceiptDraft(
        mailboxes=filed.mailboxes,
        code=ANSWERS[filed.kind],
        order_no=filed.order_no,
        kind=filed.kind,
        key=filed.key,
        return_status=status,
        return_time=max(now, filed.last_return + 1),
        reason=words,
        fields=identify(filed.kind, filed.facts, filed.port_no),
    )


def request_receipt(request: Request, order_no: str, now: int, status: str, reason: Reason) -> ReceiptDraft:
    """Return the receipt about a cancellation, a return or a note of transport."""
    return ReceiptDraft(
        mailboxes=request.mailboxes,
        code=ANSWERS[request.kind],
        order_no=order_no,
        kind=request.kind,
        key=request.key,
        return_status=status,
        return_time=request.stamp(now),
        reason=reason,
        fields=request.fields,
    )


def _refusal(declaration: Declaration, first: Reason, desk: CustomsDesk) -> ReceiptDraft:
    """A receipt 100 with customs' code; for limits that the port checks itself, with the port's negative code
    instead."""
    code = PORT_PRE_CHECK.get(first.rule) if desk.options.pre_check else None
    if code is None:
        return list_receipt(declaration, desk.now, "100", first)
    values = {**first.values, "buyer": declaration.buyer}
    return list_receipt(declaration, desk.now, code, Reason(code, values, first.parameters))


def refuse_request(request: Request, order_no: str, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Refuse a cancellation, return or note: with a negative code if the standard has one, else 100."""
    request.state = lifecycle.move(request.state, "reject", LIFECYCLE_OF[request.kind]).to
    request.reasons = tuple(reasons)
    status = reasons[0].rule if reasons[0].rule.startswith("-") else "100"
    desk.receipt(request_receipt(request, order_no, desk.now, status, reasons[0]))
    desk.note(
        TimelineEvent(
            order_no=order_no,
            kind=request.kind,
            key=request.key,
            at=desk.now,
            actor="customs",
            event="request_refused",
            state=request.state,
            reasons=reasons,
        )
    )
    desk.repository.put_request(request)


def event(declaration: Declaration, now: int, name: str, reasons: Sequence[Reason] = ()) -> TimelineEvent:
    """Return a timeline event about a declaration."""
    return TimelineEvent(
        order_no=declaration.order_no,
        kind=LIST[declaration.flow],
        key=declaration.key,
        at=now,
        actor="customs",
        event=name,
        state=declaration.state,
        reasons=reasons,
        return_time=declaration.last_return,
    )


def reject(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Reject a list (100): the receipt states the first reason, the timeline all of them."""
    if declaration.accepted_at and declaration.flow == "I":
        desk.send(TaxDropped(declaration.id))
    advance(declaration, "reject")
    declaration.review_cause = ""
    declaration.reasons = tuple(reasons)
    reservations.release_all(declaration, desk.repository)
    desk.receipt(_refusal(declaration, reasons[0], desk))
    desk.note(event(declaration, desk.now, "rejected", reasons))
    joining.report_end(declaration, "refused", desk)
    desk.repository.put_declaration(declaration)
