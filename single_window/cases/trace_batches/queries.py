"""Queries of trace batches: listed, one with its history, its codes."""

from __future__ import annotations

from sqlalchemy import Connection

from gateways.traceability.repository import TraceBatch
from single_window.cases.trace_batches.answers import (
    TRACE_BATCH_KIND,
    TraceBatchOut,
    TraceCodeOut,
    TraceCodesOut,
)
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out
from single_window.store import sandboxes, trace_codes
from single_window.store.agency_tables.traceability import trace_batch
from single_window.store.gateways.traceability import BATCHES

TRACE_BATCH_ROWS = CaseRows(trace_batch, BATCHES.select, BATCHES.make)


def find_trace_batch(connection: Connection, sandbox: str, number: str) -> TraceBatch | None:
    """Return a batch by the code of its lot, or by id."""
    column = trace_batch.c
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    return TRACE_BATCH_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.batch_no == number)


def _show(connection: Connection, sandbox: str, number: str) -> TraceBatchOut | None:
    batch = find_trace_batch(connection, sandbox, number)
    if batch is None:
        return None
    lines = case_rows.history(connection, sandbox, batch.batch_no, "trace_batch")
    others = trace_codes.registered_by_others(connection, sandbox, batch)
    return TraceBatchOut.of(
        batch,
        copied=trace_codes.count_copied(connection, sandbox, batch.id, least_copied(connection, sandbox)),
        also_registered=len({other.ebc_code for other in others}),
        history=history_out(lines),
    )


def least_copied(connection: Connection, sandbox: str) -> int:
    """Return the number of look-ups from which the code of an item counts as copied, now."""
    return trace_codes.copied_from(connection, sandbox, sandboxes.find(connection, sandbox).clock.now())


def codes_page(
    connection: Connection, sandbox: str, batch: TraceBatch, after: int, limit: int, copied: bool = False
) -> TraceCodesOut:
    """Return a page of the codes of a batch, with serials above `after`; `copied`: only those that were copied."""
    least = least_copied(connection, sandbox)
    found = trace_codes.codes_of(connection, sandbox, batch.id, after, limit + 1, least if copied else 0)
    shown = found[:limit]
    return TraceCodesOut(
        codes=tuple(TraceCodeOut.of(code, copied=code.is_copied(least)) for code in shown),
        next=shown[-1].serial if len(found) > limit else None,
    )


TRACE_BATCH_CASES = CaseReader(kind=TRACE_BATCH_KIND, listed=TRACE_BATCH_ROWS.newest, out=TraceBatchOut.of, show=_show)
