"""Budgets of calls: bytes of the body, the kind of thread, the number at a time (`budgets.csv`).

A call that stands in no row, such as a page, has the budget of an ordinary request."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from io import StringIO
from threading import BoundedSemaphore
from typing import NamedTuple

from flask import Flask, g, request

from single_window.frame.http.problems import problem
from single_window.observe.metrics import meters

REQUEST_BYTES = 2_000_000
"""Bytes of a request that carries no message: the longest list of numbers that one names."""
COMPUTED_BYTES = 32_768
"""Bytes of messages up to which a call that computes does so in its own thread: a fraction of a second at most."""
AGAIN = 2
"""Retry-After, in seconds, where too many make the same call."""
THREAD, PROCESS, POLL, CLOCK = "thread", "process", "poll", "clock"
NOTHING = "nothing"


class Budget(NamedTuple):
    """The budget of one call. `body`: nothing, request (2 MB), message (the window's cap) or form; `runs`: thread (of
    those that answer), poll, clock (a thread for as long as a clock moves) or process (one with limits, if it is
    large); `at_once`: calls at a time in each process of the window; `seconds`: of waiting or processor time, 0: none
    beyond what `bounded_by` says."""

    method: str
    path: str
    body: str
    runs: str
    at_once: int
    seconds: int
    bounded_by: str


@cache
def every() -> dict[tuple[str, str], Budget]:
    """The budgets, by method and path of the call."""
    rows = csv.DictReader(StringIO(files("single_window.frame.http").joinpath("budgets.csv").read_text("utf-8")))
    budgets = [
        Budget(**{**row, "at_once": int(row["at_once"]), "seconds": int(row["seconds"])})  # type: ignore[arg-type]
        for row in rows
    ]
    return {(budget.method, budget.path): budget for budget in budgets}


def current() -> Budget | None:
    """The budget of the current request; None: it is no call of the API."""
    rule = request.url_rule
    method = "GET" if request.method == "HEAD" else request.method
    return every().get((method, rule.rule)) if rule is not None else None


def computes(path: str) -> bool:
    """True if a POST to this path is computed in a process with limits, if it is large."""
    return ("POST", path) in every() and every()["POST", path].runs == PROCESS


def install(app: Flask, threads: int) -> None:
    """Refuse calls above their number at a time, as far as that is less than the threads that answer."""
    rooms = {
        key: BoundedSemaphore(budget.at_once)
        for key, budget in every().items()
        if (budget.runs == THREAD or (budget.runs, budget.body) == (PROCESS, NOTHING)) and budget.at_once < threads
    }

    @app.before_request
    def _enter() -> None:
        budget = current()
        room = rooms.get((budget.method, budget.path)) if budget is not None else None
        if room is None or budget is None:
            return
        if not room.acquire(blocking=False):
            meters.count("http_turned_away", 1, "calls")
            raise problem(
                "too-many-at-once",
                path=budget.path,
                most=budget.at_once,
                seconds=AGAIN,
                headers={"Retry-After": str(AGAIN)},
            )
        g.room = room

    @app.teardown_request
    def _leave(error: BaseException | None) -> None:
        if (room := g.pop("room", None)) is not None:
            room.release()
