"""Limits of time and number of connections, and the choice of the connection to close if there are too many.

Pure functions: connections are described by their wait, and the caller closes them.
"""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

RESERVED_FILES = 200
"""File descriptors reserved for the database, bodies, folders and outgoing connections."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a listener; durations in seconds."""

    header: float = 10.0
    """Maximum from the first byte of a request (or the opening of a connection) to the end of its header."""
    body: float = 20.0
    """Maximum from the end of the header to the end of the body, plus a second for every `rate` bytes received."""
    rate: int = 50_000
    idle: float = 120.0
    """Maximum from an answer to the first byte of the next request on the same connection."""
    answer: float = 30.0
    """Maximum without the client reading any byte of an answer."""
    queued: float = 1.0
    """Maximum from the last byte of a request until a thread begins to answer it; later it is refused."""
    expected: float = 0.3
    """If the longest waiting request has waited longer than this, new requests are answered with 503 at once."""
    expected_in_groups: float = 0.6
    """Likewise for requests that are answered in groups, which also wait for commits of other processes. They do not
    count for other requests, which have threads of their own."""
    connections: int = 1_000
    per_address: int = 500
    """Maximum connections of one client address; 0: unlimited, for use behind a proxy."""

    def within_open_files(self) -> Limits:
        """Return the limits with `connections` reduced to half of the available file descriptors (one more for each
        body). The process's soft limit is raised first, as far as allowed."""
        needed = 2 * self.connections + RESERVED_FILES
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < needed:
            soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        if soft == resource.RLIM_INFINITY:
            return self
        return replace(self, connections=max(1, min(self.connections, (soft - RESERVED_FILES) // 2)))


class Wait(NamedTuple):
    """The wait of a connection. `phase`: `open` (the first byte), `next` (another request), `header`, `body`, or
    `answer` (the client reads it); since when; and the received bytes of the body."""

    phase: str
    since: float
    received: int = 0


class Connection(Protocol):
    """The properties of a connection that limits need."""

    @property
    def address(self) -> str:
        """The client's address."""

    @property
    def wait(self) -> Wait | None:
        """The current wait; None: a request is being answered, or the connection is being closed."""

    @property
    def closing(self) -> bool:
        """True if the connection is being closed."""


def overdue(wait: Wait, now: float, limits: Limits) -> bool:
    """True if a client exceeds its time limit."""
    limit = {
        "open": limits.header,
        "next": limits.idle,
        "header": limits.header,
        "answer": limits.answer,
        "body": limits.body + wait.received / limits.rate,
    }.get(wait.phase)
    return limit is not None and now - wait.since > limit


def one_too_many(
    newcomer: Connection, others: Iterable[Connection], limits: Limits
) -> Iterator[tuple[Connection, str]]:
    """Yield the connection to close because of a new one, with the name of the exceeded limit, if one is exceeded. It
    is the connection that has been idle longest, of the same address or of all, or the new one if none is idle."""
    current = [other for other in others if other is not newcomer and not other.closing]
    same = [other for other in current if other.address == newcomer.address]
    if 0 < limits.per_address <= len(same):
        yield _longest_idle(same) or newcomer, "address"
    elif limits.connections <= len(current):
        yield _longest_idle(current) or newcomer, "total"


def _longest_idle(connections: Iterable[Connection]) -> Connection | None:
    """Return the connection that has waited longest for a request, else the one that has waited longest for a body."""
    idle = [
        (wait.phase == "body", wait.since, place, connection)
        for place, connection in enumerate(connections)
        if (wait := connection.wait) is not None and wait.phase != "answer"
    ]
    return min(idle)[3] if idle else None
