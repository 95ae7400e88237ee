"""Reads messages in the caller's thread. What it needs of a sandbox it queries at most ten times a second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import day_of
from single_window.clock import monotonic
from single_window.context import Context
from single_window.intake.reading import Reading, open_body, read_body
from single_window.receipts.tolerances import REPEATED_BASE_TRANSFER
from single_window.store import sandboxes
from single_window.store.engine import reading

KEPT = 0.1
"""Seconds for which a sandbox's day and its participants' editions are taken to be as they were."""
MOST = 1_000
"""Sandboxes that are cached at a time; with one more all are queried again."""


class _KnownSenders(NamedTuple):
    until: float
    senders: Senders


def read(context: Context, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
    """Read one message whole, as the sandbox's participants send it; changes nothing. Raises `UnknownSandbox`."""
    with reading(context.engine) as connection:
        day, editions, tolerant, signing = senders(connection, sandbox)
    return read_body(body, day, editions, context.settings.body_cap, edition, tolerant, signing)


class Reader:
    """Does what `read` does, many times a second."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[str, _KnownSenders] = {}

    def read(self, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
        """Read one message as the sandbox's participants send it, whole where it is received here too, else opened.

        Changes nothing. Raises `UnknownSandbox`.
        """
        known = self._known.get(sandbox)
        if known is None or monotonic() > known.until:
            known = self._load(sandbox)
            if len(self._known) >= MOST:
                self._known = {}
            self._known[sandbox] = known
        if not self._context.receives:
            return open_body(body, known.senders.editions, self._context.settings.body_cap, edition)
        day, editions, tolerant, signing = known.senders
        return read_body(body, day, editions, self._context.settings.body_cap, edition, tolerant, signing)

    def _load(self, sandbox: str) -> _KnownSenders:
        with reading(self._context.engine) as connection:
            return _KnownSenders(monotonic() + KEPT, senders(connection, sandbox))


class Senders(NamedTuple):
    """The sandbox's day and how it handles signatures; the chosen editions, and the senders that may repeat
    BaseTransfer, by DXP id."""

    day: date
    editions: Mapping[str, str]
    tolerant: frozenset[str]
    signing: str


def senders(connection: Connection, sandbox: str) -> Senders:
    """The habits of a sandbox's senders at this moment; raises `UnknownSandbox`."""
    current = sandboxes.find(connection, sandbox)
    editions, tolerances = sandboxes.habits(connection, sandbox)
    return Senders(
        day_of(current.clock.now()),
        editions,
        sandboxes.who(tolerances, REPEATED_BASE_TRANSFER),
        current.options.signatures,
    )
