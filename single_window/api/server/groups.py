"""Answers requests of one kind in groups: one thread takes all that wait, so that they share what each costs.

A request that cannot be answered in a group is passed on to the threads of the application.

The thread is not the listener's, because a commit may wait for another process, and polls and pages must not wait with
it. Its pause after a group lets messages in quick succession meet in the next one, while the first message after a
quiet moment waits for nobody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from traceback import format_exc
from typing import Any, NamedTuple, Protocol

import structlog
from waitress.task import Task

from single_window.api.server.pools import WaitingCallers
from single_window.clock import monotonic
from single_window.message_limits import ENOUGH_REQUESTS, GROUP_PAUSE_SECONDS, REQUESTS_PER_GROUP

log = structlog.get_logger(__name__)


class RawResponse(NamedTuple):
    """The answer to a request: status line without the version, headers, body."""

    status: str
    headers: Sequence[tuple[str, str]]
    body: bytes


class GroupAnswerer(Protocol):
    """Answers requests of one kind. A request is waitress' parsed one: command, path, query, headers, body."""

    def takes(self, request: Any) -> bool:
        """True if a request may be answered in a group; called in the listener's thread, so it must be quick."""

    def answer(self, requests: Sequence[Any]) -> Sequence[RawResponse | None]:
        """Return an answer for each request; None: the application answers it."""


class GroupTask(Task):  # type: ignore[misc]
    """Sends an answer in the place of a task that calls the application."""

    complete = True

    def __init__(self, channel: Any, request: Any, answer: RawResponse) -> None:
        super().__init__(channel, request)
        self._answer = answer

    def execute(self) -> None:
        """Write the answer; waitress adds Date, Server and Connection."""
        self.status = self._answer.status
        self.response_headers = list(self._answer.headers)
        self.content_length = len(self._answer.body)
        self.write(self._answer.body)


class RequestGroups:
    """The thread that answers in groups. `pass_on(channel)` gives a connection's request to the application's threads.
    Call `start` and `close` once each."""

    def __init__(self, answerer: GroupAnswerer, pass_on: Callable[[Any], None]) -> None:
        self._answerer, self._pass_on = answerer, pass_on
        self._channels: deque[Any] = deque()
        self.waiting = WaitingCallers()
        self._changed, self._open = Condition(), False
        self._enough = REQUESTS_PER_GROUP
        """Number of waiting requests at which the thread is woken."""
        self._thread = Thread(target=self._run, name="groups", daemon=True)

    def start(self) -> RequestGroups:
        """Start the thread."""
        self._open = True
        self._thread.start()
        return self

    def takes(self, channel: Any) -> bool:
        """True if a connection's request may be answered in a group."""
        request = channel.requests[0]
        return self._open and request.error is None and self._answerer.takes(request)

    def submit(self, channel: Any) -> None:
        """Have a connection's request answered in the next group."""
        self.waiting.begin(id(channel), channel.queued_at)
        with self._changed:
            self._channels.append(channel)
            if len(self._channels) >= self._enough:
                self._changed.notify()

    def close(self) -> None:
        """Answer the waiting requests, then end."""
        with self._changed:
            was_open, self._open = self._open, False
            self._changed.notify()
        if was_open:
            self._thread.join()

    def _run(self) -> None:
        while group := self._next():
            began = monotonic()
            self._answer([channel for channel in group if channel.taken()])
            if len(group) < REQUESTS_PER_GROUP:
                self._wait_for(max(ENOUGH_REQUESTS, len(group)), min(monotonic() - began, GROUP_PAUSE_SECONDS))

    def _next(self) -> list[Any]:
        """Wait for requests and take up to `REQUESTS_PER_GROUP`; empty: there are none and the groups are closed."""
        self._wait_for(1)
        with self._changed:
            group = [self._channels.popleft() for _ in range(min(REQUESTS_PER_GROUP, len(self._channels)))]
        for channel in group:
            self.waiting.end(id(channel))
        return group

    def _wait_for(self, enough: int, seconds: float | None = None) -> None:
        """Wait until so many requests wait, the groups are closed, or for `seconds`."""
        with self._changed:
            self._enough = enough
            self._changed.wait_for(lambda: len(self._channels) >= enough or not self._open, seconds)
            self._enough = REQUESTS_PER_GROUP

    def _answer(self, channels: Sequence[Any]) -> None:
        try:
            answers = self._answerer.answer([channel.requests[0] for channel in channels])
        except Exception as error:
            # the application answers each alone; a message that was admitted nevertheless is recognised as repeated
            log.error("group.failed", requests=len(channels), reason=repr(error)[:300], traceback=format_exc())
            answers = [None] * len(channels)
        for channel, answer in zip(channels, answers, strict=True):
            if answer is None:
                self._pass_on(channel)
            else:
                channel.give(answer)
