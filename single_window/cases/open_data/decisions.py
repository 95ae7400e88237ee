"""Officers' decisions about open data: a month is drafted, its version published (by two) or discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gateways.open_data.acts import MAKE, MONTH
from single_window.cases.open_data.queries import OPEN_DATA_ROWS, find_open_data_month
from single_window.context import Context
from single_window.frame.decision_kinds import Creation, DecisionKind, Subject, finder, officers_acts
from single_window.language.phrases import phrase
from single_window.store.agency_tables.open_data import open_data_month
from single_window.store.decisions import StoredDecision

KIND = "open_data_month"


_find = finder(KIND, find_open_data_month, "release_no")


def _values(context: Context, sandbox: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    return {MONTH: str(wanted[MONTH]).strip()[:7]}


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    """The newest version of the month."""
    month = OPEN_DATA_ROWS.find(connection, sandbox, open_data_month.c.month == decided.details[MONTH])
    return _find(connection, sandbox, month.release_no) if month else None


DRAFTING = Creation(
    action=MAKE,
    words=phrase("other_act", MAKE),
    takes={MONTH: "a month that is closed, as 2026-10"},
    values=_values,
    made=_made,
)
OPEN_DATA_DECISION = DecisionKind(
    subject=KIND,
    noun=phrase("label", "open_data_version"),
    find=_find,
    by_id=_find,
    acts=officers_acts,
    creations=(DRAFTING,),
)
