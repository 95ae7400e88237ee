"""A proxy of an endpoint: forwards every call and answer unchanged, and reports both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import urllib3
from urllib3.util import SKIP_HEADER
from werkzeug.http import is_hop_by_hop_header

from single_window.clock import monotonic, system_now

CONNECTIONS = 64
TIMEOUT = urllib3.Timeout(connect=10, read=120)
"""Seconds; longer than any poll waits."""
CHUNK = 65_536
MAX_KEPT_BYTES = 20_000_000
"""Maximum size of a recorded body; larger ones are forwarded and not recorded."""
ADDED = ("User-Agent", "Accept-Encoding")
"""Headers that urllib3 adds if the caller sends none."""
AWAY, SLOW = 502, 504
Headers = list[tuple[str, str]]


class Exchanged(NamedTuple):
    """A forwarded call: its instant (milliseconds), request, answer and duration; `whole`: both bodies are complete."""

    at: int
    method: str
    path: str
    request_headers: Headers
    body: bytes
    status: int
    answered: Headers
    answer: bytes
    milliseconds: int
    whole: bool


class Forwarding:
    """A WSGI application that is a proxy of `target`; `listener` is called with each exchange after its answer."""

    def __init__(self, target: str, listener: Callable[[Exchanged], None]) -> None:
        self._target, self._report = target.rstrip("/"), listener
        self._host = urlsplit(target).netloc.rpartition("@")[2]
        self._pool = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False, timeout=TIMEOUT)

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        going = _ForwardedCall(environ, self._host)
        try:
            answer = self._pool.request(
                going.method,
                self._target + going.path,
                body=going.input,
                headers=going.headers,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except urllib3.exceptions.HTTPError as error:
            status, problem = _unreachable_answer(self._target, error)
            start_response(f"{status} {problem['title']}", [("Content-Type", "application/problem+json")])
            body = msgspec.json.encode(problem)
            self._report(going.ended(status, [], body, True))
            return [body]
        headers = _end_to_end(answer.headers.items())
        start_response(f"{answer.status} {answer.reason or ''}".strip(), headers)
        return self._back(going, answer, headers)

    def _back(self, going: _ForwardedCall, answer: urllib3.BaseHTTPResponse, headers: Headers) -> Iterator[bytes]:
        kept, whole = _KeptBody(), False
        try:
            for part in answer.stream(CHUNK, decode_content=False):
                kept.add(part)
                yield part
            whole = True
        finally:
            answer.release_conn() if whole else answer.close()
            self._report(going.ended(answer.status, headers, kept.body, whole and kept.whole))


class _KeptBody:
    """The recorded part of a body: all of it, or nothing if it is too large."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size, self.whole = 0, True

    def add(self, part: bytes) -> None:
        self._size += len(part)
        self.whole = self._size <= MAX_KEPT_BYTES
        if self.whole:
            self._parts.append(part)
        else:
            self._parts.clear()

    @property
    def body(self) -> bytes:
        return b"".join(self._parts)


class _Input:
    """The body of a call, read while it is forwarded."""

    def __init__(self, source: Any, length: int) -> None:
        self._source, self._left, self.kept = source, length, _KeptBody()

    def read(self, size: int = -1) -> bytes:
        part: bytes = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(part)
        self.kept.add(part)
        return part


class _ForwardedCall:
    """A call that is being forwarded."""

    def __init__(self, environ: Mapping[str, Any], host: str) -> None:
        self._at, self._begun = system_now(), monotonic()
        self.method = environ["REQUEST_METHOD"]
        # the undecoded path, because decoding and encoding may change it
        self.path = environ["REQUEST_URI"] if environ["REQUEST_URI"].startswith("/") else "/"
        sent = _end_to_end(_headers_of(environ))
        self.request_headers = [
            header for header in sent if header[0].lower() not in {"host", "expect", "content-length"}
        ]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self._input = _Input(environ["wsgi.input"], length)
        self.input: Any = self._input if length or self.method in {"POST", "PUT", "PATCH"} else None
        self.headers = {**dict.fromkeys(ADDED, SKIP_HEADER), **dict(self.request_headers), "Host": host}
        if self.input is not None:
            self.headers["Content-Length"] = str(length)

    def ended(self, status: int, headers: Headers, answer: bytes, whole: bool) -> Exchanged:
        """The finished exchange."""
        kept = self._input.kept
        took = round((monotonic() - self._begun) * 1_000)
        return Exchanged(
            at=self._at,
            method=self.method,
            path=self.path,
            request_headers=self.request_headers,
            body=kept.body,
            status=status,
            answered=headers,
            answer=answer,
            milliseconds=took,
            whole=whole and kept.whole,
        )


def _headers_of(environ: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, text in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").title(), text
    if environ.get("CONTENT_TYPE"):
        yield "Content-Type", environ["CONTENT_TYPE"]


def _end_to_end(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers that are forwarded: without those of one connection, by name or by the header Connection."""
    all_headers = list(headers)
    named = {
        part.strip().lower() for name, text in all_headers if name.lower() == "connection" for part in text.split(",")
    }
    return [(name, text) for name, text in all_headers if not is_hop_by_hop_header(name) and name.lower() not in named]


def _unreachable_answer(target: str, error: Exception) -> tuple[int, dict[str, Any]]:
    """The answer if the target does not answer: (status, problem)."""
    slow = isinstance(error, urllib3.exceptions.ReadTimeoutError)
    reason = "没有按时应答 did not answer in time" if slow else "无法连接 cannot be reached"
    status = SLOW if slow else AWAY
    return status, {
        "type": "urn:single-window:problem:target-away",
        "title": "Gateway Timeout" if slow else "Bad Gateway",
        "status": status,
        "detail": f"录制代理后面的 {target} {reason}: {type(error).__name__}. The recording proxy itself works.",
    }
