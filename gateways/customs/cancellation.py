"""Cancellation of a list, import (623) or export (605), that is accepted and not yet released.

Its reservations are released.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.documents import ExportCancellation
from declarations.reasons import Reason
from declarations.requests import RELEASED, reasons_against_cancellation
from gateways.customs import reservations
from gateways.customs.batches import joining
from gateways.customs.export import port_told
from gateways.customs.outcome import advance, make_event, make_request_receipt, refuse_request
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.customs.requests import IncomingRequest, apply_step, incoming_requests, new_request
from gateways.topics.shared import DocumentFiled
from gateways.topics.tax import TaxDropped

UNKNOWN, ALREADY_RELEASED, OTHER_STATE, DIFFERS = "17412", "22007", "17415", "17416"
_SAME = (("agentCode", "agent_code"), ("ebcCode", "ebc_code"), ("customsCode", "customs_code"))


def handle_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Decide requests to cancel imports."""
    for incoming in incoming_requests(documents, desk.repository, "cancellation", "I"):
        if incoming.is_new:
            _decide(
                incoming,
                incoming.document.facts.order_no,
                reasons_against_cancellation(incoming.document.facts, incoming.requested_list),
                desk,
            )


def handle_export_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Decide requests to cancel exports, which name no order."""
    for incoming in incoming_requests(documents, desk.repository, "export_cancellation", "E"):
        if incoming.is_new and incoming.document.state == "declared":
            order_no = incoming.declaration.order_no if incoming.declaration is not None else incoming.document.order_no
            _decide(incoming, order_no, _may_cancel_export(incoming.document.facts, incoming.declaration), desk)


def _decide(incoming: IncomingRequest, order_no: str, refusals: Sequence[Reason], desk: CustomsDesk) -> None:
    declaration = incoming.declaration
    request = new_request(incoming.document, declaration, incoming.old_request, desk.repository, desk.now)
    if refusals or declaration is None:
        refuse_request(request, order_no, refusals, desk)
        return
    apply_step(request, "accept")
    if declaration.flow == "I":
        desk.send_receipt(make_request_receipt(request, order_no, desk.now, "120", Reason("1800", {})))
        desk.send(TaxDropped(declaration.id))
    advance(declaration, "cancel")
    port_told.report_status(declaration, "700", desk)
    joining.report_end(declaration, "refused", desk)
    reservations.release_all(declaration, desk.repository)
    apply_step(request, "approve")
    concluded = Reason("2300", {"invt_no": declaration.invt_no})
    desk.send_receipt(make_request_receipt(request, order_no, desk.now, "399", concluded))
    desk.add_event(
        make_event(declaration, desk.now, "cancelled", [Reason("16002", {"reason": incoming.document.facts.reason})])
    )
    desk.repository.put_declaration(declaration)
    desk.repository.put_request(request)


def _may_cancel_export(facts: ExportCancellation, declaration: Declaration | None) -> list[Reason]:
    """The reasons to refuse a cancellation; empty if it is allowed."""
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    current = lifecycle.state_of(declaration.state)
    if current.name in RELEASED:
        return [Reason(ALREADY_RELEASED, {"invt_no": facts.invt_no})]
    if all(transition.action != "cancel" for transition in lifecycle.allowed_transitions(current.name)):
        state = {"state": current.name, "state_zh": current.zh, "state_en": current.en}
        return [Reason(OTHER_STATE, {"invt_no": facts.invt_no, **state})]
    return [
        Reason(DIFFERS, {"field": wire, "request": getattr(facts, name), "list": getattr(declaration, name)})
        for wire, name in _SAME
        if getattr(facts, name) != getattr(declaration, name)
    ]
