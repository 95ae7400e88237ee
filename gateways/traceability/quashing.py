"""Quashes a recall that should not have been: its lots are free, its batches are recalled no more unless another recall
has them, and what counted for the company's credit is withdrawn. What left the book stays out."""

from __future__ import annotations

from collections.abc import Sequence

from gateways.traceability.outcomes import free_lots, withdraw_credit
from gateways.traceability.repository import Recall, TraceabilityDesk, TraceBatch

QUASHED = "quashed"
REGISTERED = "registered"
"""The state of a batch that no recall has."""


def quash(recall: Recall, desk: TraceabilityDesk) -> None:
    """Undo what a recall did to lots, batches and credit; its own state is left to the lifecycle."""
    if recall.holding:
        free_lots(recall, desk)
    withdraw_credit(recall, desk)
    others = [
        other
        for other in desk.repository.recalls_of(recall.ebc_code)
        if other.recall_no != recall.recall_no and other.state != QUASHED
    ]
    for batch in desk.repository.batches_of(recall.ebc_code, recall.gtin, recall.item_no, _book_of(recall)):
        if batch.recall_no == recall.recall_no:
            batch.recall_no = _newest(others, batch)
            batch.state = batch.state if batch.recall_no else REGISTERED
            desk.repository.put_batch(batch)


def _book_of(recall: Recall) -> tuple[str, str]:
    return recall.ems_no, recall.item_record_no


def _newest(others: Sequence[Recall], batch: TraceBatch) -> str:
    """The number of the newest other recall that has a batch; empty: none has."""
    found = [other for other in others if _has(other, batch)]
    return max(found, key=lambda other: (other.registered_at, other.id)).recall_no if found else ""


def _has(recall: Recall, batch: TraceBatch) -> bool:
    if batch.ems_no:
        return batch.book_key in recall.book_keys
    own = [unit for unit in recall.units if unit.item_no and unit.item_no == batch.item_no]
    return any(not unit.lots or batch.lot in unit.lots.split() for unit in own)
