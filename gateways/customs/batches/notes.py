"""Lines in the timeline of a batch, and the batch desk's messages to its own queue."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.customs.batches.repository import Batch, BatchDesk
from gateways.records import TimelineEvent
from gateways.topics.customs import BatchWork

CHUNK = 400
"""Members that are worked on in one delivery."""
UNDRAWN = frozenset({"gather", "draw"})
"""Phases in which a batch is declared and its samples are not drawn."""


def note(
    batch: Batch,
    event: str,
    desk: BatchDesk,
    reasons: Sequence[Reason] = (),
    actor: str = "customs",
    decision_id: int = 0,
) -> None:
    """A line of a batch's timeline; `decision_id` is the number of the decision that it follows from, if any."""
    desk.note(
        TimelineEvent(
            order_no=batch.batch_no,
            kind="batch",
            key=str(decision_id or batch.id),
            at=desk.now,
            actor=actor,
            event=event,
            state=batch.state,
            reasons=reasons,
        )
    )


def start(batch: Batch, phase: str, desk: BatchDesk) -> None:
    """Begin to work through the members."""
    batch.phase, batch.cursor = phase, 0
    desk.send(BatchWork(batch.id, phase, 0))


def continue_work(batch: Batch, cursor: int, desk: BatchDesk) -> None:
    """Have the members from this position on worked on by the next delivery, which is filed with what was done."""
    batch.cursor = cursor
    desk.send(BatchWork(batch.id, batch.phase, cursor))
