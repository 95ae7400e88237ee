"""How far mailboxes have come, looked up once for all polls that wait in this process."""

from __future__ import annotations

from threading import Lock

from sqlalchemy import Engine, select, tuple_

from single_window.clock import monotonic
from single_window.receipts.changes import Changes
from single_window.store.engine import reading
from single_window.store.tables import mailbox

FRESH = 0.2
"""Seconds for which a look holds when no change was told: changes may go unnoticed."""
FORGOTTEN = 60.0
"""Seconds after which a mailbox that nobody has asked for is not looked up any more."""


class Places:
    """What waiting polls ask before they ask for receipts. Any thread may use it."""

    def __init__(self, engine: Engine, changes: Changes | None) -> None:
        self._engine, self._changes = engine, changes
        self._lock = Lock()
        self._asked: dict[tuple[str, str], float] = {}
        self._behind: dict[tuple[str, str], int] = {}
        self._generation, self._until = -1, 0.0

    def beyond(self, sandbox: str, box: str, place: int) -> bool:
        """Whether a mailbox holds a receipt beyond a place, by a look that no change told so far is newer than."""
        key = (sandbox, box)
        with self._lock:
            now, known = monotonic(), key in self._asked
            self._asked[key] = now
            if not known or now >= self._until or self._newest() > self._generation:
                self._look(now)
            return self._behind.get(key, 1) > place + 1

    def _newest(self) -> int:
        return self._changes.generation if self._changes is not None else self._generation + 1

    def _look(self, now: float) -> None:
        self._generation, self._until = self._newest(), now + FRESH
        self._asked = {key: asked for key, asked in self._asked.items() if now - asked < FORGOTTEN}
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(mailbox.c.sandbox, mailbox.c.dxp_id, mailbox.c.next).where(
                    tuple_(mailbox.c.sandbox, mailbox.c.dxp_id).in_(list(self._asked))
                )
            )
            self._behind = {(sandbox, box): behind for sandbox, box, behind in rows}
