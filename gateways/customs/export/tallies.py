"""Tallies (215): a site operator counted a parcel that came back, which closes its return."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.export import returning
from declarations.reasons import Reason
from gateways.customs import returns
from gateways.customs.export.trades import PLACE, marked
from gateways.customs.marks import MarkKind
from gateways.customs.outcome import refuse_request, request_receipt
from gateways.customs.repository import CustomsDesk, CustomsRepository, Request
from gateways.customs.requests import new_request, step
from gateways.records import FiledDocument, TimelineEvent
from gateways.replies import taken_in
from gateways.topics.shared import DocumentFiled

NOT_AWAITED = "17410"
_WAITING = frozenset({"accepted", "in_review", "approved"})


def handle_tallies(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Match each tally with the return request that waits for its parcel, or refuse it."""
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


def _decide(filed: FiledDocument, old: Request | None, desk: CustomsDesk) -> None:
    refund, reasons = _awaited(filed, desk.repository)
    declarations = desk.repository.declarations([refund.declaration_id]) if refund is not None else {}
    declaration = declarations.get(refund.declaration_id) if refund is not None else None
    tally = new_request(filed, declaration, old, desk.repository, desk.now)
    if refund is None or declaration is None or reasons:
        refuse_request(tally, declaration.order_no if declaration is not None else filed.order_no, reasons, desk)
        return
    step(tally, "accept")
    desk.receipt(request_receipt(tally, declaration.order_no, desk.now, *taken_in("tally")))
    desk.note(
        TimelineEvent(
            order_no=declaration.order_no,
            kind="tally",
            key=tally.key,
            at=desk.now,
            actor="customs",
            event="tallied",
            state=tally.state,
        )
    )
    desk.repository.put_request(tally)
    refund.tally_id = tally.id
    desk.repository.put_request(refund)
    if refund.state == "approved":
        returns.goods_are_back(refund, desk)


def _awaited(filed: FiledDocument, repository: CustomsRepository) -> tuple[Request | None, Sequence[Reason]]:
    """The request that best matches the tally, with the contradictions; (None, the reason) if no request waits."""
    place = filed.facts.logistics_no[:PLACE]
    numbers = sorted(marked(MarkKind.RETURN_AWAITED, [place], repository))
    waiting = [
        request
        for request in repository.requests_by_id(numbers).values()
        if request.state in _WAITING and not request.tally_id
    ]
    refunds = repository.documents([request.document_id for request in waiting])
    compared = [
        (request, returning.same_parcel(filed.facts, refunds[request.document_id].facts)) for request in waiting
    ]
    compared.sort(key=lambda pair: len(pair[1]))
    if not compared:
        return None, [Reason(NOT_AWAITED, {"logistics_no": filed.facts.logistics_no})]
    return compared[0]
