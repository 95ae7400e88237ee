"""A process's worker: one thread that keeps the window working until it is stopped.

It finishes the current step before it ends; a step that raises is logged and retried after a growing pause.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Condition, Event, Lock, Thread
from traceback import format_exc
from typing import Any, Protocol

import structlog

from single_window.clock import monotonic
from single_window.store.failures import is_transient, reason_of

log = structlog.get_logger(__name__)
DUE_EVERY = 0.5
"""Seconds between two polls of the deadlines, and the longest sleep of an idle worker."""
BREATH, FEW = 0.05, 200
"""While messages keep coming in, the worker waits after a step of few deliveries for as long as that step took, so many
seconds at most: it never takes more than half of the time, and the more there is to do, the more the next step handles
together, at a fraction of the cost."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 15.0
"""Seconds of pause after a failed step; each further failure doubles them."""
LONGEST_OUTAGE = 2.0
"""The same while the database is away: a poll is cheap, and much may be waiting when it is back."""


class Workplace(Protocol):
    """The place at which a runtime works: a window, or a part of one."""

    @property
    def stirred(self) -> Event:
        """Set when something was filed here."""

    @property
    def finished(self) -> bool:
        """True if the last step has left nothing that is known to be ready."""

    def placed_elsewhere(self) -> bool:
        """True if somebody else than this worker may have given receipts their places since the last call."""

    def step(self) -> int:
        """Do what can be done at once; gives how much that was."""

    def tend(self) -> None:
        """Do what is done by the clock."""

    def recover(self) -> None:
        """Take back what a failed step held."""

    def wake(self) -> None:
        """End a `wait`, here and elsewhere."""

    def wait(self, seconds: float) -> bool:
        """Until there may be something to do, or so long."""


class Runtime:
    """Works a window in a thread of its own. `start` and `stop` once each; the caller keeps and closes the window."""

    def __init__(
        self,
        window: Workplace,
        due_every: float = DUE_EVERY,
        pauses: tuple[float, float] = (FIRST_PAUSE, LONGEST_PAUSE),
    ) -> None:
        self._window, self._due_every, self._pauses = window, due_every, pauses
        self._stopping = Event()
        self._calls: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        lock = Lock()
        self._changed, self._settled = Condition(lock), Condition(lock)
        self._waking = False
        self._settling = 0
        self._passes = self._idle_pass = self._generation = 0
        self._next_due = 0.0
        self._pause = pauses[0]
        self._to_recover = False
        self._thread = Thread(target=self._run, name="window-worker", daemon=True)
        self.failures = 0
        """Steps that raised since the start."""

    def start(self) -> Runtime:
        """Begin to work."""
        self._thread.start()
        return self

    def stop(self, timeout: float = 60.0) -> bool:
        """Finish the current step and end; False when it did not end in time."""
        self._stopping.set()
        self._window.wake()
        if self._thread.is_alive():
            self._thread.join(timeout)
        self.release_waiting()
        return not self._thread.is_alive()

    def release_waiting(self) -> None:
        """End every wait for a change, now and from now on: the server is closing."""
        with self._changed:
            self._waking = True
            self._changed.notify_all()
            self._settled.notify_all()

    def call(self, function: Callable[[], Any]) -> Future[Any]:
        """Let the worker run a function between two steps: what moves a clock must not meet a step half-way."""
        answer: Future[Any] = Future()
        self._calls.put((function, answer))
        self._window.wake()
        return answer

    @property
    def alive(self) -> bool:
        """True if the worker is at work."""
        return self._thread.is_alive() and not self._stopping.is_set()

    @property
    def closing(self) -> bool:
        """True if waiting is to end."""
        return self._waking

    @property
    def generation(self) -> int:
        """Grows with every step that did something, and whenever another process may have done something."""
        return self._generation

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Wait until `generation` is past `seen`; False when time was up or the worker ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._generation > seen or self._waking, timeout)
            return self._generation > seen

    def wait_until_settled(self, timeout: float) -> bool:
        """Wait until a pass that began after this call found nothing that could be done now; False: time was up."""
        with self._changed:
            wanted = self._passes + 1
            self._settling += 1
            self._window.wake()
            try:
                return self._settled.wait_for(lambda: self._idle_pass >= wanted, timeout)
            finally:
                self._settling -= 1

    def _run(self) -> None:
        while not self._stopping.is_set():
            began = monotonic()
            try:
                done = self._pass()
                self._pause = self._pauses[0]
            except Exception as error:
                self._failed(error)
            else:
                if not done:
                    self._rest()
                elif done < FEW and self._window.stirred.is_set():
                    self._stopping.wait(min(BREATH, monotonic() - began))
                elif self._window.finished and not self._settling:
                    self._rest()

    def _rest(self) -> None:
        """Until there may be work; what came may as well be news of receipts that somebody else has placed."""
        if self._window.wait(self._due_every) and self._window.placed_elsewhere():
            with self._changed:
                self._generation += 1
                self._changed.notify_all()

    def _pass(self) -> int:
        """One pass over the work; gives how much was done."""
        with self._changed:
            self._passes += 1
            number = self._passes
        self._window.stirred.clear()
        self._recover()
        self._answer_calls()
        if monotonic() >= self._next_due:
            self._window.tend()
            self._next_due = monotonic() + self._due_every
        done = self._window.step()
        with self._changed:
            if done:
                self._generation += 1
                self._changed.notify_all()
            if not done:
                self._idle_pass = number
                self._settled.notify_all()
        return done

    def _answer_calls(self) -> None:
        while True:
            try:
                function, answer = self._calls.get_nowait()
            except Empty:
                return
            try:
                answer.set_result(function())
            except Exception as error:
                answer.set_exception(error)

    def _failed(self, error: Exception) -> None:
        """Log and pause; before anything else is done, what the failed step had in hand is given back."""
        self.failures += 1
        known = is_transient(error)
        log.error(
            "worker.failed",
            reason=_reason(error),
            pause=self._pause,
            failures=self.failures,
            **({} if known else {"traceback": format_exc()}),
        )
        self._stopping.wait(self._pause)
        self._pause = min(2 * self._pause, LONGEST_OUTAGE if known else self._pauses[1])
        self._next_due = 0.0
        self._to_recover = True
        self._window.wake()

    def _recover(self) -> None:
        """Recover what was taken; if that fails the next pass tries again: without it, it would lie there for ever."""
        if self._to_recover:
            self._window.recover()
            self._to_recover = False


def _reason(error: Exception) -> str:
    return reason_of(error) if is_transient(error) else repr(error)[:300]
