"""Finds the subject of a number at the tax office, the foreign-exchange administration or the registrar, and the page
that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from schemas import catalogue
from single_window.store.tables import (
    metadata,
    refund_paper,
)

KEPT: Mapping[str, Table] = {
    kind: metadata.tables[handling.outcome_table]
    for kind, handling in catalogue.handled().items()
    if catalogue.by_kind(kind).flow == "agency"
}
"""Where an agency keeps what became of a kind of document."""
LOOK = {"refund_claim": "refund explain", "forex_report": "forex show", "registration": "registration show"}
"""The command that shows it."""


def number_of(kind: str, key: str) -> str:
    """The number of a document as its sender knows it: the last part of its key."""
    return key.rpartition("|")[2] if kind in KEPT else key


def state_of(connection: Connection, sandbox: str, row: Any) -> str:
    """The agency's state of a document; the port's own state if it has not reached the agency."""
    table = KEPT[row.kind]
    where = [table.c.sandbox == sandbox, table.c.key == row.key]
    if table is refund_paper:
        where.append(table.c.kind == row.kind)
    return connection.execute(select(table.c.state).where(*where)).scalar() or str(row.state)


def where_to_look(kind: str, number: str) -> str:
    """The command that shows more of it; empty: the message is all there is."""
    return f"single-window {LOOK[kind]} {number}" if kind in LOOK else ""
