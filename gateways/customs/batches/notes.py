"""Timeline events of a batch, and the messages by which the batch desk continues its work."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.customs.batches.repository import Batch, BatchDesk
from gateways.records import CaseReference
from gateways.topics.customs import BatchWork

MEMBERS_PER_CHUNK = 400
"""Maximum number of members handled in one delivery."""
PHASES_BEFORE_DRAW = frozenset({"gather", "draw"})
"""Phases of a declared batch before its samples are drawn."""


def add_event(
    batch: Batch,
    event: str,
    desk: BatchDesk,
    reasons: Sequence[Reason] = (),
    actor: str = "customs",
    decision_id: int = 0,
) -> None:
    """Add an event to a batch's timeline; `decision_id` is the decision that caused it, if any."""
    desk.add_event(
        CaseReference("batch", str(decision_id or batch.id), batch.batch_no).event(
            event, batch.state, desk.now, reasons, actor=actor
        )
    )


def start_phase(batch: Batch, phase: str, desk: BatchDesk) -> None:
    """Start a phase: send the message that handles the first members."""
    batch.phase, batch.cursor = phase, 0
    desk.send(BatchWork(batch.id, phase, 0))


def continue_work(batch: Batch, cursor: int, desk: BatchDesk) -> None:
    """Send the message that handles the members from position `cursor` on, in the same transaction."""
    batch.cursor = cursor
    desk.send(BatchWork(batch.id, batch.phase, cursor))
