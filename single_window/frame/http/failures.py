"""Maps the exceptions of calls to problems, which are answered instead of a traceback."""

from __future__ import annotations

from functools import singledispatch
from traceback import format_exc

import structlog
from flask import request

from single_window.accounts.rights import Lacking
from single_window.frame.deciding import CONFLICTS
from single_window.frame.http import key_access
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, problem
from single_window.intake.admission_queue import NotAccepting
from single_window.language.refusal import Refusal
from single_window.refused import Refused
from single_window.store.damage import suspect
from single_window.store.failures import DatabaseDamaged, is_damage, is_transient, reason_of
from single_window.store.sandboxes import Resetting, UnknownSandbox
from single_window.work.resetting import AlreadyResetting

log = structlog.get_logger(__name__)
UNAVAILABLE_SECONDS, DAMAGED_SECONDS = 5, 60
"""Values of Retry-After if the database is unavailable, and if it is damaged."""
RESETTING_SECONDS = 1
"""Value of Retry-After while a sandbox is being reset."""


@singledispatch
def problem_of(error: Exception) -> Problem:
    """Return the problem for an exception; an unexpected one is logged with its traceback, unless it comes from damage
    to the database."""
    called = {"path": request.path, "method": request.method}
    try:
        if is_damage(error) or not is_transient(error):
            suspect(ports().window.engine, error)
    except DatabaseDamaged as damaged:
        return problem_of(damaged)
    if is_transient(error):
        log.error("request.without_database", **called, reason=reason_of(error))
        return problem(
            "database-away", reason=reason_of(error), seconds=UNAVAILABLE_SECONDS, headers=_retry(UNAVAILABLE_SECONDS)
        )
    log.error("request.failed", **called, reason=repr(error)[:300], traceback=format_exc())
    return problem("internal")


@problem_of.register
def _(error: Problem) -> Problem:
    return error


@problem_of.register
def _(error: DatabaseDamaged) -> Problem:
    log.error("request.without_database", path=request.path, method=request.method, reason=error.reason)
    return problem("database-damaged", seconds=DAMAGED_SECONDS, headers=_retry(DAMAGED_SECONDS))


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
    if key := key_access.current_key():
        return key_access.unknown_sandbox(key, error.name)
    return problem("unknown-sandbox", name=error.name, known=", ".join(error.known), path="X-Sandbox", found=error.name)


@problem_of.register
def _(error: Resetting) -> Problem:
    return problem("sandbox-resetting", name=error.name, seconds=RESETTING_SECONDS, headers=_retry(RESETTING_SECONDS))


@problem_of.register
def _(error: AlreadyResetting) -> Problem:
    return problem("already-resetting", reason=error, seconds=RESETTING_SECONDS, headers=_retry(RESETTING_SECONDS))


@problem_of.register
def not_accepting(error: NotAccepting) -> Problem:
    """Return the problem for a message that was not accepted: it is to be sent again."""
    return problem("not-accepting", reason=error, seconds=error.retry_after, headers=_retry(error.retry_after))


def release_frames(error: BaseException | None) -> None:
    """Drop the tracebacks of a handled exception and its causes, whose frames refer to large objects such as the body.

    Request and routing exception refer to each other. Without this, bodies would stay in memory until Python's cycle
    collector runs, which takes hundreds of calls.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _retry(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds)}
