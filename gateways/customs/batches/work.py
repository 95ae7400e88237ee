"""Works through the members of a batch, phase by phase, up to `CHUNK` members in a delivery.

Each delivery moves the batch's cursor and sends the next one in the same transaction. So the work resumes after a
crash, and a repeated delivery has no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from declarations.batches.sampling import verdict as verdict_of
from declarations.calendar import day_of
from declarations.reasons import Reason
from gateways.customs.batches import drawing, phases, verdict
from gateways.customs.batches.members import dissolve
from gateways.customs.batches.notes import CHUNK, continue_work, note, start
from gateways.customs.batches.places import BatchMember
from gateways.customs.batches.repository import CURRENT_STATES, Batch, BatchDesk
from gateways.topics.customs import BatchWork

Working = Callable[[Batch, Sequence[BatchMember], phases.Lists, BatchDesk], None]
Ending = Callable[[Batch, BatchDesk], None]


def handle_worked(work: Sequence[BatchWork], desk: BatchDesk) -> None:
    """Handle the next chunk of each batch; skip a message that does not match the batch's phase and cursor."""
    batches = desk.repository.batches({step.batch_id for step in work})
    for step in work:
        batch = batches.get(step.batch_id)
        if batch is not None and (batch.phase, batch.cursor) == (step.phase, step.position):
            if step.phase == DRAW:
                _draw(batch, desk)
            else:
                _chunk(batch, PHASES[step.phase], desk)
            desk.repository.put_batch(batch)


def _chunk(batch: Batch, phase: Phase, desk: BatchDesk) -> None:
    members = desk.repository.members(batch.id, batch.cursor, CHUNK, phase.state)
    lists = desk.repository.declarations([member.declaration_id for member in members if member.declaration_id])
    end, last = members[-1].position + 1 if members else 0, len(members) < CHUNK
    phase.working(batch, [member for member in members if member.state in CURRENT_STATES], lists, desk)
    if not last:
        continue_work(batch, end, desk)
    else:
        batch.phase, batch.cursor = "", 0
        phase.ending(batch, desk)


def _after_gathering(batch: Batch, desk: BatchDesk) -> None:
    """After the last member was gathered: draw the samples, or dissolve the batch if no member is left."""
    if batch.members:
        start(batch, DRAW, desk)
    else:
        dissolve(batch, desk)


def _draw(batch: Batch, desk: BatchDesk) -> None:
    """Draw the samples of the whole batch: the only step that reads all members at once."""
    batch.phase = ""
    if desk.options.inspection:
        members = desk.repository.members(batch.id, 0, batch.places, "waiting")
        drawn = drawing.draw_batch(desk.seed, batch.batch_no, members, day_of(batch.declared_at), desk.law)
        for member in drawing.choose(members, drawn):
            batch.drawn, batch.awaited = batch.drawn + 1, batch.awaited + 1
            desk.repository.put_member(member)
        batch.verdict = {"checked": drawn.checked, "plan": list(drawn.plan), "parameters": list(drawn.parameters)}
    if batch.drawn:
        start(batch, "samples", desk)
    else:
        _after_draw(batch, desk)


def _after_draw(batch: Batch, desk: BatchDesk) -> None:
    """After the draw: await the results of the samples, or release the batch if it has none."""
    batch.advance("draw")
    batch.drawn_at, batch.revision = desk.now, batch.revision + 1
    counts = {"drawn": str(batch.drawn), "members": str(batch.members)}
    note(batch, "batch_drawn", desk, [Reason("19203", counts)])
    if batch.drawn:
        batch.advance("inspect")
        verdict.decide(batch, desk)
        return
    so_far = verdict_of(batch.batch_no, 0, (), day_of(batch.declared_at), desk.law)
    batch.advance("release")
    batch.reasons = (so_far.reason,)
    note(batch, "batch_release", desk, batch.reasons)
    start(batch, "release", desk)


def _after_release(batch: Batch, desk: BatchDesk) -> None:
    batch.released_at = desk.now
    counts = {"going": str(batch.members - batch.held), "held": str(batch.held)}
    note(batch, "batch_handed_on", desk, [Reason("19204", counts)])
    verdict.close(batch, desk)


class Phase(NamedTuple):
    """A phase: `working` handles a chunk, `ending` runs after the last; `state` filters the members (empty: all)."""

    working: Working
    ending: Ending
    state: str = ""


DRAW = "draw"
PHASES: Mapping[str, Phase] = MappingProxyType(
    {
        "gather": Phase(phases.gather, _after_gathering),
        "samples": Phase(phases.inspect_samples, _after_draw, "sample"),
        "release": Phase(phases.release, _after_release),
        "inspect": Phase(phases.inspect_all, _after_release),
    }
)
"""The phases that go through the members in chunks; `DRAW`, between "gather" and "samples", does not."""
