"""Tallies (215): a site operator counted a parcel that came back; with it the return that waits for it is closed."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.export import returning
from declarations.reasons import Reason
from gateways.customs import returns
from gateways.customs.export.returned import AWAITED
from gateways.customs.export.trades import PLACE
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk, CustomsRepository, Request
from gateways.customs.requests import new_request, step
from gateways.records import Event, Filed
from gateways.replies import taken_in
from gateways.topics.shared import DocumentFiled

NOT_AWAITED = "17410"
_WAITING = frozenset({"accepted", "in_review", "approved"})


def handle_tallies(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Tallies came in: each finds the request that waits for its parcel."""
    filed = [
        document
        for document in desk.repository.documents([document.document_id for document in documents]).values()
        if document.state == "declared"
    ]
    known = desk.repository.requests("tally", [document.key for document in filed])
    desk.repository.meet(sorted({document.facts.logistics_no[:PLACE] for document in filed}))
    for document in filed:
        old = known.get(document.key)
        if old is None or old.document_version < document.version:
            _decide(document, old, desk)


def _decide(filed: Filed, old: Request | None, desk: CustomsDesk) -> None:
    refund, reasons = _awaited(filed, desk.repository)
    declarations = desk.repository.declarations([refund.declaration_id]) if refund is not None else {}
    declaration = declarations.get(refund.declaration_id) if refund is not None else None
    tally = new_request(filed, declaration, old, desk.repository, desk.now)
    if refund is None or declaration is None or reasons:
        refuse_request(tally, declaration.order_no if declaration is not None else filed.order_no, reasons, desk)
        return
    step(tally, "accept")
    desk.receipt(request_receipt(tally, declaration.order_no, desk.now, *taken_in("tally")))
    desk.note(Event(declaration.order_no, "tally", tally.key, desk.now, "customs", "tallied", tally.state))
    desk.repository.put_request(tally)
    refund.due = tally.id
    desk.repository.put_request(refund)
    if refund.state == "approved":
        returns.goods_are_back(refund, desk)


def _awaited(filed: Filed, repository: CustomsRepository) -> tuple[Request | None, Sequence[Reason]]:
    """The request that waits for the parcel, and in what the tally contradicts it; or why there is none."""
    place = filed.facts.logistics_no[:PLACE]
    numbers = sorted(int(mark[1:]) for mark in repository.answered(place) if mark[:1] == AWAITED and mark[1:].isdigit())
    waiting = [
        request
        for request in repository.requests_by_id(numbers).values()
        if request.state in _WAITING and not request.due
    ]
    refunds = repository.documents([request.document_id for request in waiting])
    compared = [
        (request, returning.same_parcel(filed.facts, refunds[request.document_id].facts)) for request in waiting
    ]
    compared.sort(key=lambda pair: len(pair[1]))
    if not compared:
        return None, [Reason(NOT_AWAITED, {"logistics_no": filed.facts.logistics_no})]
    return compared[0]
