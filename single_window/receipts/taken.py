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
        self._pending: list[tuple[MailboxKey, int, int]] = []

    def note(self, sandbox: str, box: str, behind: int, place: int) -> None:
        """Note that a poll took the receipts behind one place up to another; it is stored in a separate thread, so that
        no poll waits for the write lock."""
        key = (sandbox, box)
        if place <= behind or self._known.get(key, 0) >= place:
            return
        with self._lock:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            starts = not self._pending
            self._pending.append((key, behind, place))
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
            pending, self._pending = self._pending, []
        if not pending:
            return
        with writing(self._engine) as connection:
            for (sandbox, box), behind, place in pending:
                taken_receipts.extend(connection, sandbox, box, behind, place)
            known = {key: taken_receipts.taken_up_to(connection, *key) for key, _, _ in pending}
        self._known.update(known)

    def _store_later(self) -> None:
        self._closed.wait(STORED_AFTER_SECONDS)
        self.store()
