"""Returns (625): all or some goods of a released list come back; the list itself does not change.

Admitted requests suspend the collection of the tax; when the goods are back, the tax of the rest is assessed anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle, risk
from declarations.calendar import DAY, day_of, instant_of
from declarations.collection import windows
from declarations.documents import Refund
from declarations.lifecycle import LIFECYCLE_OF
from declarations.reasons import Reason
from declarations.refusals import not_allowed, refused
from declarations.requests import may_return
from declarations.returns import check
from gateways.customs import reservations
from gateways.customs.export import returned
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.requests import (
    IncomingRequest,
    admit_return,
    new_request,
    others_of,
    quantities,
    request_event,
    returns_to_admit,
)
from gateways.topics.customs import GoodsBackDue, RequestDue, TaxRecomputed
from gateways.topics.shared import DocumentFiled
from gateways.topics.tax import GoodsReturned, ReturnFiled

COUNTED = frozenset({"accepted", "in_review", "approved", "returned"})
"""States of a request whose quantities count as returned."""
PENDING = COUNTED - {"returned"}
"""States of a request whose goods may still come back; collection of the tax is suspended."""


def handle_refunds(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Admit or refuse return requests."""
    for incoming in returns_to_admit(documents, desk, "refund", "I"):
        _admit(incoming, desk)


def _admit(incoming: IncomingRequest, desk: CustomsDesk) -> None:
    facts: Refund = incoming.filed.facts
    declaration, listed = incoming.declaration, incoming.listed
    request = new_request(incoming.filed, declaration, incoming.old, desk.repository, desk.now)
    refusals = may_return(facts, listed)
    if declaration is not None and listed is not None and not refusals:
        counted = quantities(others_of(request, declaration, desk.repository), "refund", COUNTED)
        released = day_of(declaration.released_at)
        refusals = list(check(facts, listed.inventory, counted, released, desk.day, desk.law))
    if refusals or declaration is None:
        refuse_request(request, facts.order_no, refusals, desk)
        return
    admit_return(incoming, request, declaration, desk)
    desk.send(ReturnFiled(declaration.id, True))


def handle_decision_due(due: Sequence[RequestDue], desk: CustomsDesk) -> None:
    """Handle deadlines of requests: approve (399) those without a decision.

    Those in review are decided by the automatic officer.
    """
    requests = desk.repository.requests_by_id([deadline.request_id for deadline in due])
    for deadline in due:
        request = requests[deadline.request_id]
        if request.state != deadline.state:
            continue
        choice = desk.choice(request.key, request.state, request.kind)
        if choice is None:
            act(request, "approve", "", "customs", desk)
        else:
            reason = choice.reason.values["reason"] if choice.reason else ""
            act(request, choice.action, reason, "automatic", desk)


def handle_goods_back(due: Sequence[GoodsBackDue], desk: CustomsDesk) -> None:
    """Handle deadlines of approved returns: the goods are back, or the return lapses."""
    requests = desk.repository.requests_by_id([deadline.request_id for deadline in due])
    for deadline in due:
        if requests[deadline.request_id].state == "approved":
            act(requests[deadline.request_id], deadline.action, "", "customs", desk)


def act(request: Request, action: str, reason: str, name: str, desk: CustomsDesk) -> Sequence[Reason]:
    """Apply an action, taken by `name`, to a request; return the reasons for which it was refused (also noted in the
    timeline), empty if it was carried out."""
    declaration = desk.repository.declarations([request.declaration_id]).get(request.declaration_id)
    if declaration is None:
        return (refused("申请单没有对应的清单", f"{action} is not allowed: the request names no list"),)
    try:
        done = lifecycle.move(request.state, action, LIFECYCLE_OF[request.kind])
    except lifecycle.NotAllowed as error:
        reasons = (not_allowed(error, LIFECYCLE_OF[request.kind]),)
        desk.note(request_event(request, declaration, desk.now, "action_refused", reasons, name))
        return reasons
    request.state = done.to
    answer = done.answer(reason, {"invt_no": declaration.invt_no})
    if done.return_status:
        desk.receipt(request_receipt(request, declaration.order_no, desk.now, done.return_status, answer))
    desk.note(request_event(request, declaration, desk.now, f"return_{action}", actor=name))
    if request.kind == "export_refund":
        returned.follow(request, action, declaration, desk)
    else:
        _follow(request, action, declaration, desk)
    desk.repository.put_request(request)
    if request.kind == "export_refund" and action == "approve" and request.tally_id:
        goods_are_back(request, desk)
    return ()


def goods_are_back(request: Request, desk: CustomsDesk) -> None:
    """Close an approved return of exports whose parcel was tallied."""
    act(request, "tally", "", "customs", desk)
    act(request, "take_back", "", "customs", desk)


def _follow(request: Request, action: str, declaration: Declaration, desk: CustomsDesk) -> None:
    others = others_of(request, declaration, desk.repository)
    if action == "approve":
        _await_goods(request, declaration, desk)
    elif action == "review":
        choice = desk.choice(request.key, request.state, request.kind)
        desk.await_automatic_officer(choice, RequestDue(request.id, request.state))
    elif action == "take_back":
        back = quantities([*others, request], "refund", {"returned"})
        reservations.return_stock(declaration, request.lines, desk.repository)
        facts = desk.repository.documents([declaration.document_id])[declaration.document_id].facts
        reservations.return_caps(declaration, facts, request.lines, desk)
        desk.repository.put_declaration(declaration)
        desk.send(
            GoodsReturned(
                declaration.id, declaration.document_id, {str(gnum): quantity for gnum, quantity in back.items()}
            )
        )
    if action in {"reject", "lapse", "take_back"}:
        pending = any(other.kind == "refund" and other.state in PENDING for other in others)
        desk.send(ReturnFiled(declaration.id, pending))


def _await_goods(request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    last = windows(day_of(declaration.released_at), desk.law).goods_back_by
    desk.deadline(instant_of(last) + DAY, GoodsBackDue(request.id, "lapse"))
    if desk.options.automatic_officer:
        hours = 24 + risk.draw(desk.seed, "goods_back", request.key) % 72
        due = min(desk.now + hours * 3_600_000, instant_of(last))
        desk.deadline(max(due, desk.now), GoodsBackDue(request.id, "take_back"))


def handle_recomputed(recomputed: Sequence[TaxRecomputed], desk: CustomsDesk) -> None:
    """After the tax was assessed anew: return the part of the allowance that is no longer needed."""
    declarations = desk.repository.declarations([assessment.declaration_id for assessment in recomputed])
    for assessment in recomputed:
        declaration = declarations[assessment.declaration_id]
        taken = declaration.held.allowance
        if taken is not None and taken.value > assessment.value:
            reservations.return_allowance(declaration, taken.value - assessment.value, desk.repository)
            desk.repository.put_declaration(declaration)
