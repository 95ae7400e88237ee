"""How much waits for a person at each desk: the navigation tells it on every page, the start page leads there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from single_window.store.tables import enterprise, forex_report, refund_claim

DESKS = {"refunds": refund_claim, "exchange": forex_report, "registrations": enterprise}
WAITS = "in_review"
COMMANDS = {"registrations": "single-window registration list --state in_review"}
"""What lists them where no page does."""


def waiting(connection: Connection, sandbox: str) -> Mapping[str, int]:
    """How many claims, reports of exchange and applications of a sandbox wait for a person, by desk."""
    return {desk: connection.execute(
        select(func.count()).select_from(table).where(table.c.sandbox == sandbox, table.c.state == WAITS)).scalar_one()
        for desk, table in DESKS.items()}
