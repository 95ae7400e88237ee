"""One of several processes that serve HTTP: it admits and reads, and leaves the work to others.

A request during the start waits a moment; without the database it is answered 503. RabbitMQ may come
later: what is taken meanwhile is kept in the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from socket import socket
from threading import Event, Lock, Thread, Timer
from typing import Any, TypeAlias

from flask import Response

from single_window.api import create_app, readiness
from single_window.api.http_listener import listening
from single_window.api.server.http import THREADS
from single_window.frame.http import request_ids
from single_window.frame.http.problems import finding, json_response, refusal
from single_window.intake.admission_queue import AdmissionQueue
from single_window.language.words import Words
from single_window.process.working import patiently
from single_window.receipts.changes import HintedChanges
from single_window.settings import Settings
from single_window.wiring import Window, open_window

Application: TypeAlias = Callable[[Any, Any], Iterable[bytes]]


class StartupGate:
    """Answers 503 until it leads to an application. `reason` is what it waits for, in Chinese and in English.

    Probes of the process are answered in their own form: it lives, it is not ready.
    """

    def __init__(self, reason: str) -> None:
        self._reason = reason
        self._application: Application | None = None

    def lead_to(self, application: Application) -> None:
        """From now on the application answers."""
        self._application = application

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
        return (self._application or self._shut)(environ, start_response)

    def _shut(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        response = self._answer(environ.get("PATH_INFO", ""))
        response.headers[request_ids.HEADER] = request_ids.named(environ.get("HTTP_X_REQUEST_ID", ""))
        return response(environ, start_response)

    def _answer(self, path: str) -> Response:
        if path == "/healthz":
            return json_response(readiness.alive())
        response = (
            json_response(readiness.report([readiness.failed_check("opening", Words(self._reason, self._reason))]), 503)
            if path == "/readyz"
            else refusal(503, [finding("not-accepting", reason=self._reason, seconds=readiness.AGAIN_SECONDS)])
        )
        response.headers["Retry-After"] = str(readiness.AGAIN_SECONDS)
        return response


OPENING = "the database is not reached yet (数据库尚未就绪)"
MOMENT = 3.0
"""Seconds that clients wait at most for a window to open, before they get 503 with Retry-After."""
GIVEN_UP = 2.0
"""Seconds that a stop waits for an attempt to reach the database."""


class Front:
    """Serves a bound socket from `start` until `stop`; it keeps trying to reach what it needs.

    Nothing is opened before `start`: a process may fork until then. `failure` is why the window cannot be opened at
    all, where waiting is of no use.
    """

    def __init__(self, settings: Settings, bound: socket, threads: int = THREADS, moment: float = MOMENT) -> None:
        self._settings = settings
        self._gate = StartupGate(OPENING)
        self._listener = listening(self._gate, bound, settings, threads)
        self._stopping = Event()
        self._opening = Thread(target=self._open, name="opening", daemon=True)
        self._impatience = Timer(moment, self._listen)
        self._turn, self._listening = Lock(), False
        self._changes: HintedChanges | None = None
        self._closing = ExitStack()
        self.failure: Exception | None = None

    @property
    def alive(self) -> bool:
        """True if it answers, or is about to."""
        return not self._listening or self._listener.alive

    def start(self) -> Front:
        """Begin to open the window, and then to answer."""
        self._opening.start()
        self._impatience.start()
        return self

    def stop(self) -> None:
        """Answer the waiting polls, finish the pending requests, close the window."""
        self._stopping.set()
        self._impatience.cancel()
        if self._changes is not None:
            self._changes.release_waiting()
        self._listener.stop()
        self._opening.join(GIVEN_UP)
        self._closing.close()

    def _open(self) -> None:
        try:
            window = patiently(self._opened, self._stopping)
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
        self._gate.lead_to(create_app(window, admission, changes=changes, polls=self._settings.polls))
        self._impatience.cancel()
        self._listen()

    def _listen(self) -> None:
        with self._turn:
            if not self._listening and not self._stopping.is_set():
                self._listener.start()
                self._listening = True
