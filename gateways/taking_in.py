"""Default handler for kinds of document without a separate one: it only answers that they are taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import CaseReference, FiledDocument, ReceiptDraft
from gateways.replies import acceptance_answer, identifying_fields
from gateways.topics.shared import DocumentFiled
from schemas import catalogue

AGENCY_NAMES = {"refund": "tax"}
"""Gateway → agency named in the timeline, if the names differ."""


class DocumentRepository(Protocol):
    """A repository that holds documents."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""


def make_document_receipt(document: FiledDocument, now: int, refusal: Reason | None = None) -> ReceiptDraft:
    """Return the receipt about a document without a case of its own: taken in, or refused (100) with a reason."""
    status, text = acceptance_answer(document.kind) if refusal is None else ("100", refusal)
    return CaseReference(document.kind, document.key, document.order_no).receipt(
        document.mailboxes,
        status,
        max(now, document.last_return + 1),
        text,
        identifying_fields(document.kind, document.facts, document.port_no),
    )


def take_in(documents: Sequence[DocumentFiled], desk: Desk[DocumentRepository]) -> None:
    """Answer each document as taken in, with the status that the catalogue has for its kind."""
    documents_by_id = desk.repository.documents([document.document_id for document in documents])
    for document in documents_by_id.values():
        gateway = catalogue.handling(document.kind).gateway
        desk.send_receipt(make_document_receipt(document, desk.now))
        actor = AGENCY_NAMES.get(gateway, gateway)
        desk.add_event(
            CaseReference(document.kind, document.key, document.order_no).event(
                "taken_in", "accepted", desk.now, actor=actor
            )
        )
