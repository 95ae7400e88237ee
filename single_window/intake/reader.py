"""Parses messages in the caller's thread. A sandbox's settings are cached for a tenth of a second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import day_of
from single_window.clock import monotonic
from single_window.context import Context
from single_window.intake.reading import Reading, open_body, read_body
from single_window.intake.transmissions import Transmission, receive
from single_window.receipts.tolerances import REPEATED_BASE_TRANSFER
from single_window.store import sandboxes
from single_window.store.engine import reading

CACHE_SECONDS = 0.1
"""Seconds for which a sandbox's day and its participants' settings are cached."""
MAX_CACHED_SANDBOXES = 1_000
"""Maximum number of cached sandboxes; with one more the cache is emptied."""


class _CachedSenders(NamedTuple):
    until: float
    senders: Senders


def read(context: Context, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
    """Parse and validate one message under the sandbox's settings; stores nothing. Raises `UnknownSandbox`."""
    with reading(context.engine) as connection:
        day, editions, tolerant, signing = senders(connection, sandbox)
    return read_body(body, day, editions, context.settings.body_cap, edition, tolerant, signing)


class Reader:
    """Like `read`, with cached settings, for many calls a second."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._cache: dict[str, _CachedSenders] = {}

    def read(self, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
        """Parse one message; completely if reception runs in this process, else only as far as admission needs.

        Stores nothing. Raises `UnknownSandbox`.
        """
        if not self._context.receives:
            return self.open(sandbox, body, edition)
        day, editions, tolerant, signing = self._senders(sandbox)
        return read_body(body, day, editions, self._context.settings.body_cap, edition, tolerant, signing)

    def receive(self, sandbox: str, body: bytes, owner: str = "") -> Transmission:
        """Return what a body of a folder or broker brings, of the mailbox `owner`, each message as by `read`. Raises
        `UnknownSandbox`."""
        return receive(self._context, self.read, sandbox, body, owner)

    def open(self, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
        """Parse one message only as far as admission needs. Raises `UnknownSandbox`."""
        return open_body(body, self._senders(sandbox).editions, self._context.settings.body_cap, edition)

    def _senders(self, sandbox: str) -> Senders:
        cached = self._cache.get(sandbox)
        if cached is None or monotonic() > cached.until:
            cached = self._load(sandbox)
            if len(self._cache) >= MAX_CACHED_SANDBOXES:
                self._cache = {}
            self._cache[sandbox] = cached
        return cached.senders

    def _load(self, sandbox: str) -> _CachedSenders:
        with reading(self._context.engine) as connection:
            return _CachedSenders(monotonic() + CACHE_SECONDS, senders(connection, sandbox))


class Senders(NamedTuple):
    """Settings for parsing. `editions`: DXP id → edition; `tolerant`: DXP ids that may repeat BaseTransfer; `signing`:
    the sandbox's option `signatures`."""

    day: date
    editions: Mapping[str, str]
    tolerant: frozenset[str]
    signing: str


def senders(connection: Connection, sandbox: str) -> Senders:
    """The current settings of a sandbox's senders; raises `UnknownSandbox`."""
    current = sandboxes.find(connection, sandbox)
    editions, tolerances = sandboxes.habits(connection, sandbox)
    return Senders(
        day_of(current.clock.now()),
        editions,
        sandboxes.who(tolerances, REPEATED_BASE_TRANSFER),
        current.options.signatures,
    )
