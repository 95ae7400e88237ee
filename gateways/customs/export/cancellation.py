"""Cancellation of an export list (605): accepted and not yet released it is withdrawn, and what it holds given back."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.documents import ExportCancellation
from declarations.reasons import Reason
from declarations.requests import RELEASED
from gateways.customs import holdings
from gateways.customs.batches import joining
from gateways.customs.outcome import advance, event, refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk, Declaration, Request
from gateways.customs.requests import new_request, step
from gateways.records import Filed
from gateways.topics.shared import DocumentFiled

UNKNOWN, ALREADY_RELEASED, OTHER_STATE, DIFFERS = "17412", "22007", "17415", "17416"
_SAME = (("agentCode", "agent_code"), ("ebcCode", "ebc_code"), ("customsCode", "customs_code"))


def handle_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Requests to cancel came in: decide each at once."""
    filed = [
        one
        for one in desk.repository.documents([document.document_id for document in documents]).values()
        if one.state == "declared"
    ]
    lists = desk.repository.declarations_by_invt_no(sorted({one.facts.invt_no for one in filed}))
    known = desk.repository.requests("export_cancellation", [one.key for one in filed])
    for one in filed:
        old = known.get(one.key)
        if old is None or old.document_version < one.version:
            declaration = lists.get(one.facts.invt_no)
            request = new_request(one, declaration, old, desk.repository, desk.now)
            _decide(one, request, declaration, desk)


def _decide(filed: Filed, request: Request, declaration: Declaration | None, desk: CustomsDesk) -> None:
    facts: ExportCancellation = filed.facts
    refusals = _against(facts, declaration)
    if refusals or declaration is None:
        place = declaration.order_no if declaration is not None else filed.order_no
        refuse_request(request, place, refusals, desk)
        return
    step(request, "accept")
    advance(declaration, "cancel")
    joining.settled(declaration, "refused", desk)
    holdings.give_back(declaration, desk.repository)
    step(request, "approve")
    desk.receipt(
        request_receipt(
            request, declaration.order_no, desk.now, "399", Reason("2300", {"invt_no": declaration.invt_no})
        )
    )
    desk.note(event(declaration, desk.now, "cancelled", [Reason("16002", {"reason": facts.reason})]))
    desk.repository.put_declaration(declaration)
    desk.repository.put_request(request)


def _against(facts: ExportCancellation, declaration: Declaration | None) -> list[Reason]:
    """Why a list may not be cancelled; empty when it may."""
    if declaration is None or declaration.flow != "E":
        return [Reason(UNKNOWN, {"invt_no": facts.invt_no})]
    found = lifecycle.state(declaration.state)
    if found.name in RELEASED:
        return [Reason(ALREADY_RELEASED, {"invt_no": facts.invt_no})]
    if all(one.action != "cancel" for one in lifecycle.allowed(found.name)):
        return [
            Reason(
                OTHER_STATE, {"invt_no": facts.invt_no, "state": found.name, "state_zh": found.zh, "state_en": found.en}
            )
        ]
    return [
        Reason(DIFFERS, {"field": wire, "request": getattr(facts, name), "list": getattr(declaration, name)})
        for wire, name in _SAME
        if getattr(facts, name) != getattr(declaration, name)
    ]
