"""Group commit: readings of many threads are admitted together by one thread, and answered after its commit.

What a group cannot do is tried one by one, so that nobody's message spoils another's. When the database cannot be
written, everybody waiting is told so: nothing was accepted, and sending again is safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from traceback import format_exc
from typing import NamedTuple

import structlog
from sqlalchemy.exc import OperationalError

from single_window.admission import Admitted
from single_window.numbering import Exhausted
from single_window.reading import Reading
from single_window.wiring import Window

log = structlog.get_logger(__name__)
MOST = 500
"""Readings in one commit at most."""
PATIENCE = 45.0
"""Seconds that a channel waits for the commit: longer than the database waits for its lock."""


class NotAccepting(Exception):
    """Nothing can be admitted now; nothing was. `retry_after`: seconds after which to send again."""

    permanent = False

    def __init__(self, why: str, retry_after: int = 5) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class _Waiting(NamedTuple):
    sandbox: str
    channel: str
    reading: Reading
    answer: Future[Admitted]


class AdmissionQueue:
    """Admits for all channels of a process. `start` and `stop` once each."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._lock = Lock()
        self._open = False
        self._thread = Thread(target=self._run, name="admission", daemon=True)

    def start(self) -> AdmissionQueue:
        """Begin to admit."""
        self._open = True
        self._thread.start()
        return self

    def stop(self) -> None:
        """Admit what waits, then end; what comes later is told that nothing is accepted."""
        with self._lock:
            was_open, self._open = self._open, False
            if was_open:
                self._queue.put(None)
        if was_open:
            self._thread.join()

    @property
    def waiting(self) -> int:
        """Readings that wait for the next commit."""
        return self._queue.qsize()

    def admit(self, sandbox: str, channel: str, reading: Reading) -> Admitted:
        """Wait until a reading is archived and committed, and give its answer; raises `NotAccepting`."""
        answer: Future[Admitted] = Future()
        with self._lock:
            if not self._open:
                raise NotAccepting("the window is closing")
            self._queue.put(_Waiting(sandbox, channel, reading, answer))
        try:
            return answer.result(PATIENCE)
        except TimeoutError:
            raise NotAccepting("the database is busy") from None

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = self._gather(first)
            for (sandbox, channel), waiting in _by_place(group).items():
                self._admit(sandbox, channel, waiting)
            if last:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Everything that waits by now, and whether the end was among it."""
        group = [first]
        while len(group) < MOST:
            try:
                following = self._queue.get_nowait()
            except Empty:
                break
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _admit(self, sandbox: str, channel: str, waiting: Sequence[_Waiting]) -> None:
        try:
            answers = self._admitted(sandbox, channel, [one.reading for one in waiting])
        except OperationalError as error:
            log.error("admission.unwritable", sandbox=sandbox, messages=len(waiting), reason=str(error.orig)[:300])
            for one in waiting:
                one.answer.set_exception(NotAccepting(f"the database cannot be written: {error.orig}"))
        except Exception as error:
            self._apart(sandbox, channel, waiting, error)
        else:
            for one, answer in zip(waiting, answers, strict=True):
                one.answer.set_result(answer)

    def _admitted(self, sandbox: str, channel: str, readings: Sequence[Reading]) -> list[Admitted]:
        while True:
            try:
                return self._window.admit(sandbox, readings, channel)
            except Exhausted as short:
                # the worker took numbers between the setting aside and the taking; nothing was written
                self._window.numbering.ensure(short.sandbox, short.name, 4 * short.count + 4_000)

    def _apart(self, sandbox: str, channel: str, waiting: Sequence[_Waiting], error: Exception) -> None:
        if len(waiting) > 1:
            for one in waiting:
                self._admit(sandbox, channel, [one])
            return
        log.error("admission.failed", sandbox=sandbox, reason=repr(error)[:300], traceback=format_exc())
        waiting[0].answer.set_exception(error)


def _by_place(group: Sequence[_Waiting]) -> dict[tuple[str, str], list[_Waiting]]:
    places: dict[tuple[str, str], list[_Waiting]] = {}
    for one in group:
        places.setdefault((one.sandbox, one.channel), []).append(one)
    return places
