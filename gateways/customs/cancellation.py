"""Cancellation (623): a list that is accepted and not yet released is withdrawn, and what it holds is given back."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.documents import Cancellation
from declarations.reasons import Reason
from declarations.requests import may_cancel
from gateways.customs import holdings
from gateways.customs.batches import joining
from gateways.customs.outcome import advance, event, refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk
from gateways.customs.requests import Asked, asked, new_request, step
from gateways.topics.shared import DocumentFiled
from gateways.topics.tax import TaxDropped


def handle_cancellations(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Requests to cancel came in: decide each at once."""
    for one in asked(documents, desk.repository, "cancellation"):
        if one.new:
            _decide(one, desk)


def _decide(one: Asked, desk: CustomsDesk) -> None:
    facts: Cancellation = one.filed.facts
    declaration = one.declaration
    request = new_request(one.filed, declaration, one.old, desk.repository, desk.now)
    refusals = may_cancel(facts, one.listed)
    if refusals or declaration is None:
        refuse_request(request, facts.order_no, refusals, desk)
        return
    step(request, "accept")
    desk.receipt(request_receipt(request, facts.order_no, desk.now, "120", Reason("1800", {})))
    advance(declaration, "cancel")
    joining.settled(declaration, "refused", desk)
    holdings.give_back(declaration, desk.repository)
    desk.send(TaxDropped(declaration.id))
    step(request, "approve")
    desk.receipt(
        request_receipt(request, facts.order_no, desk.now, "399", Reason("2300", {"invt_no": declaration.invt_no}))
    )
    desk.note(event(declaration, desk.now, "cancelled", [Reason("16002", {"reason": facts.reason})]))
    desk.repository.put_declaration(declaration)
    desk.repository.put_request(request)
