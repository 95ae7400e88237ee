"""Limits the time and the number of connections, and chooses the one that has to go when there are too many.

Pure: connections are given as what they wait for, and the caller closes what is named here.
"""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

SPARE_FILES = 200
"""File descriptors that are kept free of connections: for the database, bodies, folders and connections outward."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a listener; durations in seconds."""

    header: float = 10.0
    """From the first byte of a request (on a new connection: from its opening) to the end of its header."""
    body: float = 20.0
    """From the end of the header to the end of the body, and a second more for every `rate` bytes that came."""
    rate: int = 50_000
    idle: float = 120.0
    """From an answer to the first byte of another request on the same connection."""
    answer: float = 30.0
    """Without any byte of an answer being taken."""
    queued: float = 1.0
    """Between the last byte of a request and a thread that answers it; after that nobody begins to work on it."""
    expected: float = 0.3
    """The same of the request that has waited longest, when another comes: that one is answered with 503 at once."""
    connections: int = 1_000
    per_address: int = 500
    """Connections of one client address; 0: any number, as behind a proxy."""

    def within_open_files(self) -> Limits:
        """The same, with no more connections than this process may have open with a file for the body of each; as many
        are allowed to it as are needed, if its user may have them."""
        needed = 2 * self.connections + SPARE_FILES
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < needed:
            soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft == resource.RLIM_INFINITY:
            return self
        return replace(self, connections=max(1, min(self.connections, (soft - SPARE_FILES) // 2)))


class Wait(NamedTuple):
    """The wait of a connection for its client: `open` (send anything), `next` (send another request), `header`, `body`,
    `answer` (take the answer); since when; and how much of the body came."""

    phase: str
    since: float
    received: int = 0


class Connection(Protocol):
    """A connection, as far as limits concern it."""

    @property
    def address(self) -> str:
        """The client's."""

    @property
    def wait(self) -> Wait | None:
        """None: a request of its client is in hand here, or the connection is being closed."""

    @property
    def closing(self) -> bool:
        """True if it is being closed."""


def overdue(wait: Wait, now: float, limits: Limits) -> bool:
    """True if a client has taken too long."""
    longest = {
        "open": limits.header,
        "next": limits.idle,
        "header": limits.header,
        "answer": limits.answer,
        "body": limits.body + wait.received / limits.rate,
    }.get(wait.phase)
    return longest is not None and now - wait.since > longest


def one_too_many(
    newcomer: Connection, others: Iterable[Connection], limits: Limits
) -> Iterator[tuple[Connection, str]]:
    """The connection that has to go because a new one came, with the limit, if one is reached: the idle one that has
    waited longest, of the same address or of all; the new one where none is idle."""
    standing = [other for other in others if other is not newcomer and not other.closing]
    same = [other for other in standing if other.address == newcomer.address]
    if 0 < limits.per_address <= len(same):
        yield _longest_idle(same) or newcomer, "address"
    elif limits.connections <= len(standing):
        yield _longest_idle(standing) or newcomer, "total"


def _longest_idle(connections: Iterable[Connection]) -> Connection | None:
    """Of those that wait for a request the one that has done so longest, else of those that wait for a body."""
    idle = [
        (wait.phase == "body", wait.since, place, connection)
        for place, connection in enumerate(connections)
        if (wait := connection.wait) is not None and wait.phase != "answer"
    ]
    return min(idle)[3] if idle else None
