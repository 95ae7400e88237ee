"""Collects which receipts participants have taken by polls, and stores it a little later, for many polls at once."""

from __future__ import annotations

from threading import Event, Lock, Thread

import structlog
from sqlalchemy import Engine

from single_window.store import taken_receipts
from single_window.store.engine import writing
from single_window.store.mailbox_marks import MailboxKey

log = structlog.get_logger(__name__)
STORED_AFTER_SECONDS = 1.0
"""Seconds after a poll at which its place is stored at the latest."""
MAX_KNOWN = 10_000
"""Maximum number of mailboxes whose last place is remembered; with one more they are forgotten."""


class TakenReceipts:
    """Up to which place polls have taken the receipts of mailboxes. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._closed = Event()
        self._known: dict[MailboxKey, int] = {}
        self._pending: dict[MailboxKey, int] = {}

    def note(self, sandbox: str, box: str, place: int) -> None:
        """Note that a poll took the receipts up to a place; it is stored in a separate thread, so that no poll waits
        for the write lock."""
        key = (sandbox, box)
        if not place or self._known.get(key) == place:
            return
        with self._lock:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[key] = place
            starts = not self._pending
            self._pending[key] = place
        if starts:
            Thread(target=self._store_later, name="receipts taken", daemon=True).start()

    def store(self) -> None:
        """Store what was noted so far; a failure is logged, since whoever polls or asks was answered, and the next
        polls are noted again."""
        try:
            self._write()
        except Exception as error:
            self._known.clear()
            log.warning("receipts.taken_not_stored", reason=repr(error)[:300])

    def close(self) -> None:
        """Store what was noted so far, at once."""
        self._closed.set()
        self.store()

    def _write(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, {}
        if pending:
            with writing(self._engine) as connection:
                taken_receipts.note(connection, pending)

    def _store_later(self) -> None:
        self._closed.wait(STORED_AFTER_SECONDS)
        self.store()
