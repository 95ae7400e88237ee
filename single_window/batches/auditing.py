"""Draws a batch's samples again from what is stored, and says where the outcome differs."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from declarations.batches.draw import Sample
from declarations.calendar import day_of
from declarations.parameters import Parameters
from gateways.customs.batches.drawing import drawn
from gateways.customs.batches.memory import Batch
from single_window.store.gateways.customs.batches import MEMBERS
from single_window.store.tables import batch_member


class Audit(NamedTuple):
    """A draw done again: how many took part, what it gives, what differs from what was done."""

    members: int
    samples: tuple[Sample, ...]
    checked: bool
    parameters: tuple[str, ...]
    missing: tuple[str, ...]
    """Keys that should have been drawn and were not."""
    extra: tuple[str, ...]
    """Keys that were drawn and should not have been."""
    numbers: tuple[str, ...]
    """Keys whose number or reason is another."""

    @property
    def agrees(self) -> bool:
        """Whether what was done is what the draw gives."""
        return not (self.missing or self.extra or self.numbers)


def audit(connection: Connection, batch: Batch, seed: str, parameters: Parameters) -> Audit:
    """Draw again; for a batch that was drawn."""
    rows = connection.execute(MEMBERS.select().where(batch_member.c.batch_id == batch.id)).all()
    members = [one for one in map(MEMBERS.make, rows) if one.draw]
    again = drawn(seed, batch.batch_no, members, day_of(batch.declared_at), parameters)
    done = {one.key: (one.draw["why"], one.draw["number"]) for one in members if "why" in one.draw}
    should = {one.key: (one.why, one.number) for one in again.samples}
    return Audit(len(members), again.samples, again.checked, again.parameters,
                 tuple(sorted(should.keys() - done.keys())), tuple(sorted(done.keys() - should.keys())),
                 tuple(sorted(key for key in should.keys() & done.keys() if should[key] != done[key])))
