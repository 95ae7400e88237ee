"""Verifies name and password, with growing pauses after failures.

Unknown names get the same answers, delays and locks as existing accounts.
"""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, Engine

from single_window.accounts import passwords, rows
from single_window.accounts.rows import ACCOUNT, ADDRESS, Account, Failures
from single_window.clock import system_now
from single_window.store.engine import reading, writing

log = structlog.get_logger(__name__)
FREE_FAILURES = 5
"""Consecutive failures before pauses begin."""
FREE_NAMES = 20
"""Number of different names with failures from one address before pauses begin for the address. Names are counted, so
that one user's mistyped password does not delay others at the address."""
MAX_PAUSE_SECONDS = 15 * 60
"""Longest pause."""
FORGET_AFTER_MS = 24 * 60 * 60 * 1_000
"""Milliseconds after the last failure until failures are forgotten."""
MAX_NAME_LENGTH = 40


class NotSignedIn(Exception):
    """Wrong name or password, or a disabled account; the message does not say which."""


class Locked(NotSignedIn):
    """Sign-ins are refused for a while after failures; the message gives the seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many sign-ins have failed; try again in {seconds} seconds.")
        self.seconds = seconds


def verify(engine: Engine, name: str, password: str, address: str = "") -> Account:
    """The account with this name and password; raises `NotSignedIn` or `Locked`.

    `address`: the client's address, whose failures are counted too; empty if unknown, as behind a proxy.
    """
    name = name.strip().casefold()[:MAX_NAME_LENGTH]
    with passwords.turn():
        now = system_now()
        with reading(engine) as connection:
            counted = _count_failures(connection, name, address[:100])
            account = rows.find(connection, name)
        if (seconds := _seconds_left(counted, now)) > 0:
            raise Locked(seconds)
        kept = "" if account is None or account.disabled_at else account.password
        fits = passwords.fits(password, kept)  # also for a name that nobody has: its answer takes as long
        if account is None or not fits:
            failures = _count_failure(engine, counted, now)
            log.warning("account.refused", account=name, address=address, failures=failures)
            raise NotSignedIn("Name and password do not fit together.")
        if counted[0].failures:
            with writing(engine) as connection:
                rows.forget_failures(connection, ACCOUNT, name)
    return account


def unlock(connection: Connection, name: str) -> None:
    """End the lock of a name."""
    rows.forget_failures(connection, ACCOUNT, name)


def pause(failures: int, free: int = FREE_FAILURES) -> int:
    """The pause in seconds after a number of failures: 0 for the free ones, then 1, 2, 4 … up to 900."""
    return 0 if failures < free else min(2 ** min(failures - free, 20), MAX_PAUSE_SECONDS)


def _count_failures(connection: Connection, name: str, address: str) -> list[Failures]:
    counted = [rows.failures(connection, ACCOUNT, name)]
    return [*counted, rows.failures(connection, ADDRESS, address)] if address else counted


def _seconds_left(counted: list[Failures], now: int) -> int:
    """Seconds until the next attempt is allowed."""
    return max(-((now - failures.locked_until) // 1_000) if failures.locked_until > now else 0 for failures in counted)


def _count_failure(engine: Engine, counted: list[Failures], now: int) -> int:
    """Count a failure for the name and the address, on current rows; returns the count of the name."""
    name, *address = counted
    with writing(engine) as connection:
        rows.forget_before(connection, now - FORGET_AFTER_MS)
        many = _add_failure(connection, name, FREE_FAILURES, now)
        for of in address if many == 1 else ():  # for an address, count each name once
            _add_failure(connection, of, FREE_NAMES, now)
    return many


def _add_failure(connection: Connection, counted: Failures, free: int, now: int) -> int:
    many = rows.add_failure(connection, counted.kind, counted.name, now)
    seconds = pause(many, free)
    rows.lock(connection, counted.kind, counted.name, now + seconds * 1_000 if seconds else 0)
    return many
