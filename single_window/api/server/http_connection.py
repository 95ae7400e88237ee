"""One connection of the HTTP listener: how long its client may take, and which threads answer it.

Built on what waitress lets others replace: its channel, parser, error task and task dispatcher.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser

from single_window.api.server.http_bodies import IN_FILES, Kept, KeptBody
from single_window.api.server.http_limits import Limits, Wait, one_too_many, overdue
from single_window.api.server.http_pools import Pool, Waiting
from single_window.api.server.http_turned_away import REASONS, ErrorAnswer, TurnedAway, raw_answer
from single_window.clock import monotonic
from single_window.observe.metrics import meters

LARGE = 1_000_000
"""Bytes from which on a body is large: only a few are read at a time."""
LARGE_THREADS, LARGE_WAITING, LARGE_QUEUED = 2, 8, 10.0
"""Large bodies that are read at a time, and that wait for it, and for how many seconds at most."""
WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered however late: monitoring needs true answers, above all when much is waiting."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the connections of one listener are served. `may_wait` decides by path and query whether a GET may wait."""

    most_kept: int
    limits: Limits = field(default_factory=Limits)
    may_wait: Callable[[str, str], bool] = lambda path, query: False
    polls: Pool | None = None
    large: Pool | None = None
    aside: Pool | None = None
    most_in_files: int = IN_FILES
    waiting: Waiting = field(default_factory=Waiting)


class Tasks:
    """A task dispatcher that notes when requests begin to wait for a thread; those that would wait too long behind
    others are answered at once, in the listener's thread or else aside."""

    def __init__(self, dispatcher: Any, serving: Serving) -> None:
        self._dispatcher, self._serving = dispatcher, serving

    def add_task(self, channel: Any) -> None:
        """As waitress' own does."""
        channel.queued_at = now = monotonic()
        full = self._serving.waiting.longest(now) > self._serving.limits.expected
        if full and self._serving.aside is not None and not channel.watches:
            if channel.refuse():
                return
            if self._serving.aside.submit(channel.answer_aside):
                return
        if channel.waits_elsewhere():
            return
        self._serving.waiting.begin(id(channel), now)
        self._dispatcher.add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """As waitress' own does."""
        return bool(self._dispatcher.shutdown(cancel_pending, timeout))


