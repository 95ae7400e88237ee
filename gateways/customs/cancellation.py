"""Cancellation of a list, import (623) or export (605), that is accepted and not yet released.

Its reservations are released.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.documents import ExportCancellation
from declarations.reasons import Reason
from declarations.requests import RELEASED, may_cancel
from gateways.customs import reservations
from gateways.customs.batches import joining
from gateways.customs.outcome import advance, event, refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.customs.requests import IncomingRequest, incoming_requests, new_request, step
from gateways.topics.shared import DocumentFiled
from gateways.topics.tax import TaxDropped

UNKNOWN, ALREADY_RELEASED, OTHER_STATE, DIFFERS = "17412", "22007", "17415", "17416"
_SAME = (("agentCode", "agent_code"), ("ebcCode", "ebc_code"), ("customsCode", "customs_code"))


def handle_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Decide requests to cancel imports."""
    for incoming in incoming_requests(documents, desk.repository, "cancellation", "I"):
        if incoming.new:
            _decide(incoming, incoming.filed.facts.order_no, may_cancel(incoming.filed.facts, incoming.listed), desk)


def handle_export_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Decide requests to cancel exports, which name no order."""
    for incoming in incoming_requests(documents, desk.repository, "export_cancellation", "E"):
        if incoming.new and incoming.filed.state == "declared":
            order_no = incoming.declaration.order_no if incoming.declaration is not None else incoming.filed.order_no
            _decide(incoming, order_no, _may_cancel_export(incoming.filed.facts, incoming.declaration), desk)


def _decide(incoming: IncomingRequest, order_no: str, refusals: Sequence[Reason], desk: CustomsDesk) -> None:
    declaration = incoming.declaration
    request = new_request(incoming.filed, declaration, incoming.old, desk.repository, desk.now)
    if refusals or declaration is None:
        refuse_request(request, order_no, refusals, desk)
        return
    step(request, "accept")
    if declaration.flow == "I":
        desk.receipt(request_receipt(request, order_no, desk.now, "120", Reason("1800", {})))
        desk.send(TaxDropped(declaration.id))
    advance(declaration, "cancel")
    joining.report_end(declaration, "refused", desk)
    reservations.release_all(declaration, desk.repository)
    step(request, "approve")
    concluded = Reason("2300", {"invt_no": declaration.invt_no})
    desk.receipt(request_receipt(request, order_no, desk.now, "399", concluded))
    desk.note(event(declaration, desk.now, "cancelled", [Reason("16002", {"reason": incoming.filed.facts.reason})]))
    desk.repository.put_declaration(declaration)
    desk.repository.put_request(request)


def _may_cancel_export(facts: ExportCancellation, declaration: Declaration | None) -> list[Reason]:
    """The reasons to refuse a cancellation; empty if it is allowed."""
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    current = lifecycle.state(declaration.state)
    if current.name in RELEASED:
        return [Reason(ALREADY_RELEASED, {"invt_no": facts.invt_no})]
    if all(transition.action != "cancel" for transition in lifecycle.allowed(current.name)):
        state = {"state": current.name, "state_zh": current.zh, "state_en": current.en}
        return [Reason(OTHER_STATE, {"invt_no": facts.invt_no, **state})]
    return [
        Reason(DIFFERS, {"field": wire, "request": getattr(facts, name), "list": getattr(declaration, name)})
        for wire, name in _SAME
        if getattr(facts, name) != getattr(declaration, name)
    ]
