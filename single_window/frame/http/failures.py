"""Turns the exception with which a call ended into a problem: the caller reads it instead of a traceback."""

from __future__ import annotations

from functools import singledispatch
from traceback import format_exc

import structlog
from flask import request

from single_window.accounts.rights import Lacking
from single_window.frame.deciding import CONFLICTS
from single_window.frame.http import key_access
from single_window.frame.http.problems import Problem, problem
from single_window.intake.admission_queue import NotAccepting
from single_window.language.refusal import Refusal
from single_window.refused import Refused
from single_window.store.failures import DatabaseDamaged, is_transient, reason_of
from single_window.store.sandboxes import Resetting, UnknownSandbox
from single_window.work.resetting import AlreadyResetting

log = structlog.get_logger(__name__)
AGAIN, LONG = 5, 60
"""Retry-After, in seconds, when the database was not there, and when it is damaged."""
SOON = 1
"""Retry-After, in seconds, while a sandbox is being reset."""


@singledispatch
def problem_of(error: Exception) -> Problem:
    """The problem to answer with; an unexpected error is logged with its traceback."""
    called = {"path": request.path, "method": request.method}
    if is_transient(error):
        log.error("request.without_database", **called, reason=reason_of(error))
        return problem("database-away", reason=reason_of(error), seconds=AGAIN, headers=_retry(AGAIN))
    log.error("request.failed", **called, reason=repr(error)[:300], traceback=format_exc())
    return problem("internal")


@problem_of.register
def _(error: Problem) -> Problem:
    return error


@problem_of.register
def _(error: DatabaseDamaged) -> Problem:
    log.error("request.without_database", path=request.path, method=request.method, reason=error.reason)
    return problem("database-damaged", seconds=LONG, headers=_retry(LONG))


@problem_of.register
def _(error: Refused) -> Problem:
    return problem(error.code, headers=None, **error.values)


@problem_of.register
def _(error: Lacking) -> Problem:
    right, holders = error.right, error.holders
    named = {"right_zh": right.zh, "right_en": right.en, "holders_zh": holders.zh, "holders_en": holders.en}
    return problem("no-right", name=error.person.display or error.person.name, headers=None, **named)


@problem_of.register
def _(error: Refusal) -> Problem:
    code = "decision-conflict" if error.name in CONFLICTS else "decision-refused"
    return problem(code, reason_zh=error.words.zh, reason_en=error.words.en, found=error.name)


@problem_of.register
def _(error: UnknownSandbox) -> Problem:
    if key := key_access.current():
        return key_access.unknown_sandbox(key, error.name)
    return problem("unknown-sandbox", name=error.name, known=", ".join(error.known), path="X-Sandbox", found=error.name)


@problem_of.register
def _(error: Resetting) -> Problem:
    return problem("sandbox-resetting", name=error.name, seconds=SOON, headers=_retry(SOON))


@problem_of.register
def _(error: AlreadyResetting) -> Problem:
    return problem("already-resetting", reason=error, seconds=SOON, headers=_retry(SOON))


@problem_of.register
def _(error: NotAccepting) -> Problem:
    return problem("not-accepting", reason=error, seconds=error.retry_after, headers=_retry(error.retry_after))


def let_go(error: BaseException | None) -> None:
    """Give up what a handled exception holds: its traceback knows all that the call had in hand, such as its body.

    A request knows the exception that refused its path, and that knows the request: until Python searches for such
    cycles, which a quiet window does after hundreds of calls, their bodies would stay in memory.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _retry(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds)}
