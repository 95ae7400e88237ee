"""The topics of traceability, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.topics.facts import RecallOrdered
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic
from gateways.topics.traceability import RecallDue
from gateways.traceability import batches, progress, recalls
from gateways.traceability.acts import decide
from gateways.traceability.repository import NO_LOT, TraceabilityDesk

PROGRESS = "recall_progress"
"""The kind of document that names a recall; the others name lots."""


class TraceabilityLock(Enum):
    """The rows that a payload names."""

    PAPER = auto()
    RECALL = auto()
    MEASURE = auto()
    """A measure of a spot check, which orders one recall: no row of traceability is locked for it."""


def recall_id(due: RecallDue) -> int:
    """Return the recall of a deadline, as the key of a lock."""
    return due.recall_id


TOPICS = (
    Topic("agency.trace_batch_filing", DocumentFiled, batches.handle_batches, TraceabilityLock.PAPER, document_id),
    Topic("agency.recall_notice", DocumentFiled, recalls.handle_notices, TraceabilityLock.PAPER, document_id),
    Topic("agency.recall_progress", DocumentFiled, progress.handle_progress, TraceabilityLock.PAPER, document_id),
    Topic("deadline.recall", RecallDue, recalls.handle_due, TraceabilityLock.RECALL, recall_id),
    Topic(
        "traceability.recall_ordered",
        RecallOrdered,
        recalls.handle_ordered,
        TraceabilityLock.MEASURE,
        lambda ordered: ordered.measure_no,
    ),
    Topic("decision.recall", Decision, decide, TraceabilityLock.RECALL, subject_id),
)


def lock_rows(named_keys: NamedKeys[TraceabilityLock], desk: TraceabilityDesk) -> None:
    """Lock the recalls, then the lots of account books that they and the documents name."""
    papers = desk.repository.documents(sorted(keys_of(named_keys, TraceabilityLock.PAPER))).values()
    numbers = {paper.facts.recall_no for paper in papers if paper.kind == PROGRESS}
    named = desk.repository.recall_ids(numbers).values() if numbers else ()
    locked = desk.repository.recalls(sorted({*keys_of(named_keys, TraceabilityLock.RECALL), *named}))
    books = {batches.book_key_of(paper.facts) for paper in papers if paper.kind != PROGRESS}
    books |= {key for recall in locked.values() for key in recall.book_keys}
    desk.repository.book_lots(sorted(books - {NO_LOT}))


TRACEABILITY = Gateway("traceability", TOPICS, lock_rows)
