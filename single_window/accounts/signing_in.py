"""Checks whether somebody is whom he claims to be: by name and password, with pauses that grow as guesses fail.

A name without an account is answered like one with it, as slowly, and is locked like it.
"""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, Engine

from single_window.accounts import passwords, rows
from single_window.accounts.rows import ACCOUNT, ADDRESS, Account, Failures
from single_window.clock import system_now
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
FREE = 5
"""Failures in a row after which pauses begin."""
FREE_NAMES = 20
"""Names under which sign-ins from one address have failed, after which pauses begin for all of it: whoever mistypes
his own password, however often, keeps nobody else at his address waiting."""
LONGEST_PAUSE = 15 * 60
"""Seconds of the longest pause."""
FORGOTTEN = 24 * 60 * 60 * 1_000
"""Milliseconds after the last failure until it is forgotten."""
LONGEST_NAME = 40


class NotSignedIn(Exception):
    """Name and password do not fit together, or the account is disabled; the message does not say which."""


class Locked(NotSignedIn):
    """So many sign-ins failed that none is tried for a while; the message says for how many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many sign-ins have failed; try again in {seconds} seconds.")
        self.seconds = seconds


def verify(engine: Engine, name: str, password: str, address: str = "") -> Account:
    """The account of this name and password; raises `NotSignedIn` or `Locked`.

    `address`: the client's, whose failures are counted too; empty where it is not known, as behind a proxy.
    """
    name = name.strip().casefold()[:LONGEST_NAME]
    with passwords.turn():
        now = system_now()
        with reading(engine) as connection:
            counted = _counted(connection, name, address[:100])
            account = rows.find(connection, name)
        if (seconds := _left(counted, now)) > 0:
            raise Locked(seconds)
        kept = "" if account is None or account.disabled_at else account.password
        if account is None or not passwords.fits(password, kept):
            failures = _failed(engine, counted, now)
            log.warning("account.refused", account=name, address=address, failures=failures)
            raise NotSignedIn("Name and password do not fit together.")
        if counted[0].failures:
            with writing(engine) as connection:
                rows.forget_failures(connection, ACCOUNT, name)
    return account


def unlock(connection: Connection, name: str) -> None:
    """Let sign-ins under this name be tried at once again."""
    rows.forget_failures(connection, ACCOUNT, name)


def pause(failures: int, free: int = FREE) -> int:
    """Seconds without a try after so many failures: 0 while there are fewer than are free, then 1, 2, 4 … to 900."""
    return 0 if failures < free else min(2 ** min(failures - free, 20), LONGEST_PAUSE)


def _counted(connection: Connection, name: str, address: str) -> list[Failures]:
    counted = [rows.failures(connection, ACCOUNT, name)]
    return [*counted, rows.failures(connection, ADDRESS, address)] if address else counted


def _left(counted: list[Failures], now: int) -> int:
    """Seconds until the next try."""
    return max(-((now - failures.locked_until) // 1_000) if failures.locked_until > now else 0 for failures in counted)


def _failed(engine: Engine, counted: list[Failures], now: int) -> int:
    """Count a failure everywhere, on what others have counted by now; gives the count of the name."""
    with writing(engine) as connection:
        rows.forget_before(connection, now - FORGOTTEN)
        before, *address = [rows.failures(connection, failures.kind, failures.name) for failures in counted]
        # of an address names are counted, each once
        for failures, free in [(before, FREE), *((of, FREE_NAMES) for of in address if not before.failures)]:
            many = failures.failures + 1
            locked = now + pause(many, free) * 1_000 if pause(many, free) else 0
            rows.keep_failures(connection, Failures(failures.kind, failures.name, many, now, locked))
    return before.failures + 1
