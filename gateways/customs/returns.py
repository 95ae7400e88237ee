"""Returns (625): all or some goods of a released list come back; the list itself does not change.

Admitted requests suspend the collection of the tax; when the goods are back, the tax of the rest is assessed anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle, return_centre, risk
from declarations.calendar import DAY, day_of, instant_of
from declarations.collection import windows_of_bill
from declarations.documents import Refund
from declarations.lifecycle import LIFECYCLE_OF
from declarations.reasons import Reason
from declarations.refusals import refusal_of_action, refusal_reason
from declarations.requests import reasons_against_return
from declarations.returns import check
from gateways.customs import reservations
from gateways.customs.export import returned
from gateways.customs.outcome import make_request_receipt, refuse_request
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.requests import (
    IncomingRequest,
    admit_return,
    make_request_event,
    new_request,
    other_requests_of,
    returned_quantities,
    returns_to_admit,
)
from gateways.topics.customs import GoodsBackDue, RequestDue, TaxRecomputed
from gateways.topics.shared import DocumentFiled
from gateways.topics.tax import GoodsReturned, ReturnFiled

COUNTED_STATES = frozenset({"accepted", "in_review", "approved", "returned"})
"""States of a request whose quantities count as returned."""
PENDING_STATES = COUNTED_STATES - {"returned"}
"""States of a request whose goods may still come back; collection of the tax is suspended."""
THROUGH_CENTRE = "14038"


def handle_refunds(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Admit or refuse return requests."""
    for incoming in returns_to_admit(documents, desk, "refund", "I"):
        _admit(incoming, desk)


def _admit(incoming: IncomingRequest, desk: CustomsDesk) -> None:
    facts: Refund = incoming.document.facts
    declaration, requested_list = incoming.declaration, incoming.requested_list
    request = new_request(incoming.document, declaration, incoming.old_request, desk.repository, desk.now)
    centre = _centre_of(incoming, desk)
    refusals = reasons_against_return(facts, requested_list, by_centre=centre is not None)
    if requested_list is not None and centre is not None and not refusals:
        listed = requested_list.inventory
        refusals = list(return_centre.reasons_against(facts, listed, centre, desk.day, desk.law))
    if declaration is not None and requested_list is not None and not refusals:
        returned_before = returned_quantities(
            other_requests_of(request, declaration, desk.repository), "refund", COUNTED_STATES
        )
        released = day_of(declaration.released_at)
        refusals = list(check(facts, requested_list.inventory, returned_before, released, desk.day, desk.law))
    if refusals or declaration is None:
        refuse_request(request, facts.order_no, refusals, desk)
        return
    if centre is not None:
        used = (desk.value_today(return_centre.NAME).id,)
        request.reasons = (Reason(THROUGH_CENTRE, {"agent_code": facts.agent_code}, used),)
    admit_return(incoming, request, declaration, desk)
    desk.send(ReturnFiled(declaration.id, True))


def _centre_of(incoming: IncomingRequest, desk: CustomsDesk) -> return_centre.ReturnAgent | None:
    """The registered warehouse that files a return in place of the list's agent; None if it is no such return."""
    facts: Refund = incoming.document.facts
    if incoming.requested_list is None or facts.agent_code == incoming.requested_list.inventory.agent_code:
        return None
    company = desk.repository.companies([facts.agent_code]).get(facts.agent_code)
    agent = return_centre.ReturnAgent(company.kinds, company.credit_grade) if company else None
    return agent if return_centre.comes_through(facts, incoming.requested_list.inventory, agent) else None


def handle_decision_due(deadlines: Sequence[RequestDue], desk: CustomsDesk) -> None:
    """Handle deadlines of requests: approve (399) those without a decision.

    Those in review are decided by the automatic officer.
    """
    requests = desk.repository.requests_by_id([deadline.request_id for deadline in deadlines])
    for deadline in deadlines:
        request = requests[deadline.request_id]
        if request.state != deadline.state:
            continue
        choice = desk.choose_automatically(request.key, request.state, request.kind)
        if choice is None:
            apply_action(request, "approve", "", "customs", desk)
        else:
            reason = choice.reason.values["reason"] if choice.reason else ""
            apply_action(request, choice.action, reason, "automatic", desk)


