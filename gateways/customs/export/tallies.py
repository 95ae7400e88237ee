"""Tallies (215): a site operator counted a parcel that came back, which closes its return."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.export import returning
from declarations.reasons import Reason
from gateways.customs import returns
from gateways.customs.export.trades import PARCEL_PREFIX, meetings_with_mark
from gateways.customs.marks import MarkKind
from gateways.customs.outcome import make_request_receipt, refuse_request
from gateways.customs.repository import CustomsDesk, CustomsRepository, Request
from gateways.customs.requests import apply_step, new_request
from gateways.records import CaseReference, FiledDocument
from gateways.replies import acceptance_answer
from gateways.topics.shared import DocumentFiled

NOT_AWAITED = "17410"
_WAITING = frozenset({"accepted", "in_review", "approved"})


def handle_tallies(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Match each tally with the return request that waits for its parcel, or refuse it."""
    filed_documents = [
        document
        for document in desk.repository.documents([document.document_id for document in documents]).values()
        if document.state == "declared"
    ]
    known = desk.repository.requests("tally", [document.key for document in filed_documents])
    desk.repository.load_meetings(sorted({document.facts.logistics_no[:PARCEL_PREFIX] for document in filed_documents}))
    for document in filed_documents:
        old = known.get(document.key)
        if old is None or old.document_version < document.version:
            _decide(document, old, desk)


def _decide(document: FiledDocument, old: Request | None, desk: CustomsDesk) -> None:
    awaited, reasons = _awaited_request(document, desk.repository)
    declarations = desk.repository.declarations([awaited.declaration_id]) if awaited is not None else {}
    declaration = declarations.get(awaited.declaration_id) if awaited is not None else None
    tally = new_request(document, declaration, old, desk.repository, desk.now)
    if awaited is None or declaration is None or reasons:
        refuse_request(tally, declaration.order_no if declaration is not None else document.order_no, reasons, desk)
        return
    apply_step(tally, "accept")
    desk.send_receipt(make_request_receipt(tally, declaration.order_no, desk.now, *acceptance_answer("tally")))
    desk.add_event(CaseReference("tally", tally.key, declaration.order_no).event("tallied", tally.state, desk.now))
    desk.repository.put_request(tally)
    awaited.tally_id = tally.id
    desk.repository.put_request(awaited)
    if awaited.state == "approved":
        returns.close_returned(awaited, desk)


def _waiting_requests(place: str, repository: CustomsRepository) -> list[Request]:
    numbers = sorted(meetings_with_mark(MarkKind.RETURN_AWAITED, [place], repository))
    requests = repository.requests_by_id(numbers).values()
    return [request for request in requests if request.state in _WAITING and not request.tally_id]


def _awaited_request(document: FiledDocument, repository: CustomsRepository) -> tuple[Request | None, Sequence[Reason]]:
    """The request that best matches the tally, with the contradictions; (None, the reason) if no request waits."""
    waiting = _waiting_requests(document.facts.logistics_no[:PARCEL_PREFIX], repository)
    return_documents = repository.documents([request.document_id for request in waiting])
    compared = [
        (request, returning.compare_parcels(document.facts, return_documents[request.document_id].facts))
        for request in waiting
    ]
    compared.sort(key=lambda pair: len(pair[1]))
    if not compared:
        return None, [Reason(NOT_AWAITED, {"logistics_no": document.facts.logistics_no})]
    return compared[0]