def channel_class(serving: Serving) -> type[HTTPChannel]:
    """The class of a listener's connections."""
    limits, kept = serving.limits, Kept(serving.most_in_files)

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        def __init__(self, adj: Any) -> None:
            super().__init__(adj)
            self.began_at = self.header_at = monotonic()

        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            self.header_at = monotonic()
            if self.body_rcv is not None:
                self.body_rcv.buf = KeptBody(serving.most_kept, kept)

        def received(self, data: bytes) -> int:
            consumed = super().received(data)
            if self.body_rcv is not None and not self.completed and kept.too_much:  # type: ignore[has-type]
                meters.count("http_turned_away", 1, "bodies")
                self.error = TurnedAway(HTTPStatus.SERVICE_UNAVAILABLE, "bodies", closes=True)
                self.completed = True
            return int(consumed)

    class Channel(HTTPChannel):  # type: ignore[misc]
        parser_class = Parser
        error_task_class = ErrorAnswer

        def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
            self.freed_at = self.sent_at = self.queued_at = monotonic()
            self.answered = False
            self.pending_at: float | None = None
            super().__init__(server, sock, addr, adj, map)
            for surplus, why in one_too_many(self, list(server.active_channels.values()), limits):
                surplus.turn_out(why)  # type: ignore[attr-defined]

        @property
        def address(self) -> str:
            return str(self.addr[0])

        @property
        def closing(self) -> bool:
            return bool(self.will_close or self.close_when_flushed)

        @property
        def wait(self) -> Wait | None:
            if self.will_close:
                return None
            if self.total_outbufs_len:
                return Wait("answer", max(self.pending_at or monotonic(), self.sent_at))
            if self.requests:
                return None
            request = self.request
            if request is None:
                return Wait("next" if self.answered else "open", self.freed_at)
            if not request.headers_finished:
                return Wait("header", request.began_at)
            return Wait("body", request.header_at, min(request.body_bytes_received, serving.most_kept))

        def look_after(self, now: float) -> None:
            """Close the connection if its client takes too long."""
            self.pending_at = (self.pending_at or now) if self.total_outbufs_len else None
            wait = self.wait
            if wait is not None and overdue(wait, now, limits):
                self.turn_out(wait.phase)

        def turn_out(self, why: str) -> None:
            """Close the connection, unless a request has just come on it and is read next; whoever waits for an answer
            gets one with the reason. In the listener's thread."""
            # who does not take his answer is not read any more
            if (
                why != "answer"
                and self.request is None
                and (self.answered or why == "open")
                and self.has_unread_input()
            ):
                return
            meters.count("http_turned_away", 1, why)
            begun = self.request is not None or (why in {"address", "total"} and not self.answered)
            if begun and why in REASONS and not self.total_outbufs_len:
                code = HTTPStatus.REQUEST_TIMEOUT if why in {"header", "body"} else HTTPStatus.SERVICE_UNAVAILABLE
                with suppress(OSError):
                    self.socket.send(raw_answer(TurnedAway(code, why), self.request))
            self.will_close = True

        def send(self, data: bytes, do_close: bool = True) -> int:
            sent = super().send(data, do_close)
            if sent:
                self.sent_at = monotonic()
            return int(sent)

        def waits_elsewhere(self) -> bool:
            """Whether a thread of those for polls answers the request in hand, without a detour by the others."""
            return (
                serving.polls is not None
                and _may_wait(self.requests[0], serving)
                and serving.polls.submit(partial(self.answer, limits.queued))
            )

        def service(self) -> None:
            """Answer a request here, or have it answered by the threads that are there for its kind."""
            serving.waiting.end(id(self))
            request = self.requests[0]
            if serving.large is not None and _size(request) > LARGE:
                if not serving.large.submit(partial(self.answer, LARGE_QUEUED)):
                    self.turn_away("large")
                    self.answer(limits.queued)
            else:
                self.answer(limits.queued)

        def answer(self, patience: float) -> None:
            """Answer the request in hand, unless it has waited for longer than `patience`."""
            request = self.requests[0]
            if request.error is None and not self.watches and monotonic() - self.queued_at > patience:
                self.turn_away("late")
            self.answered = True
            self.freed_at = monotonic()  # this request is over before the line behind the next notes since when
            super().service()
            self.freed_at = monotonic()

        def refuse(self) -> bool:
            """Answer the request in hand with 503 in this thread, which is cheaper than a thread and a task; False, and
            it is not done: the connection is to be closed after it, or is busy with something else."""
            request = self.requests[0]
            another_begun = self.request not in (None, request)  # waitress may yet have to tell it to continue
            if len(self.requests) > 1 or another_begun or self.total_outbufs_len or not _is_plain(request):
                return False
            meters.count("http_turned_away", 1, "late")
            with suppress(ClientDisconnected):
                self.write_soon(raw_answer(TurnedAway(HTTPStatus.SERVICE_UNAVAILABLE, "late"), request, closes=False))
            # as waitress does: the next answer begins a buffer of its own
            if self.current_outbuf_count:  # type: ignore[has-type]
                self.current_outbuf_count = self.adj.outbuf_high_watermark
            request.close()
            self.requests.pop()
            self.answered, self.freed_at = True, monotonic()
            return True

        def answer_aside(self) -> None:
            """Answer the request in hand with 503, because others have waited too long already."""
            if self.requests[0].error is None:
                self.turn_away("late")
            self.answer(limits.queued)

        @property
        def watches(self) -> bool:
            """Whether the request in hand is that of somebody who watches."""
            request = self.requests[0]
            return request.error is None and request.path in WATCHED

        def turn_away(self, why: str) -> None:
            """Have the request in hand answered with 503."""
            meters.count("http_turned_away", 1, why)
            self.requests[0].error = TurnedAway(HTTPStatus.SERVICE_UNAVAILABLE, why)

        def check_client_disconnected(self) -> bool:
            """Looks itself: while a request is in hand, nobody reads what the client sends, be it the end."""
            return not self.connected or _unread(self.socket) == b""

        def has_unread_input(self) -> bool:
            """Whether the client has sent something that nobody has read yet."""
            return bool(_unread(self.socket))

    return Channel


def _unread(connection: Any) -> bytes | None:
    """The first byte that has come and was not read; empty: the client has ended the connection; None: nothing came."""
    try:
        return bytes(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _may_wait(request: Any, serving: Serving) -> bool:
    return request.error is None and request.command == "GET" and serving.may_wait(request.path, request.query)


def _is_plain(request: Any) -> bool:
    """Whether a request has come whole, is answered with a body, and leaves its connection open."""
    plain = request.error is None and request.version == "1.1" and request.command != "HEAD"
    return bool(plain and not request.headers.get("CONNECTION"))


def _size(request: Any) -> int:
    return int(request.headers.get("CONTENT_LENGTH") or 0) if request.error is None else 0