def handle_goods_back(deadlines: Sequence[GoodsBackDue], desk: CustomsDesk) -> None:
    """Handle deadlines of approved returns: the goods are back, or the return lapses."""
    requests = desk.repository.requests_by_id([deadline.request_id for deadline in deadlines])
    for deadline in deadlines:
        if requests[deadline.request_id].state == "approved":
            apply_action(requests[deadline.request_id], deadline.action, "", "customs", desk)


def apply_action(request: Request, action: str, reason: str, name: str, desk: CustomsDesk) -> Sequence[Reason]:
    """Apply an action, taken by `name`, to a request; return the reasons for which it was refused (also noted in the
    timeline), empty if it was carried out."""
    declaration = desk.repository.declarations([request.declaration_id]).get(request.declaration_id)
    if declaration is None:
        return (refusal_reason("申请单没有对应的清单", f"{action} is not allowed: the request names no list"),)
    try:
        transition = lifecycle.transition_of(request.state, action, LIFECYCLE_OF[request.kind])
    except lifecycle.NotAllowed as error:
        reasons = (refusal_of_action(error, LIFECYCLE_OF[request.kind]),)
        desk.add_event(make_request_event(request, declaration, desk.now, "action_refused", reasons, name))
        return reasons
    request.state = transition.to
    answer = transition.receipt_text(reason, {"invt_no": declaration.invt_no})
    if transition.return_status:
        desk.send_receipt(
            make_request_receipt(request, declaration.order_no, desk.now, transition.return_status, answer)
        )
    desk.add_event(make_request_event(request, declaration, desk.now, f"return_{action}", actor=name))
    if request.kind == "export_refund":
        returned.carry_out_effects(request, action, declaration, desk)
    else:
        _carry_out_effects(request, action, declaration, desk)
    desk.repository.put_request(request)
    if request.kind == "export_refund" and action == "approve" and request.tally_id:
        close_returned(request, desk)
    return ()


def close_returned(request: Request, desk: CustomsDesk) -> None:
    """Close an approved return of exports whose parcel was tallied."""
    apply_action(request, "tally", "", "customs", desk)
    apply_action(request, "take_back", "", "customs", desk)


def _carry_out_effects(request: Request, action: str, declaration: Declaration, desk: CustomsDesk) -> None:
    other_requests = other_requests_of(request, declaration, desk.repository)
    if action == "approve":
        _await_goods(request, declaration, desk)
    elif action == "review":
        choice = desk.choose_automatically(request.key, request.state, request.kind)
        desk.await_automatic_officer(choice, RequestDue(request.id, request.state))
    elif action == "take_back":
        returned_by_line = returned_quantities([*other_requests, request], "refund", {"returned"})
        reservations.return_stock(declaration, request.lines, desk.repository)
        facts = desk.repository.documents([declaration.document_id])[declaration.document_id].facts
        reservations.return_caps(declaration, facts, request.lines, desk)
        desk.repository.put_declaration(declaration)
        desk.send(
            GoodsReturned(
                declaration.id,
                declaration.document_id,
                {str(gnum): quantity for gnum, quantity in returned_by_line.items()},
            )
        )
    if action in {"reject", "lapse", "take_back"}:
        pending = any(other.kind == "refund" and other.state in PENDING_STATES for other in other_requests)
        desk.send(ReturnFiled(declaration.id, pending))


def _await_goods(request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    last_day = windows_of_bill(day_of(declaration.released_at), desk.law).goods_back_by
    desk.schedule(instant_of(last_day) + DAY, GoodsBackDue(request.id, "lapse"))
    if desk.options.automatic_officer:
        hours = 24 + risk.draw_number(desk.seed, "goods_back", request.key) % 72
        due = min(desk.now + hours * 3_600_000, instant_of(last_day))
        desk.schedule(max(due, desk.now), GoodsBackDue(request.id, "take_back"))


def handle_recomputed(recomputed: Sequence[TaxRecomputed], desk: CustomsDesk) -> None:
    """After the tax was assessed anew: return the part of the allowance that is no longer needed."""
    declarations = desk.repository.declarations([assessment.declaration_id for assessment in recomputed])
    for assessment in recomputed:
        declaration = declarations[assessment.declaration_id]
        allowance = declaration.held.allowance
        if allowance is not None and allowance.value > assessment.value:
            reservations.return_allowance(declaration, allowance.value - assessment.value, desk.repository)
            desk.repository.put_declaration(declaration)
