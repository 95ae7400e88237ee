"""What reading a message needs of its sandbox: the day, and how its participants send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from declarations.calendar import day_of
from single_window.receipts.tolerances import REPEATED_BASE_TRANSFER
from single_window.store import sandboxes


class Senders(NamedTuple):
    """The sandbox's day and how it handles signatures; the chosen editions, and the senders that may repeat
    BaseTransfer, by DXP id."""

    day: date
    editions: Mapping[str, str]
    tolerant: frozenset[str]
    signing: str


def senders(connection: Connection, sandbox: str) -> Senders:
    """How messages of a sandbox are read at this moment; raises `UnknownSandbox`."""
    current = sandboxes.find(connection, sandbox)
    editions, tolerances = sandboxes.habits(connection, sandbox)
    return Senders(
        day_of(current.clock.now()),
        editions,
        sandboxes.who(tolerances, REPEATED_BASE_TRANSFER),
        current.options.signatures,
    )
