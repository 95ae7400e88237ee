"""Tells whose a key is, many times a second: keys that were used are kept in memory until keys have changed.

A change made by this process holds at once, one made by another within `FRESH_SECONDS`.
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
"""For so long keys are taken to be as they were, without a look at the count of their changes."""
MOST = 10_000
"""Keys, and makers of sandboxes, that are kept in memory; with one more all are looked up again."""
NOTED_SECONDS = 60.0
"""Between two times that it is written down when keys were last used."""


class Keyring:
    """The keys that this process has seen lately. Any thread may use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        # each with the count of changes that was seen before it was read: one read while keys changed does not last
        self._kept: dict[str, tuple[int, StoredKey]] = {}
        self._makers: dict[str, tuple[int, str]] = {}
        self._epoch, self._until = -1, 0.0
        self._used: dict[str, int] = {}
        self._noted_at = monotonic()

    def verify(self, token: str) -> ApiKey:
        """The key that a caller holds; raises `BadKey`."""
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
        """True if a sandbox is the key's: its home, or made by its holder."""
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
        """Look at every key anew: some have changed."""
        self._until = 0.0

    def note_used(self) -> None:
        """Write down when keys were last used."""
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
        """The count of changes of keys, which is read now and then."""
        if monotonic() >= self._until:
            with self._lock:
                until = monotonic() + FRESH_SECONDS
                with reading(self._engine) as connection:
                    self._epoch = epochs.seen(connection, epochs.API_KEYS)
                self._until = until
        return self._epoch

    def close(self) -> None:
        """Write down what is known of the use of keys, unless that fails."""
        self._note()

    def _note_later(self) -> None:
        """In a thread of its own: a caller does not wait for whoever writes at this moment."""
        self._noted_at = monotonic()
        Thread(target=self._note, name="keys used", daemon=True).start()

    def _note(self) -> None:
        try:
            self.note_used()
        except Exception as error:  # when a key was last used is worth less than an answer
            log.warning("key.use_not_noted", reason=repr(error)[:300])


def _keep(memory: dict[str, _Seen], name: str, value: _Seen) -> None:
    if len(memory) >= MOST:
        memory.clear()
    memory[name] = value
