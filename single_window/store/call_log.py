"""The newest calls of a sandbox's participants, each with its request and answer. Never commits."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from heapq import nsmallest
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select

from single_window.store.tables import call_log as table

TRIMMED_EVERY = 50
"""Calls after which those too many are deleted, so that not every call deletes one."""
MAX_SEARCHED = 5_000
"""Maximum number of calls, the newest, among which one request searches."""
MAX_WRAPPED = 2
"""Layers of Base64 in a request that are looked into."""
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]|\\/|\s){64,}={0,2}")
ROWS_AT_ONCE = 100
"""Calls that are in memory at once while they are searched."""


class LoggedCall(NamedTuple):
    """A call: when (milliseconds since 1970, by the machine), by whom (a key's id, an account, or nothing), its request
    and its answer; of long bodies the beginning, with their sizes in bytes."""

    id: int
    at: int
    caller: str
    method: str
    path: str
    query: str
    request_type: str
    request: bytes
    request_size: int
    status: int
    answer_type: str
    answer: bytes
    answer_size: int
    took: int
    request_id: str


class Criteria(NamedTuple):
    """The calls to find: empty values match every call. `path`: its beginning; `contains`: texts of which each stands
    in the request's query or body, or in what that has as Base64."""

    method: str = ""
    path: str = ""
    status: int = 0
    contains: Sequence[str] = ()
    caller: str | None = None

    def unmet(self, call: LoggedCall) -> Sequence[str]:
        """The names of the criteria that a call does not meet."""
        wrong = {
            "method": self.method and call.method != self.method.upper(),
            "path": self.path and not call.path.startswith(self.path),
            "status": self.status and call.status != self.status,
            "contains": any(text not in _said(call) for text in self.contains),
        }
        return [name for name, is_wrong in wrong.items() if is_wrong]


def _said(call: LoggedCall) -> str:
    return "\n".join([call.query, *_texts(call.request)])


def _texts(body: bytes, within: int = MAX_WRAPPED) -> Iterator[str]:
    """The text of a body, and of what is in it as Base64: a message in JSON, or in a DxpMsg, or both."""
    yield body.decode("utf-8", "replace")
    for found in _BASE64.finditer(body) if within else ():
        digits = b"".join(found[0].replace(rb"\/", b"/").split()).rstrip(b"=")
        whole = digits[: len(digits) - (len(digits) % 4 == 1)]  # where the body is long it was cut
        with suppress(ValueError):
            yield from _texts(b64decode(whole + b"=" * (-len(whole) % 4)), within - 1)


def add(connection: Connection, sandbox: str, values: Mapping[str, Any], most: int) -> int:
    """Add a call, and delete those older than the newest `most`; returns its number."""
    added = table.insert().values(sandbox=sandbox, **values).returning(table.c.id)
    number = int(connection.execute(added).scalar_one())
    if number % TRIMMED_EVERY == 0:
        oldest = select(table.c.id).where(table.c.sandbox == sandbox).order_by(table.c.id.desc()).offset(most).limit(1)
        limit = connection.execute(oldest).scalar()
        if limit is not None:
            connection.execute(delete(table).where(table.c.sandbox == sandbox, table.c.id <= limit))
    return number


def find(connection: Connection, sandbox: str, number: int) -> LoggedCall | None:
    """Return a call by its number; None: there is none, or it is no longer kept."""
    row = connection.execute(_chosen(sandbox).where(table.c.id == number)).one_or_none()
    return LoggedCall._make(row) if row is not None else None


def matching(
    connection: Connection, sandbox: str, wanted: Criteria, before: int = 0, most: int = 100
) -> tuple[Sequence[LoggedCall], int]:
    """Return the newest `most` calls below the number `before` (0: from the newest) that meet all criteria, newest
    first, and how many do so of those that are searched."""
    found: list[LoggedCall] = []
    number = 0
    for call in _searched(connection, sandbox, wanted.caller, before):
        if not wanted.unmet(call):
            number += 1
            if len(found) < most:
                found.append(call)
    return found, number


def nearest(connection: Connection, sandbox: str, wanted: Criteria, most: int) -> Sequence[tuple[LoggedCall, str]]:
    """Return the calls that miss the fewest criteria, but at least one: (call, names of what it misses)."""
    searched = _searched(connection, sandbox, wanted.caller, 0)
    missed = ((wanted.unmet(call), call) for call in searched)
    closest = nsmallest(most, (each for each in missed if each[0]), key=lambda each: (len(each[0]), -each[1].id))
    return [(call, ", ".join(unmet)) for unmet, call in closest]


def count(connection: Connection, sandbox: str) -> int:
    """Return how many calls are kept."""
    return int(connection.execute(select(func.count()).where(table.c.sandbox == sandbox)).scalar_one())


def _searched(connection: Connection, sandbox: str, caller: str | None, before: int) -> Iterator[LoggedCall]:
    chosen = _chosen(sandbox)
    if before:
        chosen = chosen.where(table.c.id < before)
    if caller is not None:
        chosen = chosen.where(table.c.caller == caller)
    rows = connection.execute(
        chosen.order_by(table.c.id.desc()).limit(MAX_SEARCHED), execution_options={"yield_per": ROWS_AT_ONCE}
    )
    return map(LoggedCall._make, rows)


def _chosen(sandbox: str) -> Any:
    return select(*[table.c[name] for name in LoggedCall._fields]).where(table.c.sandbox == sandbox)
