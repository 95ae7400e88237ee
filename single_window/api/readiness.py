"""Checks whether a window is ready for work, with one check for each requirement. A check that did not finish fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from typing import NamedTuple

from sqlalchemy import text

from declarations.calendar import utc_text
from single_window import __version__
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.intake.admission_queue import AdmissionQueue
from single_window.language.phrases import phrase
from single_window.language.words import Words
from single_window.messaging.wakeups import CONNECTED, LOOKED
from single_window.observe import liveness
from single_window.settings import without_password
from single_window.store import leases, migrate
from single_window.store.depths import depths, oldest
from single_window.store.engine import reading
from single_window.store.failures import DatabaseDamaged, reason_of
from single_window.work.runtime import Runtime

RETRY_AFTER_SECONDS = 5
"""Value of Retry-After while not ready."""
TIMEOUT_SECONDS = 3.0
"""Maximum seconds for all checks together."""
UNATTENDED_SECONDS, UNATTENDED_AGAIN_SECONDS = 10.0, 1.0
"""Seconds that a delivery may wait while nobody works on its queue, and seconds until that is looked at again."""
UNWRITABLE_SECONDS = 15.0
"""Seconds after a failed commit for which the database counts as not writable."""


_never_set = Event()


class NotReady(Exception):
    """A check's reason to fail."""


class Check(NamedTuple):
    """A requirement, whether it is met, and a description; for a failed check, with the reason."""

    name: str
    passed: bool
    words: Words


class Checkup:
    """The checks of a context, its admission queue and its worker (`runtime`; None: in another process)."""

    def __init__(
        self, context: Context, admission: AdmissionQueue, runtime: Runtime | None, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._checks: dict[str, Callable[[], None]] = {
            "database": lambda: _answers(context),
            "revision": lambda: _newest(context),
            "writing": lambda: _writable(context, admission),
            "broker": lambda: _check_connection(context),
            "admission": lambda: _accepting(admission),
            "progress": lambda: _progressing(context),
        }
        if runtime is not None:
            self._checks["worker"] = lambda: _working(runtime)
        self._wakeups, self._timeout = context.wakeups, timeout
        self._lock = Lock()
        self._running: tuple[Thread, dict[str, Check]] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the checks."""
        return tuple(self._checks)

    def look(self, excluded: Iterable[str] = ()) -> list[Check]:
        """Run all checks except `excluded`; concurrent callers share the result and wait at most the timeout."""
        thread, checks = self._begun()
        thread.join(self._timeout)
        skipped = set(excluded)
        return [
            checks.get(name) or failed_check(name, phrase("check", "unfinished"))
            for name in self._checks
            if name not in skipped
        ]

    def _begun(self) -> tuple[Thread, Mapping[str, Check]]:
        with self._lock:
            if self._running is None or not self._running[0].is_alive():
                checks: dict[str, Check] = {}
                thread = Thread(target=self._run, args=(checks,), name="checkup", daemon=True)
                self._running = thread, checks
                thread.start()
            return self._running

    def _run(self, checks: dict[str, Check]) -> None:
        # RabbitMQ reports a lack of disk space or memory only to publishers
        self._wakeups.wake(LOOKED)
        for name, check in self._checks.items():
            try:
                check()
                checks[name] = Check(name, True, phrase("check", name))
            except Exception as error:
                is_explained = isinstance(error, NotReady | DatabaseDamaged)
                reason = without_password(str(error) if is_explained else reason_of(error))
                checks[name] = failed_check(name, Words(reason, reason))


def alive() -> dict[str, object]:
    """Return the JSON object of the liveness answer."""
    return {"status": "alive", "version": __version__}


def report(checks: Sequence[Check], excluded: Iterable[str] = ()) -> dict[str, object]:
    """Return the checks as JSON object; `excluded` are the names of omitted checks."""
    passed = all(check.passed for check in checks)
    return {
        "status": "ready" if passed else "not ready",
        "excluded": list(excluded),
        "checks": [
            {"name": check.name, "passed": check.passed, "zh": check.words.zh, "en": check.words.en} for check in checks
        ],
    }


def failed_check(name: str, reason: Words) -> Check:
    """Return a failed check with its reason."""
    words = phrase("check", name)
    return Check(name, False, Words(f"{words.zh}：否（{reason.zh}）", f"{words.en}: no ({reason.en})"))


def _answers(context: Context) -> None:
    with reading(context.engine) as connection:
        connection.execute(text("SELECT 1")).scalar_one()


def _newest(context: Context) -> None:
    migrate.check(migrate.revision_status(context.settings.database_url), context.settings.database_url)


def _writable(context: Context, admission: AdmissionQueue) -> None:
    """Raise `NotReady` if the database is not writable, by the status of file or server and of the last commit; nothing
    is written."""
    failed = admission.unwritable
    if failed is not None and monotonic() - failed.at < UNWRITABLE_SECONDS:
        raise NotReady(failed.reason)
    if context.engine.dialect.name == "sqlite":
        _writable_file(context.engine.url.database)
        return
    with reading(context.engine) as connection:
        if connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on":
            raise NotReady("the server is read-only")


def _writable_file(database: str | None) -> None:
    file = Path(database or "")
    for place in (file, file.parent) if database else ():
        if not os.access(place, os.W_OK):
            raise NotReady(f"{place} is not writable")


def _check_connection(context: Context) -> None:
    if context.wakeups.state != CONNECTED:
        raise NotReady(f"{context.wakeups.state}; {context.wakeups.reason}".rstrip("; "))


def _accepting(admission: AdmissionQueue) -> None:
    if not admission.accepting:
        raise NotReady("the window is closing, or its admission has died")


def _progressing(context: Context) -> None:
    """Raise `NotReady` for a queue whose workers have all been busy with a batch for more than half of its deadline, or
    on which nobody works."""
    _demand_workers(context)
    now, allowed = system_now(), 500 * context.settings.work_deadline
    with reading(context.engine) as connection:
        claims = leases.active(connection)
    moving = {claim.queue for claim in claims if now - claim.since < allowed}
    for claim in claims:
        if claim.queue not in moving:
            raise NotReady(
                f"{liveness.readable(claim.worker)} has been at {len(claim.deliveries)} deliveries of {claim.queue} "
                f"since {utc_text(claim.since)}, the first of them {claim.deliveries[0]}"
            )


def _demand_workers(context: Context) -> None:
    """Raise `NotReady` for a queue with a delivery that has waited for long, while no process works on any."""
    first = _unattended(context)
    if first:
        _never_set.wait(UNATTENDED_AGAIN_SECONDS)  # between two batches a queue has no lease for a moment
    for queue, (waiting, number) in _unattended(context).items() if first else ():
        if first.get(queue, (0, 0))[1] == number:
            raise NotReady(
                f"no process works on {queue}: {waiting} deliveries wait for longer than {UNATTENDED_SECONDS:.0f} s, "
                f"the first of them {number}; start single-window work"
            )


def _unattended(context: Context) -> dict[str, tuple[int, int]]:
    """Queue without a lease → (number of deliveries that wait for long, the id of the oldest)."""
    now = system_now()
    before = now - int(1_000 * UNATTENDED_SECONDS)
    with reading(context.engine) as connection:
        late = [depth for depth in depths(connection, now, before) if depth.state == "ready" and depth.late]
        at_work = {lease.queue for lease in leases.active(connection)} if late else set()
        return {
            depth.queue: (depth.late, oldest(connection, False, depth.queue, before, 1)[0])
            for depth in late
            if depth.queue not in at_work
        }


def _working(runtime: Runtime) -> None:
    if not runtime.alive:
        raise NotReady("it has ended")
