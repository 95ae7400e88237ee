"""The act that opens a batch: its values are checked at once, and customs' gateway opens it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from declarations.batches.opening import HAND, check_way
from declarations.calendar import day_of
from gateways.customs.batches.opening import manual_opening_of
from gateways.customs.batches.repository import Batch
from gateways.decisions import SubjectKind
from schemas.codes import is_working_office
from single_window.cases.batches.queries import find_by_opening
from single_window.context import Context
from single_window.frame.decision_kinds import Creation, Subject
from single_window.language import phrases
from single_window.language.refusal import Refusal, refused_for
from single_window.store.decisions import StoredDecision

OPEN = "open"
MODES = {"I": frozenset({"9610", "1210", "1239"}), "E": frozenset({"9610", "9710", "9810", "1210"})}
"""The possible trade modes of a batch by its flow (I: import, E: export)."""


def _values(context: Context, sandbox: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    flow, customs_code, trade_mode = wanted["flow"], wanted["customs_code"], wanted["trade_mode"]
    if flow not in MODES or trade_mode not in MODES[flow]:
        known = "; ".join(f"{name}: {', '.join(sorted(modes))}" for name, modes in MODES.items())
        raise Refusal("batch_direction", known=known, flow=flow, mode=trade_mode)
    day = day_of(context.now(sandbox))
    if not is_working_office(customs_code, day):
        raise Refusal("batch_office", office=customs_code)
    if reasons := check_way(HAND, day, context.parameters):
        raise refused_for(reasons)
    return {"flow": flow, "customs_code": customs_code, "trade_mode": trade_mode}


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    wanted = decided.details
    opening = manual_opening_of(wanted["flow"], wanted["customs_code"], wanted["trade_mode"], decided.id)
    opened = find_by_opening(connection, sandbox, opening)
    return None if opened is None else subject_of(opened)


def subject_of(batch: Batch) -> Subject:
    """A batch as the subject of decisions."""
    state = phrases.state(batch.state, SubjectKind.BATCH)
    return Subject(SubjectKind.BATCH, batch.id, batch.batch_no, batch.state, state, batch.revision, batch)


OPENING = Creation(
    action=OPEN,
    words=phrases.phrase("label", "open_batch"),
    takes={
        "flow": "I (import) or E (export)",
        "customs_code": "the code of the customs office, as 4240",
        "trade_mode": "the trade mode, as 1210",
    },
    values=_values,
    made=_made,
)
