"""Cancellation of a list, import (623) or export (605): accepted and not yet released it is withdrawn.

What it holds is given back.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.documents import ExportCancellation
from declarations.reasons import Reason
from declarations.requests import RELEASED, may_cancel
from gateways.customs import holdings
from gateways.customs.batches import joining
from gateways.customs.outcome import advance, event, refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.customs.requests import Asked, asked, new_request, step
from gateways.topics.shared import DocumentFiled
from gateways.topics.tax import TaxDropped

UNKNOWN, ALREADY_RELEASED, OTHER_STATE, DIFFERS = "17412", "22007", "17415", "17416"
_SAME = (("agentCode", "agent_code"), ("ebcCode", "ebc_code"), ("customsCode", "customs_code"))


def handle_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Requests to cancel imports came in: decide each at once."""
    for one in asked(documents, desk.repository, "cancellation", "I"):
        if one.new:
            _decide(one, one.filed.facts.order_no, may_cancel(one.filed.facts, one.listed), desk)


def handle_export_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Requests to cancel exports, which name no order, came in: decide each at once."""
    for one in asked(documents, desk.repository, "export_cancellation", "E"):
        if one.new and one.filed.state == "declared":
            order_no = one.declaration.order_no if one.declaration is not None else one.filed.order_no
            _decide(one, order_no, _may_cancel_export(one.filed.facts, one.declaration), desk)


def _decide(one: Asked, order_no: str, refusals: Sequence[Reason], desk: CustomsDesk) -> None:
    declaration = one.declaration
    request = new_request(one.filed, declaration, one.old, desk.repository, desk.now)
    if refusals or declaration is None:
        refuse_request(request, order_no, refusals, desk)
        return
    step(request, "accept")
    if declaration.flow == "I":
        desk.receipt(request_receipt(request, order_no, desk.now, "120", Reason("1800", {})))
        desk.send(TaxDropped(declaration.id))
    advance(declaration, "cancel")
    joining.settled(declaration, "refused", desk)
    holdings.give_back(declaration, desk.repository)
    step(request, "approve")
    concluded = Reason("2300", {"invt_no": declaration.invt_no})
    desk.receipt(request_receipt(request, order_no, desk.now, "399", concluded))
    desk.note(event(declaration, desk.now, "cancelled", [Reason("16002", {"reason": one.filed.facts.reason})]))
    desk.repository.put_declaration(declaration)
    desk.repository.put_request(request)


def _may_cancel_export(facts: ExportCancellation, declaration: Declaration | None) -> list[Reason]:
    """Why a list may not be cancelled; empty when it may."""
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    found = lifecycle.state(declaration.state)
    if found.name in RELEASED:
        return [Reason(ALREADY_RELEASED, {"invt_no": facts.invt_no})]
    if all(one.action != "cancel" for one in lifecycle.allowed(found.name)):
        state = {"state": found.name, "state_zh": found.zh, "state_en": found.en}
        return [Reason(OTHER_STATE, {"invt_no": facts.invt_no, **state})]
    return [
        Reason(DIFFERS, {"field": wire, "request": getattr(facts, name), "list": getattr(declaration, name)})
        for wire, name in _SAME
        if getattr(facts, name) != getattr(declaration, name)
    ]
