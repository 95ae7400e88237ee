"""Works through the members of a batch, phase by phase, up to `MEMBERS_PER_CHUNK` members in a delivery.

Each delivery moves the batch's cursor and sends the next one in the same transaction. So the work resumes after a
crash, and a repeated delivery has no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from declarations.batches.sampling import decide_batch
from declarations.calendar import day_of
from declarations.reasons import Reason
from gateways.customs.batches import drawing, phases, verdict
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.members import dissolve_batch
from gateways.customs.batches.notes import MEMBERS_PER_CHUNK, add_event, continue_work, start_phase
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
            if step.phase == DRAW_PHASE:
                _draw_samples(batch, desk)
            else:
                _load_chunk(batch, WORK_PHASES[step.phase], desk)
            desk.repository.put_batch(batch)


def _load_chunk(batch: Batch, phase: Phase, desk: BatchDesk) -> None:
    members = desk.repository.members(batch.id, batch.cursor, MEMBERS_PER_CHUNK, phase.state)
    lists = desk.repository.declarations([member.declaration_id for member in members if member.declaration_id])
    end, last = members[-1].position + 1 if members else 0, len(members) < MEMBERS_PER_CHUNK
    phase.working(batch, [member for member in members if member.state in CURRENT_STATES], lists, desk)
    if not last:
        continue_work(batch, end, desk)
    else:
        batch.phase, batch.cursor = "", 0
        phase.ending(batch, desk)


def _after_gathering(batch: Batch, desk: BatchDesk) -> None:
    """After the last member was gathered: draw the samples, or dissolve the batch if no member is left."""
    if batch.members:
        start_phase(batch, DRAW_PHASE, desk)
    else:
        dissolve_batch(batch, desk)


def _draw_samples(batch: Batch, desk: BatchDesk) -> None:
    """Draw the samples of the whole batch: the only step that reads all members at once."""
    batch.phase = ""
    if desk.options.inspection:
        members = desk.repository.members(batch.id, 0, batch.places, "waiting")
        lot, drawn = drawing.draw_batch(desk.seed, members, day_of(batch.declared_at), desk.law)
        for member in drawing.choose_samples(members, drawn):
            batch.drawn, batch.awaited = batch.drawn + 1, batch.awaited + 1
            desk.repository.put_member(member)
        parameters = list(drawn.parameter_ids)
        plan = list(drawn.plan)
        batch.verdict = {"lot": lot, "checked": drawn.is_spot_checked, "plan": plan, "parameters": parameters}
    if batch.drawn:
        start_phase(batch, "samples", desk)
    else:
        _after_draw(batch, desk)


def _after_draw(batch: Batch, desk: BatchDesk) -> None:
    """After the draw: await the results of the samples, or release the batch if it has none."""
    batch.advance("draw")
    batch.drawn_at, batch.revision = desk.now, batch.revision + 1
    counts = {"drawn": str(batch.drawn), "members": str(batch.members)}
    add_event(batch, "batch_drawn", desk, [Reason("19203", counts)])
    if batch.drawn:
        batch.advance("inspect")
        verdict.decide_batch_result(batch, desk)
        return
    so_far = decide_batch(batch.batch_no, 0, (), day_of(batch.declared_at), desk.law)
    batch.advance("release")
    batch.reasons = (so_far.reason,)
    add_event(batch, "batch_release", desk, batch.reasons)
    start_phase(batch, "release", desk)


def _after_release(batch: Batch, desk: BatchDesk) -> None:
    batch.released_at = desk.now
    counts = {"going": str(batch.members - batch.held), "held": str(batch.held)}
    add_event(batch, "batch_handed_on", desk, [Reason("19204", counts)])
    verdict.close_batch(batch, desk)


class Phase(NamedTuple):
    """A phase: `working` handles a chunk, `ending` runs after the last; `state` filters the members (empty: all)."""

    working: Working
    ending: Ending
    state: str = ""


DRAW_PHASE = "draw"
WORK_PHASES: Mapping[str, Phase] = MappingProxyType(
    {
        "gather": Phase(phases.gather_members, _after_gathering),
        "samples": Phase(phases.inspect_samples, _after_draw, "sample"),
        "release": Phase(phases.release_members, _after_release),
        "inspect": Phase(phases.inspect_all, _after_release),
    }
)
"""The phases that go through the members in chunks; `DRAW_PHASE`, between "gather" and "samples", does not."""
