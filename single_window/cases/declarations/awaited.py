"""Waits until a declaration was given a status: woken by others, as long as something can still come of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import Connection, or_, select

from gateways.customs.outcome import LIST
from single_window.cases.declarations.answers import DeclarationsOut
from single_window.clock import monotonic, system_now
from single_window.frame.http.ports import PREFIX, Ports
from single_window.frame.http.problems import problem
from single_window.observe.metrics import meters
from single_window.store import payment_requests, sandboxes
from single_window.store.tables import receipt
from single_window.work import dispatch

NAP = 1.0
"""Seconds between two queries at the most: the client may have gone, and a change gone unnoticed."""
AGAIN = 2
"""Retry-After, in seconds, where too many wait."""


class Look(NamedTuple):
    """The state at a moment: the answer (None: nothing has the number), which of the statuses were given, and if only a
    clock or a person can move anything on."""

    answer: DeclarationsOut | None
    given: list[str]
    settled: bool
    next_due: float | None
    """Seconds until the sandbox's clock reaches its next deadline by itself; None: it does not."""

    def rests(self, seconds: float) -> bool:
        """True if something is there that nothing will change within so many seconds unless somebody acts."""
        return self.answer is not None and self.settled and (self.next_due is None or self.next_due > seconds)


def may_wait(path: str, query: str) -> bool:
    """True if a GET of this path and query may wait here; an escaped query may spell it in other letters."""
    return path.startswith(f"{PREFIX}/declarations/") and ("wait_for" in query or "%" in query)


def given(connection: Connection, sandbox: str, rows: Sequence[Any], wanted: Iterable[str]) -> list[str]:
    """Those of these statuses, or types of receipts such as 816, that were given for declarations."""
    requested = list(wanted)
    if not rows:
        return []
    received = connection.execute(
        select(receipt.c.return_status, receipt.c.code)
        .distinct()
        .where(
            receipt.c.sandbox == sandbox,
            receipt.c.order_no.in_({row.order_no for row in rows}),
            receipt.c.kind.in_([*LIST.values(), "tax_bill"]),
            receipt.c.key.in_({row.key for row in rows}),
            or_(receipt.c.return_status.in_(requested), receipt.c.code.in_(requested)),
        )
    ).all()
    codes = {text for row in received for text in row}
    return [text for text in requested if text in codes]


def state_of(connection: Connection, sandbox: str) -> tuple[bool, float | None]:
    """The state of a sandbox's work: if none is open and no platform is about to answer, and in how many seconds its
    clock comes to the next deadline by itself."""
    clock = sandboxes.find(connection, sandbox).clock
    idle = not (
        dispatch.open_deliveries(connection, sandbox) or payment_requests.under_way(connection, sandbox, system_now())
    )
    due = dispatch.next_due(connection, sandbox)
    if due is None or (clock.kind != "system" and not clock.rate):
        return idle, None
    rate = 1.0 if clock.kind == "system" else float(clock.rate)
    return idle, (due - clock.now(system_now())) / rate / 1_000


def wait(at: Ports, look: Callable[[], Look], seconds: int) -> Look:
    """The first result with a status, or for which nothing will come within these seconds unless a clock is moved or a
    person acts; else the last result. Raises `Problem` where too many wait already."""
    gone = request.environ.get("waitress.client_disconnected", bool)
    waits = at.waiting.acquire(blocking=False)
    until = monotonic() + (seconds if waits else 0)
    try:
        while True:
            seen = at.changes.generation if at.changes else 0
            result, left = look(), until - monotonic()
            if result.given or result.rests(left):
                return result
            if not waits:
                meters.count("http_turned_away", 1, "polls")
                raise problem("too-many-waits", seconds=AGAIN, headers={"Retry-After": str(AGAIN)})
            if left <= 0 or gone() or (at.changes is not None and at.changes.closing):
                return result
            _nap(at, seen, min(NAP, left))
    finally:
        if waits:
            at.waiting.release()


def _nap(at: Ports, seen: int, seconds: float) -> None:
    if at.changes is None:
        Event().wait(seconds)
    else:
        at.changes.wait_for_change(seen, seconds)
