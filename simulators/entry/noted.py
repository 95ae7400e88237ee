"""Notes of a window of this process about a sandbox: the events of every timeline, those that no page shows too, and
the deadlines that it has set."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Engine, select

from single_window.store.engine import snapshot
from single_window.store.tables import deadline, timeline

EVENT = ("at", "kind", "key", "order_no", "actor", "event", "state", "return_status", "reasons")
_ID = re.compile(r"(?<=\[)\d+(?=[,\]])")
"""The id of a row, with which the subject of a deadline begins."""
DEADLINE = ("due", "kind", "queue", "subject", "state")


def noted(engine: Engine, sandbox: str) -> Sequence[str]:
    """A line for each event and each deadline of a sandbox, sorted."""
    with snapshot(engine) as connection:
        lines = [
            " | ".join(str(value) for value in row)
            for told, columns in ((timeline, EVENT), (deadline, DEADLINE))
            for row in connection.execute(select(*(told.c[name] for name in columns)).where(told.c.sandbox == sandbox))
        ]
    return sorted(_ID.sub("#", line) for line in lines)
