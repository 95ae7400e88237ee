"""What the batch desk notes in the timeline of a batch, and says to its own queue."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.customs.batches.memory import Batch
from gateways.gateway import Answers, Circumstances, Event

CHUNK = 400
"""Members that are worked on in one delivery."""
UNDRAWN = frozenset({"gather", "draw"})
"""Phases in which a batch is declared and its samples are not drawn."""


def note(batch: Batch, event: str, circumstances: Circumstances, answers: Answers, reasons: Sequence[Reason] = (),
         actor: str = "customs", asked: int = 0) -> None:
    """A line of a batch's timeline; `asked` is the number of what somebody asked for."""
    answers.timeline.append(Event(batch.batch_no, "batch", str(asked or batch.id), circumstances.now, actor, event,
                                  batch.state, reasons))


def start(batch: Batch, phase: str, answers: Answers) -> None:
    """Begin to work through the members."""
    batch.phase, batch.cursor = phase, 0
    answers.send("batch.worked", [batch.id, phase, 0])


def go_on(batch: Batch, cursor: int, answers: Answers) -> None:
    """Have the members from this position on worked on by the next delivery, which is filed with what was done."""
    batch.cursor = cursor
    answers.send("batch.worked", [batch.id, batch.phase, cursor])
