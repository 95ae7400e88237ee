"""The worker thread of a process: runs the window's steps until it is stopped.

It finishes the current step before it ends. A step that raises is logged and retried after a growing pause.
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
from single_window.message_limits import (
    BATCHING_PAUSE_SECONDS,
    DUE_POLL_SECONDS,
    FEW_DELIVERIES,
    FIRST_PAUSE_SECONDS,
    LONGEST_PAUSE_SECONDS,
    OUTAGE_PAUSE_SECONDS,
)
from single_window.store.failures import is_transient, reason_of

log = structlog.get_logger(__name__)


class Workplace(Protocol):
    """The part of a window that a runtime uses: `single_window.wiring.Window` implements it."""

    @property
    def stirred(self) -> Event:
        """Set when a delivery was filed by this process."""

    @property
    def finished(self) -> bool:
        """True if the last step left no delivery known to be ready."""

    def placed_elsewhere(self) -> bool:
        """True if receipts may have been numbered outside this worker since the last call."""

    def step(self) -> int:
        """Handle ready deliveries; returns their number."""

    def tend(self) -> None:
        """Run timed tasks."""

    def recover(self) -> None:
        """Release deliveries that a failed step had claimed."""

    def interrupt(self) -> None:
        """End a `wait` of this process."""

    def wait(self, seconds: float) -> bool:
        """Wait for a wake-up, up to `seconds`; returns whether one came."""


class Runtime:
    """Runs a window's work in a thread. Call `start` and `stop` once each; the caller closes the window."""

    def __init__(
        self,
        window: Workplace,
        due_every: float = DUE_POLL_SECONDS,
        pauses: tuple[float, float] = (FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS),
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
        """Number of steps that raised since the start."""

    def start(self) -> Runtime:
        """Start the thread."""
        self._thread.start()
        return self

    def stop(self, timeout: float = 60.0) -> bool:
        """Finish the current step and end; False: it did not end in time."""
        self._stopping.set()
        self._window.interrupt()
        if self._thread.is_alive():
            self._thread.join(timeout)
        self.release_waiting()
        return not self._thread.is_alive()

    def release_waiting(self) -> None:
        """End every current and later wait for a change, because the server is closing."""
        with self._changed:
            self._waking = True
            self._changed.notify_all()
            self._settled.notify_all()

    def call(self, function: Callable[[], Any]) -> Future[Any]:
        """Run a function in the worker thread between two steps, such as one that moves a clock."""
        answer: Future[Any] = Future()
        self._calls.put((function, answer))
        self._window.interrupt()
        return answer

    @property
    def alive(self) -> bool:
        """True if the worker is running."""
        return self._thread.is_alive() and not self._stopping.is_set()

    @property
    def closing(self) -> bool:
        """True if waits must end."""
        return self._waking

    @property
    def generation(self) -> int:
        """A counter that grows with every step that handled a delivery, and when another process may have."""
        return self._generation

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        """Wait until `generation` exceeds `seen`; False: timeout, or the worker ends."""
        with self._changed:
            self._changed.wait_for(lambda: self._generation > seen or self._waking, timeout)
            return self._generation > seen

    def wait_until_settled(self, timeout: float) -> bool:
        """Wait until a pass that began after this call finds no ready delivery; False: timeout."""
        with self._changed:
            wanted = self._passes + 1
            self._settling += 1
            self._window.interrupt()
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
                    self._rest(self._due_every)
                elif done < FEW_DELIVERIES and (self._window.stirred.is_set() or self._rest(0)):
                    self._stopping.wait(min(BATCHING_PAUSE_SECONDS, monotonic() - began))
                elif self._window.finished and not self._settling:
                    self._rest(self._due_every)

    def _rest(self, seconds: float) -> bool:
        """Wait for a wake-up; True: one came. It may also mean that another process has numbered receipts."""
        woken = self._window.wait(seconds)
        if woken and self._window.placed_elsewhere():
            with self._changed:
                self._generation += 1
                self._changed.notify_all()
        return woken

    def _pass(self) -> int:
        """One pass: recover, run calls, timed tasks and a step; returns the number of deliveries handled."""
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
        """Log a failed step and pause; the next pass begins with a recovery."""
        self.failures += 1
        transient = is_transient(error)
        log.error(
            "worker.failed",
            reason=_reason(error),
            pause=self._pause,
            failures=self.failures,
            **({} if transient else {"traceback": format_exc()}),
        )
        self._stopping.wait(self._pause)
        self._pause = min(2 * self._pause, OUTAGE_PAUSE_SECONDS if transient else self._pauses[1])
        self._next_due = 0.0
        self._to_recover = True
        self._window.interrupt()

    def _recover(self) -> None:
        """Release the failed step's deliveries; if that fails, the next pass retries it."""
        if self._to_recover:
            self._window.recover()
            self._to_recover = False


def _reason(error: Exception) -> str:
    return reason_of(error) if is_transient(error) else repr(error)[:300]
