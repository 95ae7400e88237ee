"""Limits of HTTP calls from `budgets.csv`: size of the body, kind of thread, number of concurrent calls.

What is not listed has the limits of its method."""

from __future__ import annotations

import csv
from functools import cache
from io import StringIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import NamedTuple

from flask import Flask, g, request

from single_window.frame.http.problems import problem
from single_window.observe.metrics import meters

REQUEST_BYTES = 2_000_000
"""Maximum size of a request without a message: enough for the longest list of numbers."""
FILES_BYTES = 10_200_000
"""Maximum size of a request with files: a file of 10 MB, or several together, and the form around them."""
COMPUTED_BYTES = 32_768
"""Maximum size of messages that are computed in the request's thread, within a fraction of a second."""
RETRY_AFTER_SECONDS = 2
"""Value of Retry-After for too many concurrent calls."""
THREAD, PROCESS, POLL, CLOCK = "thread", "process", "poll", "clock"
NOTHING, FILES = "nothing", "files"


class Budget(NamedTuple):
    """The limits of one call. `body`: nothing, request (2 MB), files (10 MB), message (the window's cap) or form.
    `runs`: thread (of the answering pool), poll, clock (a thread for as long as a clock moves) or process (with limits,
    for large bodies). `at_once`: concurrent calls in each process of the window; limited here if fewer than
    its answering threads. That of polls is the setting `polls`. `seconds`: maximum waiting or processor time, as
    `bounded_by` says, where the call itself limits it; 0: only limited by `bounded_by`. Calls a minute of a key are
    the setting `calls_per_minute`."""

    method: str
    path: str
    body: str
    runs: str
    at_once: int
    seconds: int
    bounded_by: str


@cache
def all_budgets() -> dict[tuple[str, str], Budget]:
    """Return the limits by (method, path) of the call."""
    rows = csv.DictReader(StringIO(Path(__file__).parent.joinpath("budgets.csv").read_text("utf-8")))
    budgets = [
        Budget(**{**row, "at_once": int(row["at_once"]), "seconds": int(row["seconds"])})  # type: ignore[arg-type]
        for row in rows
    ]
    return {(budget.method, budget.path): budget for budget in budgets}


def current_budget() -> Budget | None:
    """Return the limits of the current request; None: no call or page has its path."""
    rule = request.url_rule
    method = "GET" if request.method == "HEAD" else request.method
    return budget_of(method, rule.rule) if rule is not None else None


_ORDINARY = {"GET": NOTHING, "DELETE": NOTHING, "POST": "request", "PUT": "request", "PATCH": "request"}


@cache
def budget_of(method: str, path: str) -> Budget:
    """Return the limits of a call or page: its row, or else what its method allows."""
    return all_budgets().get((method, path)) or ordinary(method, path)


def ordinary(method: str, path: str) -> Budget:
    """Return the limits of a call or page that has no row."""
    return Budget(method, path, _ORDINARY.get(method, NOTHING), THREAD, 16, 0, "rows found by an index")


def max_bytes(budget: Budget | None) -> int:
    """Return the maximum size of a request without a message."""
    return FILES_BYTES if budget is not None and budget.body == FILES else REQUEST_BYTES


def computes(path: str) -> bool:
    """True if a large POST to this path is computed in a process with resource limits."""
    return ("POST", path) in all_budgets() and all_budgets()["POST", path].runs == PROCESS


def install(app: Flask, threads: int) -> None:
    """Refuse calls above their number of concurrent calls, if it is less than the number of answering threads."""
    semaphores = {
        key: BoundedSemaphore(budget.at_once)
        for key, budget in all_budgets().items()
        if (budget.runs == THREAD or (budget.runs, budget.body) == (PROCESS, NOTHING)) and budget.at_once < threads
    }

    @app.before_request
    def _enter() -> None:
        budget = current_budget()
        semaphore = semaphores.get((budget.method, budget.path)) if budget is not None else None
        if semaphore is None or budget is None:
            return
        if not semaphore.acquire(blocking=False):
            meters.count("http_turned_away", 1, "calls")
            raise problem(
                "too-many-at-once",
                path=budget.path,
                most=budget.at_once,
                seconds=RETRY_AFTER_SECONDS,
                headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
            )
        g.semaphore = semaphore

    @app.teardown_request
    def _leave(error: BaseException | None) -> None:
        if (semaphore := g.pop("semaphore", None)) is not None:
            semaphore.release()
