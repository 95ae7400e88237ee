"""One connection of the HTTP listener: timeouts of its client, and the threads that answer it.

Extends the classes that waitress allows to replace: channel, parser, error task and task dispatcher.

granian was tried in place of waitress: it has no time limits for bodies and answers, so that ten connections that send
a body byte by byte kept all others from being answered, and beyond its limit of requests it waits instead of refusing.
"""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import Task, WSGITask

from single_window.api.server.bodies import KeptBody
from single_window.api.server.groups import GroupTask, RawResponse
from single_window.api.server.limits import Wait, one_too_many, overdue
from single_window.api.server.loop import Loop, LoopServer
from single_window.api.server.pools import Pool
from single_window.api.server.serving import LARGE, LARGE_QUEUED, MONITORING_PATHS, Serving
from single_window.api.server.turned_away import REASONS, ErrorAnswer, TurnedAway, raw_answer
from single_window.clock import monotonic
from single_window.frame.http.forwarded import is_of_a_proxy
from single_window.message_limits import GROUP_ANSWER_SECONDS
from single_window.observe.metrics import meters

_WITH_UNDERSCORES = re.compile(rb"^([A-Za-z0-9-]*_[\w-]*)\s*:[ \t]*([^\r\n]*)", re.MULTILINE | re.ASCII)
_TRANSFER = re.compile(rb"^transfer-encoding\s*:", re.IGNORECASE | re.MULTILINE)


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Parses a request; notes when it began, and stores its body only up to the limit."""

    serving: Serving
    group_answer: RawResponse | None = None
    """The answer to the request, if it was answered in a group."""

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began_at = self.header_at = monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.header_at = monotonic()
        for name, value in _WITH_UNDERSCORES.findall(header_plus):  # which waitress leaves out
            if is_of_a_proxy(name.decode()):
                self.headers.setdefault(name.decode().upper().replace("-", "_"), value.decode("latin-1"))
        if self.version == "1.1" and "HOST" not in self.headers:
            raise ParsingError("a request of HTTP/1.1 must have a Host header")
        if _TRANSFER.search(header_plus) and "CONTENT_LENGTH" in self.headers:
            # request smuggling: the body could be read as another request, so the connection is closed
            self.headers["CONNECTION"] = "close"
        if self.body_rcv is not None:
            self.body_rcv.buf = KeptBody(self.serving.most_kept, self.serving.kept)

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if self.body_rcv is not None and not self.completed and self.serving.kept.too_much:  # type: ignore[has-type]
            meters.count("http_turned_away", 1, "bodies")
            self.error = TurnedAway(HTTPStatus.SERVICE_UNAVAILABLE, "bodies", closes=True)
            self.completed = True
        return int(consumed)


class HttpConnection(HTTPChannel):  # type: ignore[misc]
    """A connection. `suspended`: input has arrived that is not read until the current request is answered."""

    serving: Serving
    loop: Loop
    suspended = False
    error_task_class = ErrorAnswer

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
        self.freed_at = self.sent_at = self.queued_at = monotonic()
        self.answered = False
        self.pending_at: float | None = None
        super().__init__(LoopServer(server, self, self.loop), sock, addr, adj, map)
        for surplus, why in one_too_many(self, list(server.active_channels.values()), self.serving.limits):
            surplus.turn_out(why)  # type: ignore[attr-defined]
        self.loop.changed(self)

    def handle_close(self) -> None:
        """Close as waitress does, and delete the body of an incomplete request. Complete ones are closed after their
        answer."""
        super().handle_close()
        if self.request is not None:
            self.request.close()

    def del_channel(self, map: Any = None) -> None:
        self.loop.forget(self._fileno)
        super().del_channel(map)

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
        return Wait("body", request.header_at, min(request.body_bytes_received, self.serving.most_kept))

    def close_if_overdue(self, now: float) -> None:
        """Close the connection if its client takes too long."""
        self.pending_at = (self.pending_at or now) if self.total_outbufs_len else None
        wait = self.wait
        if wait is not None and overdue(wait, now, self.serving.limits):
            self.turn_out(wait.phase)

    def turn_out(self, why: str) -> None:
        """Close the connection unless a request has just arrived on it; a client that waits for an answer gets one with
        the reason. Only in the listener's thread."""
        # input of a client that does not read its answer is ignored
        if why != "answer" and self.request is None and (self.answered or why == "open") and self.has_unread_input():
            return
        meters.count("http_turned_away", 1, why)
        begun = self.request is not None or (why in {"address", "total"} and not self.answered)
        if begun and why in REASONS and not self.total_outbufs_len:
            code = HTTPStatus.REQUEST_TIMEOUT if why in {"header", "body"} else HTTPStatus.SERVICE_UNAVAILABLE
            with suppress(OSError):
                self.socket.send(raw_answer(TurnedAway(code, why), self.request))
        self.will_close = True
        self.loop.changed(self)

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent = super().send(data, do_close)
        if sent:
            self.sent_at = monotonic()
        return int(sent)

    def submitted_as_poll(self) -> bool:
        """True if the request was submitted directly to the threads for polls."""
        return (
            self.serving.polls is not None
            and _may_wait(self.requests[0], self.serving)
            and self.serving.polls.submit(partial(self.answer, self.serving.limits.queued))
        )

    def service(self) -> None:
        """Answer a request in this thread, or submit it to the threads for its kind."""
        self.serving.waiting.end(id(self))
        request = self.requests[0]
        pool = self._pool_of(request)
        if pool is None:
            self.answer(self.serving.limits.queued)
        elif not pool.submit(partial(self.answer, LARGE_QUEUED)):
            self.turn_away("large")
            self.answer(self.serving.limits.queued)

    def _pool_of(self, request: Any) -> Pool | None:
        """Return the pool of threads for a kind of request; None: the general ones."""
        if request.error is None and request.command == "POST" and self.serving.computes(request.path, _size(request)):
            return self.serving.computing
        return self.serving.large if _size(request) > LARGE else None

    def answer(self, max_wait: float) -> None:
        """Answer the current request, with 503 if it has waited longer than `max_wait` seconds."""
        request = self.requests[0]
        if request.error is None and not self.watches and monotonic() - self.queued_at > max_wait:
            self.turn_away("late")
        self.answered = True
        self.freed_at = monotonic()  # set before too: a pipelined request may begin during the call
        super().service()
        self.freed_at = monotonic()

    def refuse(self) -> bool:
        """Answer the current request with 503 in this thread, which is cheaper than another thread. False if that is
        not possible: the connection must be closed afterwards, or is busy otherwise."""
        request = self.requests[0]
        another_begun = self.request not in (None, request)  # waitress may still have to send it "100 Continue"
        if len(self.requests) > 1 or another_begun or self.total_outbufs_len or not _is_plain(request):
            return False
        meters.count("http_turned_away", 1, "late")
        with suppress(ClientDisconnected):
            self.write_soon(raw_answer(TurnedAway(HTTPStatus.SERVICE_UNAVAILABLE, "late"), request, closes=False))
        # as waitress does: the next answer begins a new buffer
        if self.current_outbuf_count:  # type: ignore[has-type]
            self.current_outbuf_count = self.adj.outbuf_high_watermark
        request.close()
        self.requests.pop()
        self.answered, self.freed_at = True, monotonic()
        return True

    def answer_overload(self) -> None:
        """Answer the current request with 503, because others have waited too long already."""
        if self.requests[0].error is None:
            self.turn_away("late")
        self.answer(self.serving.limits.queued)

    def taken(self) -> bool:
        """True if the current request may be answered in a group. False: it has waited too long, and is answered so."""
        if monotonic() - self.queued_at <= self.serving.limits.queued:
            return True
        self.answer(self.serving.limits.queued)
        return False

    def give(self, answer: RawResponse) -> None:
        """Send an answer to the current request, instead of calling the application."""
        self.requests[0].group_answer = answer
        self.answer(GROUP_ANSWER_SECONDS)

    @staticmethod
    def task_class(channel: HttpConnection, request: Parser) -> Task:
        """The task of a request. Its answer stands with the request and not with the connection, whose next request may
        begin in another thread before this one's task has returned."""
        answer = request.group_answer
        return WSGITask(channel, request) if answer is None else GroupTask(channel, request, answer)

    @property
    def watches(self) -> bool:
        """True if the current request is for monitoring."""
        request = self.requests[0]
        return request.error is None and request.path in MONITORING_PATHS

    def turn_away(self, why: str) -> None:
        """Mark the current request to be answered with 503."""
        meters.count("http_turned_away", 1, why)
        self.requests[0].error = TurnedAway(HTTPStatus.SERVICE_UNAVAILABLE, why)

    def check_client_disconnected(self) -> bool:
        """True if the client has disconnected; tested on the socket, since input is not read during a request."""
        return not self.connected or _unread(self.socket) == b""

    def has_unread_input(self) -> bool:
        """True if the client has sent input that is not read yet."""
        return bool(_unread(self.socket))


def channel_class(serving: Serving, loop: Loop) -> type[HttpConnection]:
    """Return the class of a listener's connections."""
    parser = type("ServedParser", (Parser,), {"serving": serving})
    return type("ServedChannel", (HttpConnection,), {"serving": serving, "loop": loop, "parser_class": parser})


def _unread(connection: Any) -> bytes | None:
    """Return the first unread byte; empty: the client has closed the connection; None: no unread input."""
    try:
        return bytes(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _may_wait(request: Any, serving: Serving) -> bool:
    return request.error is None and request.command == "GET" and serving.may_wait(request.path, request.query)


def _is_plain(request: Any) -> bool:
    """True if a request is complete, its answer has a body, and the connection stays open."""
    plain = request.error is None and request.version == "1.1" and request.command != "HEAD"
    return bool(plain and not request.headers.get("CONNECTION"))


def _size(request: Any) -> int:
    announced = int(request.headers.get("CONTENT_LENGTH") or 0) if request.error is None else 0
    # a chunked body has no announced length, but has been received completely
    return max(announced, len(request.body_rcv or b"")) if request.error is None else 0
