"""Verifies API keys with a cache, which is dropped when keys have changed.

A change made by this process takes effect at once, one by another process within `FRESH_SECONDS`.
"""

from __future__ import annotations

from threading import Lock, Thread
from typing import TypeVar

import structlog
from sqlalchemy import Engine

from single_window.accounts import api_keys, key_rows
from single_window.accounts.api_keys import ApiKey, BadKey, Unfit
from single_window.accounts.key_rows import StoredKey
from single_window.clock import monotonic, system_now
from single_window.store import epochs
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
_Seen = TypeVar("_Seen")
FRESH_SECONDS = 0.5
"""Seconds between two queries of the count of key changes."""
MAX_CACHED = 10_000
"""Maximum number of cached keys, and of cached owners of sandboxes; with one more the cache is emptied."""
NOTED_SECONDS = 60.0
"""Seconds between two writes of when keys were last used."""


class Keyring:
    """Cached keys. Thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        # each with the count of changes before it was read, so that one read during a change is not kept
        self._kept: dict[str, tuple[int, StoredKey]] = {}
        self._makers: dict[str, tuple[int, str]] = {}
        self._epoch, self._until = -1, 0.0
        self._used: dict[str, int] = {}
        self._noted_at = monotonic()

    def verify(self, token: str) -> ApiKey:
        """The key of a text; raises `BadKey`."""
        id = api_keys.id_of(token)
        kept = self._find(id) if id else None
        if kept is None or not api_keys.fits(token, kept.digest):
            raise BadKey(Unfit.UNKNOWN, id)
        now = system_now()
        if (why := kept.key.unfit(now)) is not None:
            raise BadKey(why, id)
        self._used[id] = now
        if monotonic() - self._noted_at > NOTED_SECONDS:
            self._note_later()
        return kept.key

    def reaches(self, key: ApiKey, sandbox: str) -> bool:
        """True if a key may be used for a sandbox: its home, or one that its holder created."""
        if sandbox == key.home:
            return True
        epoch = self._look()
        seen, maker = self._makers.get(sandbox, (-1, ""))
        if seen != epoch:
            with reading(self._engine) as connection:
                maker = key_rows.made_by(connection, sandbox)
            if maker:
                _keep(self._makers, sandbox, (epoch, maker))
        return maker == key.account

    def forget(self) -> None:
        """Drop the cache, because keys have changed."""
        self._until = 0.0

    def note_used(self) -> None:
        """Store when keys were last used."""
        self._noted_at, used, self._used = monotonic(), self._used, {}
        if used:
            with writing(self._engine) as connection:
                key_rows.note_used(connection, used)

    def _find(self, id: str) -> StoredKey | None:
        epoch = self._look()
        seen, kept = self._kept.get(id, (-1, None))
        if seen != epoch:
            with reading(self._engine) as connection:
                kept = key_rows.find(connection, id)
            if kept is not None:
                _keep(self._kept, id, (epoch, kept))
        return kept

    def _look(self) -> int:
        """The count of key changes, queried at most every `FRESH_SECONDS`."""
        if monotonic() >= self._until:
            with self._lock:
                until = monotonic() + FRESH_SECONDS
                with reading(self._engine) as connection:
                    self._epoch = epochs.seen(connection, epochs.API_KEYS)
                self._until = until
        return self._epoch

    def close(self) -> None:
        """Store when keys were last used; errors are ignored."""
        self._note()

    def _note_later(self) -> None:
        """Store in a separate thread, so that callers do not wait for the write lock."""
        self._noted_at = monotonic()
        Thread(target=self._note, name="keys used", daemon=True).start()

    def _note(self) -> None:
        try:
            self.note_used()
        except Exception as error:  # must not fail a call
            log.warning("key.use_not_noted", reason=repr(error)[:300])


def _keep(memory: dict[str, _Seen], name: str, value: _Seen) -> None:
    if len(memory) >= MAX_CACHED:
        memory.clear()
    memory[name] = value
