"""Group commit: readings of many threads are admitted together by one of them, and answered after its commit.

A thread that comes alone admits its own reading; what comes meanwhile is admitted together by a thread of the queue.

A group that fails is retried one by one, so that no message fails because of another. When the database cannot be
written, or the outcome of a commit is unknown, all that wait are answered to send again, which is always safe.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Condition, Lock, Thread
from traceback import format_exc
from typing import NamedTuple, Protocol

import structlog

from single_window.clock import monotonic
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.reading import Reading
from single_window.observe import steps as observing
from single_window.store.failures import code_of, is_contention, is_transient, reason_of
from single_window.store.numbering import Exhausted, Numbering

log = structlog.get_logger(__name__)
MOST = 500
"""Readings in one commit at most."""
PATIENCE = 45.0
"""Seconds that a channel waits for the commit: longer than the database waits for its lock."""
ATTEMPTS = 3
"""How often a commit is tried that conflicts with another process, which had admitted the same, or locked it."""


OLDEST = 1.0
"""Seconds that the oldest reading may have waited when another is taken: that one would wait for longer still."""
STALE = 1.5
"""Seconds after which a reading is not admitted any more, but answered: its sender has perhaps sent it again."""


class NotAccepting(Exception):
    """Nothing can be admitted now: do not take it as accepted. `retry_after`: seconds after which to send it again."""

    permanent = False

    def __init__(self, why: str, retry_after: int = 5) -> None:
        super().__init__(why)
        self.retry_after = retry_after


TOO_MUCH, SOON = "more comes than can be committed", 2
"""The answer while the queue is too old, and the seconds after which to send again."""


class _QueuedReading(NamedTuple):
    sandbox: str
    channel: str
    reading: Reading
    answer: Future[AdmissionAnswer]
    since: float


class FailedCommit(NamedTuple):
    """A commit that failed: when, in seconds that never go back, and why."""

    at: float
    reason: str


class Admits(Protocol):
    """The window to which a queue admits."""

    numbering: Numbering

    def admit(self, sandbox: str, readings: Sequence[Reading], channel: str) -> list[AdmissionAnswer]:
        """Archive and file what was read, in one commit; gives an answer for each reading."""
        ...


class AdmissionQueue:
    """Admits for all channels of a process. `start` and `stop` once each."""

    def __init__(self, window: Admits) -> None:
        self._window = window
        self._queue: deque[_QueuedReading] = deque()
        self._in_hand: _QueuedReading | None = None
        self._changed, self._leading = Condition(), Lock()
        self._open = False
        self._thread = Thread(target=self._run, name="admission", daemon=True)
        self.unwritable: FailedCommit | None = None
        """The last commit, if the database could not be reached or written: what comes now may well meet the same."""

    def start(self) -> AdmissionQueue:
        """Begin to admit."""
        self._open = True
        self._thread.start()
        return self

    def stop(self) -> None:
        """Admit what waits, then end; what comes later is answered that nothing is accepted."""
        with self._changed:
            was_open, self._open = self._open, False
            self._changed.notify()
        if was_open:
            self._thread.join()
            with self._leading:
                """The thread that leads now has finished."""

    @property
    def accepting(self) -> bool:
        """True if it admits what comes."""
        return self._open and self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """Readings that wait for the next commit."""
        return len(self._queue)

    def admit(self, sandbox: str, channel: str, reading: Reading) -> AdmissionAnswer:
        """Wait until a reading is archived and committed, and give its answer; raises `NotAccepting`."""
        answer, alone = self._put(sandbox, channel, reading)
        if alone and self._leading.acquire(blocking=False):
            try:
                self._lead()
            finally:
                self._leading.release()
                self._wake()
        try:
            return answer.result(PATIENCE)
        except TimeoutError:
            raise NotAccepting("the database is busy") from None

    def offer(self, sandbox: str, channel: str, reading: Reading) -> Future[AdmissionAnswer]:
        """Have a reading admitted; its answer comes after the commit, or a `NotAccepting`, which this too may raise."""
        answer, _ = self._put(sandbox, channel, reading)
        self._wake()
        return answer

    def _put(self, sandbox: str, channel: str, reading: Reading) -> tuple[Future[AdmissionAnswer], bool]:
        """Have a reading wait for the next leading thread; gives its answer to come, and whether nothing waited
        before."""
        answer: Future[AdmissionAnswer] = Future()
        with self._changed:
            if not self._open:
                raise NotAccepting("the window is closing")
            now, oldest = monotonic(), self._in_hand or (self._queue[0] if self._queue else None)
            if oldest is not None and now - oldest.since > OLDEST:
                raise NotAccepting(TOO_MUCH, SOON)
            alone = not self._queue
            self._queue.append(_QueuedReading(sandbox, channel, reading, answer, now))
        return answer, alone

    def _wake(self) -> None:
        """Have the queue's thread lead where something waits."""
        with self._changed:
            if self._queue:
                self._changed.notify()

    def _run(self) -> None:
        while self._wait_for_work():
            with self._leading:
                self._lead()

    def _wait_for_work(self) -> bool:
        """Wait until something waits; False: nothing does, and nothing comes any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or not self._open)
            return bool(self._queue)

    def _lead(self) -> None:
        """Admit what waits, as much as one commit takes, in a commit for each sandbox and channel."""
        group = self._gathered()
        try:
            for (sandbox, channel), waiting in _by_place(group).items():
                self._admit(sandbox, channel, waiting)
        finally:
            self._in_hand = None
            for entry in group:
                if not entry.answer.done():  # an unexpected error: those that wait must be answered all the same
                    entry.answer.set_exception(NotAccepting("what was to be admitted could not be"))

    def _gathered(self) -> list[_QueuedReading]:
        """The readings that wait by now, as much as one commit takes. Those that have waited too long are answered
        instead."""
        with self._changed:
            taken = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
            latest = monotonic() - STALE
            group = [entry for entry in taken if entry.since >= latest]
            self._in_hand = group[0] if group else None
        if len(group) < len(taken):
            log.warning("admission.late", messages=len(taken) - len(group))
        for entry in taken:
            if entry.since < latest:
                entry.answer.set_exception(NotAccepting(TOO_MUCH, SOON))
        return group

    def _admit(self, sandbox: str, channel: str, waiting: Sequence[_QueuedReading]) -> None:
        try:
            answers = self._admitted(sandbox, channel, [entry.reading for entry in waiting])
        except Exception as error:
            if is_transient(error):
                self.unwritable = FailedCommit(monotonic(), reason_of(error))
                _refuse(waiting, reason_of(error))
            else:
                self._apart(sandbox, channel, waiting, error)
        else:
            self.unwritable = None
            observing.waited(monotonic() - entry.since for entry in waiting)
            for entry, answer in zip(waiting, answers, strict=True):
                entry.answer.set_result(answer)

    def _admitted(self, sandbox: str, channel: str, readings: Sequence[Reading]) -> list[AdmissionAnswer]:
        failures = 0
        while True:
            try:
                return self._window.admit(sandbox, readings, channel)
            except Exhausted as short:
                # the worker took numbers between the setting aside and the taking; nothing was written
                self._window.numbering.ensure(short.sandbox, short.name, 4 * short.count + 4_000)
            except Exception as error:
                failures += 1
                if failures == ATTEMPTS or not is_contention(error) or code_of(error) == "SQLITE_BUSY":
                    raise
                log.info("admission.again", sandbox=sandbox, messages=len(readings), reason=reason_of(error))

    def _apart(self, sandbox: str, channel: str, waiting: Sequence[_QueuedReading], error: Exception) -> None:
        if len(waiting) > 1:
            for entry in waiting:
                self._admit(sandbox, channel, [entry])
            return
        log.error("admission.failed", sandbox=sandbox, reason=repr(error)[:300], traceback=format_exc())
        waiting[0].answer.set_exception(error)


def _refuse(waiting: Sequence[_QueuedReading], reason: str) -> None:
    """The database cannot be reached or written: nothing of this is accepted, and all of it may be sent again."""
    log.error("admission.unwritable", messages=len(waiting), reason=reason)
    for entry in waiting:
        entry.answer.set_exception(NotAccepting(f"the database cannot be written: {reason}"))


def _by_place(group: Sequence[_QueuedReading]) -> dict[tuple[str, str], list[_QueuedReading]]:
    places: dict[tuple[str, str], list[_QueuedReading]] = {}
    for entry in group:
        places.setdefault((entry.sandbox, entry.channel), []).append(entry)
    return places
