"""Works through the members of a batch, a few hundred in a delivery, phase by phase.

Each delivery files the next one in the same commit and moves the batch's cursor, which says what is done: whatever
ends a process between two of them, the work goes on where it was, and a delivery that comes twice finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from declarations.batches.sampling import verdict as judged
from declarations.calendar import day_of
from declarations.reasons import Reason
from gateways.customs.batches import drawing, phases, verdict
from gateways.customs.batches.members import dissolve
from gateways.customs.batches.memory import HERE, Batch, BatchMemory, Member
from gateways.customs.batches.notes import CHUNK, go_on, note, start
from gateways.gateway import Answers, Circumstances, Item

Working = Callable[[Batch, Sequence[Member], phases.Lists, BatchMemory, Circumstances, Answers], None]
Ending = Callable[[Batch, BatchMemory, Circumstances, Answers], None]


def hear_worked(items: Sequence[Item], memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The next members, each item [batch id, phase, position]."""
    batches = memory.batches({item[0] for item in items})
    for batch_id, phase, cursor in items:
        batch = batches.get(batch_id)
        if batch is not None and (batch.phase, batch.cursor) == (phase, cursor):
            if phase == DRAW:
                _draw(batch, memory, circumstances, answers)
            else:
                _chunk(batch, PHASES[phase], memory, circumstances, answers)
            memory.put_batch(batch)


def _chunk(batch: Batch, phase: Phase, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    members = memory.members(batch.id, batch.cursor, CHUNK, phase.state)
    lists = memory.declarations([one.declaration_id for one in members if one.declaration_id])
    end, last = members[-1].position + 1 if members else 0, len(members) < CHUNK
    phase.working(batch, [one for one in members if one.state in HERE], lists, memory, circumstances, answers)
    if not last:
        go_on(batch, end, answers)
    else:
        batch.phase, batch.cursor = "", 0
        phase.ending(batch, memory, circumstances, answers)


def _gathered(batch: Batch, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """All that the samples are drawn from is there: draw them, unless nobody is left."""
    if batch.members:
        start(batch, DRAW, answers)
    else:
        dissolve(batch, memory, circumstances, answers)


def _draw(batch: Batch, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Draw the samples of the whole batch: the one step that looks at all members at once, and only at them."""
    batch.phase = ""
    if circumstances.options.inspection:
        members = memory.members(batch.id, 0, batch.places, "waiting")
        found = drawing.drawn(circumstances.seed, batch.batch_no, members, day_of(batch.declared_at),
                              circumstances.parameters)
        for member in drawing.choose(members, found):
            batch.drawn, batch.awaited = batch.drawn + 1, batch.awaited + 1
            memory.put_member(member)
        batch.verdict = {"checked": found.checked, "plan": list(found.plan), "parameters": list(found.parameters)}
    if batch.drawn:
        start(batch, "samples", answers)
    else:
        _drawn(batch, memory, circumstances, answers)


def _drawn(batch: Batch, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """The samples are awaited; where there are none, the batch is released."""
    batch.advance("draw")
    batch.drawn_at, batch.revision = circumstances.now, batch.revision + 1
    counts = {"drawn": str(batch.drawn), "members": str(batch.members)}
    note(batch, "batch_drawn", circumstances, answers, [Reason("19203", counts)])
    if batch.drawn:
        batch.advance("inspect")
        verdict.weigh(batch, memory, circumstances, answers)
        return
    found = judged(batch.batch_no, 0, (), day_of(batch.declared_at), circumstances.parameters)
    batch.advance("release")
    batch.reasons = (found.reason,)
    note(batch, "batch_release", circumstances, answers, batch.reasons)
    start(batch, "release", answers)


def _handed_on(batch: Batch, memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    batch.released_at = circumstances.now
    counts = {"going": str(batch.members - batch.held), "held": str(batch.held)}
    note(batch, "batch_handed_on", circumstances, answers, [Reason("19204", counts)])
    verdict.close(batch, memory, circumstances, answers)


class Phase(NamedTuple):
    """What is done with each few hundred members, which of them (by state; empty: all), and what follows the last."""

    working: Working
    ending: Ending
    state: str = ""


DRAW = "draw"
PHASES: Mapping[str, Phase] = MappingProxyType({
    "gather": Phase(phases.gather, _gathered), "samples": Phase(phases.inspect_samples, _drawn, "sample"),
    "release": Phase(phases.release, _handed_on), "inspect": Phase(phases.inspect_all, _handed_on)})
"""The phases that go through the members; between "gather" and "samples" stands the draw itself."""
