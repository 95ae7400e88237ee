"""Group commit: one thread admits the readings of many threads in one commit, then all are answered.

A thread that finds the queue empty admits its own reading; readings that arrive meanwhile are admitted as a group by
the queue's thread. A group that fails is retried one by one, so that no message fails because of another. If the
database cannot be written, or the result of a commit is unknown, clients are told to send again, which is always safe.
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
from single_window.message_limits import (
    COMMIT_ATTEMPTS,
    COMMIT_WAIT_SECONDS,
    QUEUE_AGE_SECONDS,
    READINGS_PER_COMMIT,
    STALE_MESSAGE_SECONDS,
)
from single_window.observe import steps as observing
from single_window.store.failures import code_of, is_contention, is_transient, reason_of
from single_window.store.numbering import Numbering

log = structlog.get_logger(__name__)


class NotAccepting(Exception):
    """The message was not accepted. `retry_after`: seconds after which to send it again."""

    permanent = False

    def __init__(self, why: str, retry_after: int = 5) -> None:
        super().__init__(why)
        self.retry_after = retry_after


TOO_MUCH, SOON = "more comes than can be committed", 2
"""The reason given while the queue is too old, and its `retry_after` in seconds."""


class _QueuedReading(NamedTuple):
    sandbox: str
    channel: str
    reading: Reading
    answer: Future[AdmissionAnswer]
    since: float


class FailedCommit(NamedTuple):
    """A failed commit; `at` in monotonic seconds."""

    at: float
    reason: str


class CommitsMessages(Protocol):
    """The window to which a queue admits."""

    numbering: Numbering

    def commit_messages(self, sandbox: str, channel: str, readings: Sequence[Reading]) -> list[AdmissionAnswer]:
        """Archive and file readings in one commit; returns an answer for each."""
        ...


class AdmissionQueue:
    """Admits readings for all channels of a process. Call `start` and `stop` once each."""

    def __init__(self, window: CommitsMessages) -> None:
        self._window = window
        self._queue: deque[_QueuedReading] = deque()
        self._in_hand: _QueuedReading | None = None
        self._changed, self._leading = Condition(), Lock()
        self._open = False
        self._thread = Thread(target=self._run, name="admission", daemon=True)
        self.unwritable: FailedCommit | None = None
        """The last commit, if it failed because the database was unreachable or unwritable."""

    def start(self) -> AdmissionQueue:
        """Start the queue's thread."""
        self._open = True
        self._thread.start()
        return self

    def stop(self) -> None:
        """Admit queued readings, then stop; later ones raise `NotAccepting`."""
        with self._changed:
            was_open, self._open = self._open, False
            self._changed.notify()
        if was_open:
            self._thread.join()
            with self._leading:
                pass  # a thread that leads a group has finished

    @property
    def accepting(self) -> bool:
        """True if new readings are admitted."""
        return self._open and self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """Number of queued readings."""
        return len(self._queue)

    def admit(self, sandbox: str, channel: str, reading: Reading) -> AdmissionAnswer:
        """Wait until a reading is committed, and return its answer; raises `NotAccepting`."""
        answer = self.admit_together(sandbox, channel, [reading])[0]
        if isinstance(answer, NotAccepting):
            raise answer
        return answer

    def admit_together(
        self, sandbox: str, channel: str, readings: Sequence[Reading]
    ) -> list[AdmissionAnswer | NotAccepting]:
        """Wait until readings are committed, together if possible; returns the answer for each, or why it was not
        accepted. Raises any other error of a commit."""
        try:
            answers, alone = self._put(sandbox, channel, readings)
        except NotAccepting as refused:
            return [refused] * len(readings)
        if alone and self._leading.acquire(blocking=False):
            try:
                self._lead()
            finally:
                self._leading.release()
                self._wake()
        until = monotonic() + COMMIT_WAIT_SECONDS
        return [_result(answer, until) for answer in answers]

    def offer(self, sandbox: str, channel: str, reading: Reading) -> Future[AdmissionAnswer]:
        """Queue a reading; the future gets its answer after the commit, or `NotAccepting`. May itself raise
        `NotAccepting`."""
        answers, _ = self._put(sandbox, channel, [reading])
        self._wake()
        return answers[0]

    def _put(
        self, sandbox: str, channel: str, readings: Sequence[Reading]
    ) -> tuple[list[Future[AdmissionAnswer]], bool]:
        """Queue readings for the next leading thread; returns (future answers, whether the queue was empty)."""
        answers: list[Future[AdmissionAnswer]] = [Future() for _ in readings]
        with self._changed:
            if not self._open:
                raise NotAccepting("the window is closing")
            now, oldest = monotonic(), self._in_hand or (self._queue[0] if self._queue else None)
            if oldest is not None and now - oldest.since > QUEUE_AGE_SECONDS:
                raise NotAccepting(TOO_MUCH, SOON)
            alone = not self._queue
            for reading, answer in zip(readings, answers, strict=True):
                self._queue.append(_QueuedReading(sandbox, channel, reading, answer, now))
        return answers, alone

    def _wake(self) -> None:
        """Wake the queue's thread if readings are queued."""
        with self._changed:
            if self._queue:
                self._changed.notify()

    def _run(self) -> None:
        while self._wait_for_work():
            with self._leading:
                self._lead()

    def _wait_for_work(self) -> bool:
        """Wait for a reading; False: the queue is empty and closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or not self._open)
            return bool(self._queue)

    def _lead(self) -> None:
        """Admit up to `READINGS_PER_COMMIT` queued readings, in one commit for each sandbox and channel."""
        group = self._dequeue()
        try:
            for (sandbox, channel), waiting in _by_channel(group).items():
                self._admit(sandbox, channel, waiting)
        finally:
            self._in_hand = None
            for entry in group:
                if not entry.answer.done():  # after an unexpected error waiting threads must still be answered
                    entry.answer.set_exception(NotAccepting("the message could not be admitted"))

    def _dequeue(self) -> list[_QueuedReading]:
        """Take up to `READINGS_PER_COMMIT` readings off the queue, and refuse those that have waited too long."""
        with self._changed:
            taken = [self._queue.popleft() for _ in range(min(READINGS_PER_COMMIT, len(self._queue)))]
            latest = monotonic() - STALE_MESSAGE_SECONDS
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
                self._retry_singly(sandbox, channel, waiting, error)
        else:
            self.unwritable = None
            observing.waited(monotonic() - entry.since for entry in waiting)
            for entry, answer in zip(waiting, answers, strict=True):
                entry.answer.set_result(answer)

    def _admitted(self, sandbox: str, channel: str, readings: Sequence[Reading]) -> list[AdmissionAnswer]:
        failures = 0
        while True:
            try:
                return self._window.commit_messages(sandbox, channel, readings)
            except Exception as error:
                failures += 1
                if failures == COMMIT_ATTEMPTS or not is_contention(error) or code_of(error) == "SQLITE_BUSY":
                    raise
                log.info("admission.again", sandbox=sandbox, messages=len(readings), reason=reason_of(error))

    def _retry_singly(self, sandbox: str, channel: str, waiting: Sequence[_QueuedReading], error: Exception) -> None:
        if len(waiting) > 1:
            for entry in waiting:
                self._admit(sandbox, channel, [entry])
            return
        log.error("admission.failed", sandbox=sandbox, reason=repr(error)[:300], traceback=format_exc())
        waiting[0].answer.set_exception(error)


def _result(answer: Future[AdmissionAnswer], until: float) -> AdmissionAnswer | NotAccepting:
    """Wait for an answer until an instant; returns why the message was not accepted, if it was not."""
    try:
        return answer.result(max(0.0, until - monotonic()))
    except TimeoutError:
        return NotAccepting("the database is busy")
    except NotAccepting as refused:
        return refused


def _refuse(waiting: Sequence[_QueuedReading], reason: str) -> None:
    """Answer readings with `NotAccepting`, because the database is unreachable or unwritable."""
    log.error("admission.unwritable", messages=len(waiting), reason=reason)
    for entry in waiting:
        entry.answer.set_exception(NotAccepting(f"the database cannot be written: {reason}"))


def _by_channel(group: Sequence[_QueuedReading]) -> dict[tuple[str, str], list[_QueuedReading]]:
    groups: dict[tuple[str, str], list[_QueuedReading]] = {}
    for entry in group:
        groups.setdefault((entry.sandbox, entry.channel), []).append(entry)
    return groups
