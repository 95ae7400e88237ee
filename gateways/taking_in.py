"""Default handler for kinds of document without a separate one: it only answers that they are taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gateways.desk import Desk
from gateways.records import FiledDocument, ReceiptDraft, TimelineEvent
from gateways.replies import ANSWERS, identify, taken_in
from gateways.topics.shared import DocumentFiled
from schemas import catalogue

ACTORS = {"refund": "tax"}
"""Gateway → agency named in the timeline, if the names differ."""


class Papers(Protocol):
    """A repository that holds documents."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""


def take_in(documents: Sequence[DocumentFiled], desk: Desk[Papers]) -> None:
    """Answer each document as taken in, with the status that the catalogue has for its kind."""
    filed = desk.repository.documents([document.document_id for document in documents])
    for document in filed.values():
        status, words = taken_in(document.kind)
        gateway = catalogue.handling(document.kind).gateway
        desk.receipt(
            ReceiptDraft(
                mailboxes=document.mailboxes,
                code=ANSWERS[document.kind],
                order_no=document.order_no,
                kind=document.kind,
                key=document.key,
                return_status=status,
                return_time=max(desk.now, document.last_return + 1),
                reason=words,
                fields=identify(document.kind, document.facts, document.port_no),
            )
        )
        actor = ACTORS.get(gateway, gateway)
        desk.note(
            TimelineEvent(
                order_no=document.order_no,
                kind=document.kind,
                key=document.key,
                at=desk.now,
                actor=actor,
                event="taken_in",
                state="accepted",
            )
        )
