"""Draws a batch's samples again from what is stored, and reports where the outcome differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.batches.draw import Sample
from declarations.calendar import day_of
from declarations.parameters import Parameters
from gateways.customs.batches.drawing import drawn
from gateways.customs.batches.places import BatchMember
from gateways.customs.batches.repository import Batch
from single_window.store.gateways.customs.batches import MEMBERS
from single_window.store.tables import batch_member


class Audit(NamedTuple):
    """A draw done again: how many took part, what it gives, what differs from what was done."""

    members: int
    inspection: bool
    """Whether samples were drawn at all: not in a sandbox without inspection."""
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
        """True if what was done is what the draw gives."""
        return not (self.missing or self.extra or self.numbers)


def audit(connection: Connection, batch: Batch, seed: str, parameters: Parameters) -> Audit:
    """Draw again; for a batch that was drawn."""
    rows = connection.execute(MEMBERS.select().where(batch_member.c.batch_id == batch.id)).all()
    members = [member for member in map(MEMBERS.make, rows) if member.draw]
    inspection = "plan" in batch.verdict
    samples, checked, used = _again(batch, members, seed, parameters) if inspection else ((), False, ())
    done = {member.key: (member.draw["why"], member.draw["number"]) for member in members if "why" in member.draw}
    should = {sample.key: (sample.why, sample.number) for sample in samples}
    return Audit(
        members=len(members),
        inspection=inspection,
        samples=samples,
        checked=checked,
        parameters=used,
        missing=tuple(sorted(should.keys() - done.keys())),
        extra=tuple(sorted(done.keys() - should.keys())),
        numbers=tuple(sorted(key for key in should.keys() & done.keys() if should[key] != done[key])),
    )


def _again(
    batch: Batch, members: Sequence[BatchMember], seed: str, parameters: Parameters
) -> tuple[tuple[Sample, ...], bool, tuple[str, ...]]:
    """The samples, whether the batch was spot-checked, and the dated values."""
    again = drawn(seed, batch.batch_no, members, day_of(batch.declared_at), parameters)
    return again.samples, again.checked, again.parameters
