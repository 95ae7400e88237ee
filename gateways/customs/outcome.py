"""Steps of declarations, with their receipts (lists, partners, requests) and timeline events."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from declarations import lifecycle
from declarations.export.modes import WAREHOUSE
from declarations.lifecycle import LIFECYCLE_OF, Transition
from declarations.limits import PORT_PRE_CHECK
from declarations.reasons import Reason
from gateways.customs import reservations
from gateways.customs.batches import joining
from gateways.customs.export import port_told
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.summaries import closed_lists
from gateways.customs.trade import EXPORT, FLOWS, IMPORT
from gateways.records import CaseReference, ReceiptDraft, TimelineEvent
from gateways.topics.facts import StockLeft
from gateways.topics.tax import TaxDropped

KIND_OF_LIST = {flow.letter: flow.list for flow in FLOWS.values()}
"""Flow (I or E) → kind of its list."""


def apply_step(declaration: Declaration, action: str, desk: CustomsDesk, reason: Reason | str = "") -> None:
    """Apply an action of the lifecycle to a declaration and send the receipt of that step. `reason` is its text; a
    string is the reason that an officer typed, which is put into the lifecycle's text. Raises `lifecycle.NotAllowed` if
    the state forbids the action."""
    transition = advance(declaration, action)
    send_receipt(declaration, transition, desk, transition.receipt_text(reason) if isinstance(reason, str) else reason)
    port_told.report_status(declaration, transition.return_status, desk)


def advance(declaration: Declaration, action: str) -> Transition:
    """Apply an action of the lifecycle to a declaration without a receipt; return the transition."""
    transition = lifecycle.transition_of(declaration.state, action)
    declaration.state = transition.to
    return transition


def send_receipt(
    declaration: Declaration, transition: Transition, desk: CustomsDesk, reason: Reason | None = None
) -> None:
    """Send the receipt of a transition, if it has one for lists of this flow."""
    status = (transition.in_flow(declaration.flow) or transition).return_status
    if status:
        desk.send_receipt(make_list_receipt(declaration, desk.now, status, reason or Reason(transition.words, {})))


def may_start_over(declaration: Declaration) -> bool:
    """True if a list may be declared again under its key: it has ended, or may be amended."""
    return _is_restartable(declaration.state)


@cache
def _is_restartable(state: str) -> bool:
    """Cached, because it is called for every parcel of every note and the lifecycle is constant."""
    return "amend" in {step.action for step in lifecycle.allowed_transitions(state)} or lifecycle.state_of(state).ended


def advance_to_declared(declaration: Declaration) -> None:
    """Set a declaration whose list was declared again or amended back to "declared"."""
    if declaration.state in {"rejected", "suspended"}:
        advance(declaration, "amend")
    elif declaration.state != "declared":
        declaration.state = lifecycle.transition_of("staged", "declare").to


def _import_fields(declaration: Declaration) -> dict[str, str]:
    fields = {
        "customsCode": declaration.customs_code,
        "ebpCode": declaration.ebp_code,
        "ebcCode": declaration.ebc_code,
        "agentCode": declaration.agent_code,
        "copNo": declaration.cop_no or declaration.pre_no,
        "preNo": declaration.pre_no,
    }
    return {**fields, "invtNo": declaration.invt_no} if declaration.invt_no else fields


def make_list_receipt(declaration: Declaration, now: int, status: str, reason: Reason) -> ReceiptDraft:
    """Return a receipt (622 or 604) about a declaration, with a later time than all its earlier ones."""
    reason = joining.with_batch_number(declaration, reason)
    if declaration.flow == "E":
        return _make_export_receipt(declaration, now, status, reason)
    fields = _import_fields(declaration)
    about, time = CaseReference("inventory", declaration.key, declaration.order_no), declaration.stamp(now)
    return about.receipt(declaration.mailboxes, status, time, reason, fields, code=IMPORT.receipt)


def _make_export_receipt(declaration: Declaration, now: int, status: str, reason: Reason) -> ReceiptDraft:
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
    return CaseReference("export_inventory", declaration.key, declaration.order_no).receipt(
        declaration.mailboxes, status, declaration.stamp(now), reason, fields, code=EXPORT.receipt
    )


def conclude_review(declaration: Declaration, desk: CustomsDesk, reason: str = "", step: str = "conclude") -> None:
    """Conclude the review of a list (399); `reason` is what the officer typed, `step` of the lifecycle how it ends."""
    declaration.reasons, declaration.review_cause, declaration.detention = (), "", ""
    apply_step(declaration, step, desk, reason)
    desk.add_event(make_event(declaration, desk.now, "concluded"))


def close_list(declaration: Declaration, desk: CustomsDesk, reason: str = "") -> None:
    """Close a list (899); `reason` is what the officer typed."""
    apply_step(declaration, "close", desk, reason)
    declaration.closed_at = desk.now
    closed_lists.report_closed(declaration, desk)
    if declaration.trade_mode == WAREHOUSE:
        desk.publish(StockLeft(declaration.ebc_code))


def make_request_receipt(request: Request, order_no: str, now: int, status: str, reason: Reason) -> ReceiptDraft:
    """Return the receipt about a cancellation, a return or a note of transport."""
    return CaseReference(request.kind, request.key, order_no).receipt(
        request.mailboxes, status, request.stamp(now), reason, request.fields
    )


def _make_refusal_receipt(declaration: Declaration, reason: Reason, desk: CustomsDesk) -> ReceiptDraft:
    """A receipt 100 with customs' code; for limits that the port checks itself, with the port's negative code
    instead."""
    code = PORT_PRE_CHECK.get(reason.rule) if desk.options.pre_check else None
    if code is None:
        return make_list_receipt(declaration, desk.now, "100", reason)
    values = {**reason.values, "buyer": declaration.buyer}
    return make_list_receipt(declaration, desk.now, code, Reason(code, values, reason.parameter_ids))


def refuse_request(request: Request, order_no: str, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Refuse a cancellation, return or note: with a negative code if the standard has one, else 100."""
    request.state = lifecycle.transition_of(request.state, "reject", LIFECYCLE_OF[request.kind]).to
    request.reasons = tuple(reasons)
    status = reasons[0].rule if reasons[0].rule.startswith("-") else "100"
    desk.send_receipt(make_request_receipt(request, order_no, desk.now, status, reasons[0]))
    desk.add_event(
        CaseReference(request.kind, request.key, order_no).event("request_refused", request.state, desk.now, reasons)
    )
    desk.repository.put_request(request)


def make_event(declaration: Declaration, now: int, name: str, reasons: Sequence[Reason] = ()) -> TimelineEvent:
    """Return a timeline event about a declaration."""
    return CaseReference(KIND_OF_LIST[declaration.flow], declaration.key, declaration.order_no).event(
        name, declaration.state, now, reasons, return_time=declaration.last_return
    )


def reject_list(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Reject a list (100): the receipt states the first reason, the timeline all of them."""
    if declaration.accepted_at and declaration.flow == "I":
        desk.send(TaxDropped(declaration.id))
    advance(declaration, "reject")
    declaration.review_cause = ""
    declaration.reasons = tuple(reasons)
    reservations.release_all(declaration, desk.repository)
    desk.send_receipt(_make_refusal_receipt(declaration, reasons[0], desk))
    desk.add_event(make_event(declaration, desk.now, "rejected", reasons))
    joining.report_end(declaration, "refused", desk)
    desk.repository.put_declaration(declaration)
