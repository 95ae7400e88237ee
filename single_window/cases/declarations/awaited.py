"""Waits until a declaration has received a requested status, while automatic processing can still produce it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import Connection, or_, select

from gateways.customs.outcome import KIND_OF_LIST
from single_window.cases.declarations.answers import DeclarationsOut
from single_window.cases.declarations.queries import WithNumber
from single_window.clock import monotonic, system_now
from single_window.frame.http.ports import PREFIX, Ports
from single_window.frame.http.problems import problem
from single_window.observe.metrics import meters
from single_window.store import payment_requests, sandboxes
from single_window.store.tables import receipt
from single_window.work import dispatch

MAX_NAP_SECONDS = 1.0
"""Maximum seconds between two queries: the client may have disconnected, or a wake-up may have been missed."""
RETRY_AFTER_SECONDS = 2
"""Value of Retry-After when too many clients wait."""


class Snapshot(NamedTuple):
    """The state at one instant: whether anything has the number, the requested statuses that were received, and whether
    no work is pending (`settled`)."""

    found: bool
    given: list[str]
    settled: bool
    next_due: float | None
    """Seconds until the sandbox's running clock reaches its next deadline; None: it never does."""
    answer: DeclarationsOut | None = None
    """The answer, if no later look follows and the number was found."""

    def is_final(self, seconds: float) -> bool:
        """True if a requested status was received, or if nothing can change within `seconds` unless somebody acts."""
        is_stable = self.found and self.settled and (self.next_due is None or self.next_due > seconds)
        return bool(self.given) or is_stable


def may_wait(path: str, query: str) -> bool:
    """True if a GET of this path and query may wait here; a percent-encoded query could contain `wait_for`."""
    return path.startswith(f"{PREFIX}/declarations/") and ("wait_for" in query or "%" in query)


def given_outcomes(connection: Connection, sandbox: str, rows: Sequence[Any], wanted: Iterable[str]) -> list[str]:
    """Return the `wanted` statuses, or receipt types such as 816, that the declarations in `rows` have received."""
    requested = list(wanted)
    received = connection.execute(
        select(receipt.c.return_status, receipt.c.code)
        .distinct()
        .where(receipt.c.sandbox == sandbox, receipt.c.order_no.in_({row.order_no for row in rows}))
        .where(receipt.c.kind.in_([*KIND_OF_LIST.values(), "tax_bill"]), receipt.c.key.in_({row.key for row in rows}))
        .where(or_(receipt.c.return_status.in_(requested), receipt.c.code.in_(requested)))
    ).all()
    codes = {text for row in received for text in row}
    return [text for text in requested if text in codes]


def given_about_requests(connection: Connection, sandbox: str, found: WithNumber, wanted: Iterable[str]) -> list[str]:
    """Return the `wanted` statuses, or receipt types, that the requests or notes with a number have received: customs
    files them under the number at which they are matched, or under the order of their list."""
    places = {row.order_no for row in (*found.requests, *found.rows)}
    keys = {(row.kind, row.key) for row in found.requests}
    columns = receipt.c["return_status", "code", "kind", "key"]
    rows = connection.execute(
        select(*columns).distinct().where(receipt.c.sandbox == sandbox, receipt.c.order_no.in_(places))
    )
    codes = {text for row in rows if (row.kind, row.key) in keys for text in (row.return_status, row.code)}
    return [text for text in wanted if text in codes]


def state_of(connection: Connection, sandbox: str) -> tuple[bool, float | None]:
    """Return whether a sandbox has neither pending work nor an open request to a platform, and if so the seconds until
    its running clock reaches the next deadline (None: never)."""
    clock = sandboxes.find(connection, sandbox).clock
    if dispatch.open_deliveries(connection, sandbox) or payment_requests.under_way(connection, sandbox, system_now()):
        return False, None
    due = dispatch.next_due(connection, sandbox)
    if due is None or (clock.kind != "system" and not clock.rate):
        return True, None
    rate = 1.0 if clock.kind == "system" else float(clock.rate)
    return True, (due - clock.now(system_now())) / rate / 1_000


def wait_until_final(at: Ports, look: Callable[[float], Snapshot], seconds: int) -> Snapshot:
    """Call `look` with the seconds that are left, until its result is final or they are over, and return that.

    Raises `Problem` if too many clients wait already."""
    disconnected = request.environ.get("waitress.client_disconnected", bool)
    acquired = at.waiting.acquire(blocking=False)
    until = monotonic() + (seconds if acquired else 0)
    try:
        while True:
            seen = at.changes.generation if at.changes else 0
            is_over = disconnected() or (at.changes is not None and at.changes.closing)
            remaining = 0.0 if is_over else max(0.0, until - monotonic())
            result = look(remaining)
            if result.is_final(remaining):
                return result
            if not acquired:
                meters.count("http_turned_away", 1, "polls")
                raise problem(
                    "too-many-waits", seconds=RETRY_AFTER_SECONDS, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
                )
            if remaining <= 0:
                return result
            _nap_seconds(at, seen, min(MAX_NAP_SECONDS, remaining))
    finally:
        if acquired:
            at.waiting.release()


def _nap_seconds(at: Ports, seen: int, seconds: float) -> None:
    if at.changes is None:
        Event().wait(seconds)
    else:
        at.changes.wait_for_change(seen, seconds)
