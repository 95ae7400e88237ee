"""Recalculates a batch's samples from the stored data and reports the differences."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from declarations.batches.draw import Sample
from declarations.calendar import day_of
from declarations.parameters import Parameters
from gateways.customs.batches.batch_place import BatchMember
from gateways.customs.batches.drawing import draw_batch
from gateways.customs.batches.repository import Batch
from single_window.cases.batches.answers import BatchAuditOut, SampleOut
from single_window.store import sandboxes
from single_window.store.gateways.customs.batches import MEMBERS
from single_window.store.law_books import law_of
from single_window.store.tables import batch_member

STATES_BEFORE_DRAW = frozenset({"open", "declared", "dissolved"})
"""States of a batch whose samples have not been drawn."""


def audit_batch(connection: Connection, sandbox: str, batch: Batch) -> BatchAuditOut:
    """Recalculate the samples of a batch whose samples were drawn, by the seed and the law of its sandbox."""
    seed, parameters = sandboxes.find(connection, sandbox).seed, law_of(connection, sandbox)
    rows = connection.execute(MEMBERS.select().where(batch_member.c.batch_id == batch.id)).all()
    members = [member for member in map(MEMBERS.make, rows) if member.draw]
    inspection = "plan" in batch.verdict
    samples, checked, used = _recalculate(batch, members, seed, parameters) if inspection else ((), False, ())
    stored = {member.key: (member.draw["why"], member.draw["number"]) for member in members if "why" in member.draw}
    expected = {sample.key: (sample.why, sample.number) for sample in samples}
    missing, extra = sorted(expected.keys() - stored.keys()), sorted(stored.keys() - expected.keys())
    numbers = sorted(key for key in expected.keys() & stored.keys() if expected[key] != stored[key])
    return BatchAuditOut(
        batch=batch.batch_no,
        agrees=not (missing or extra or numbers),
        members=len(members),
        inspection=inspection,
        samples=tuple(map(SampleOut.of, samples)),
        checked=checked,
        parameters=used,
        missing=tuple(missing),
        extra=tuple(extra),
        numbers=tuple(numbers),
    )


def _recalculate(
    batch: Batch, members: Sequence[BatchMember], seed: str, parameters: Parameters
) -> tuple[tuple[Sample, ...], bool, tuple[str, ...]]:
    """Return the samples, whether the batch was spot-checked, and the dated values used. A batch that keeps no lot was
    drawn by its number."""
    lot = "" if "lot" in batch.verdict else batch.batch_no
    result = draw_batch(seed, members, day_of(batch.declared_at), parameters, lot).drawn
    return result.samples, result.is_spot_checked, result.parameter_ids
