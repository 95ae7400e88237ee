"""One of several processes that serve HTTP: it admits messages and answers queries; other processes do the work.

Requests during the start wait for a moment; without the database they are answered with 503. RabbitMQ may be available
later, because admitted messages are in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from socket import socket
from threading import Event, Lock, Thread, Timer
from typing import Any, TypeAlias

from flask import Response

from single_window.api import readiness
from single_window.api.app import ports_of
from single_window.api.http_listener import listening
from single_window.api.in_parts import ApplicationInParts
from single_window.api.message_groups import MessageGroups
from single_window.api.server.groups import GroupAnswerer, RawResponse
from single_window.api.server.listener import THREADS
from single_window.frame.http import request_ids
from single_window.frame.http.problems import finding, json_response, refusal
from single_window.intake.admission_queue import AdmissionQueue
from single_window.language.words import Words
from single_window.process.working import open_with_retries
from single_window.receipts.changes import HintedChanges
from single_window.settings import Settings
from single_window.wiring import Window, open_window

Application: TypeAlias = Callable[[Any, Any], Iterable[bytes]]


class StartupGate:
    """A WSGI application that answers 503 until the real one is available. `reason`: what it waits for.

    Health probes are answered as alive and not ready. Until then no request is answered in a group.
    """

    def __init__(self, reason: str) -> None:
        self._reason = reason
        self._application: Application | None = None
        self._in_groups: GroupAnswerer | None = None

    def lead_to(self, application: Application, in_groups: GroupAnswerer | None = None) -> None:
        """Pass further requests to the application, or to what answers them in groups."""
        self._application, self._in_groups = application, in_groups

    def takes(self, request: Any) -> bool:
        """True if a request may be answered in a group."""
        return self._in_groups is not None and self._in_groups.takes(request)

    def answer(self, requests: Sequence[Any]) -> Sequence[RawResponse | None]:
        """Return an answer for each request; None: the application answers it."""
        return [None] * len(requests) if self._in_groups is None else self._in_groups.answer(requests)

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
        return (self._application or self._shut)(environ, start_response)

    def _shut(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        response = self._answer(environ.get("PATH_INFO", ""))
        response.headers[request_ids.HEADER] = request_ids.valid_or_new_id(environ.get("HTTP_X_REQUEST_ID", ""))
        return response(environ, start_response)

    def _answer(self, path: str) -> Response:
        if path == "/healthz":
            return json_response(readiness.alive())
        response = (
            json_response(readiness.report([readiness.failed_check("opening", Words(self._reason, self._reason))]), 503)
            if path == "/readyz"
            else refusal(503, [finding("not-accepting", reason=self._reason, seconds=readiness.RETRY_AFTER_SECONDS)])
        )
        response.headers["Retry-After"] = str(readiness.RETRY_AFTER_SECONDS)
        return response


OPENING = "the database is not reached yet (数据库尚未就绪)"
OPENING_WAIT_SECONDS = 3.0
"""Seconds that requests wait for the window to open before they get 503 with Retry-After."""
STOP_WAIT_SECONDS = 2.0
"""Seconds that `stop` waits for a running attempt to reach the database."""


class Front:
    """Serves a bound socket from `start` until `stop`, and retries until database and broker are reachable.

    Opens nothing before `start`, so the process may fork until then. `failure`: a permanent error of opening the
    window.
    """

    def __init__(
        self, settings: Settings, bound: socket, threads: int = THREADS, moment: float = OPENING_WAIT_SECONDS
    ) -> None:
        self._settings = settings
        self._gate = StartupGate(OPENING)
        self._listener = listening(self._gate, bound, settings, threads, self._gate)
        self._stopping = Event()
        self._opening = Thread(target=self._open, name="opening", daemon=True)
        self._impatience = Timer(moment, self._listen)
        self._turn, self._listening = Lock(), False
        self._changes: HintedChanges | None = None
        self._closing = ExitStack()
        self.failure: Exception | None = None

    @property
    def alive(self) -> bool:
        """True if it answers requests, or will."""
        return not self._listening or self._listener.alive

    def start(self) -> Front:
        """Start opening the window, then answering."""
        self._opening.start()
        self._impatience.start()
        return self

    def stop(self) -> None:
        """End waiting polls, finish pending requests, close the window."""
        self._stopping.set()
        self._impatience.cancel()
        if self._changes is not None:
            self._changes.release_waiting()
        self._listener.stop()
        self._opening.join(STOP_WAIT_SECONDS)
        self._closing.close()

    def _open(self) -> None:
        try:
            window = open_with_retries(self._opened, self._stopping)
            if window is not None:
                self._serve(window)
        except Exception as error:
            self.failure = error

    def _opened(self) -> Window:
        return open_window(self._settings, queues=(), readers=0)

    def _serve(self, window: Window) -> None:
        self._closing.callback(window.close)
        changes = HintedChanges(window.wakeups).start()
        self._closing.callback(changes.stop)
        admission = AdmissionQueue(window).start()
        self._closing.callback(admission.stop)
        self._changes = changes
        at = ports_of(window, admission, changes=changes, polls=self._settings.polls)
        self._gate.lead_to(ApplicationInParts(at), MessageGroups(at))
        self._impatience.cancel()
        self._listen()

    def _listen(self) -> None:
        with self._turn:
            if not self._listening and not self._stopping.is_set():
                self._listener.start()
                self._listening = True
