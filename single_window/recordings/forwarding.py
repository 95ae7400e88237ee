"""Stands in front of an endpoint: passes every call on and every answer back, byte by byte, and reports both."""

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
"""Seconds: longer than any poll waits."""
CHUNK = 65_536
MOST_KEPT = 20_000_000
"""Bytes of a body that are recorded; all of them are passed on."""
ADDED = ("User-Agent", "Accept-Encoding")
"""Headers that the library adds where a caller sends none."""
AWAY, SLOW = 502, 504
Headers = list[tuple[str, str]]


class Exchanged(NamedTuple):
    """A call that went through: when it came (milliseconds), request and answer, how long that took; `whole`:
    nothing of the bodies is missing here."""

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
    """A WSGI application in front of `target`; `listener` gets each exchange when the answer has gone back."""

    def __init__(self, target: str, listener: Callable[[Exchanged], None]) -> None:
        self._target, self._report = target.rstrip("/"), listener
        self._host = urlsplit(target).netloc.rpartition("@")[2]
        self._pool = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False, timeout=TIMEOUT)

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        going = _Going(environ, self._host)
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
            status, problem = _away(self._target, error)
            start_response(f"{status} {problem['title']}", [("Content-Type", "application/problem+json")])
            body = msgspec.json.encode(problem)
            self._report(going.ended(status, [], body, True))
            return [body]
        headers = _end_to_end(answer.headers.items())
        start_response(f"{answer.status} {answer.reason or ''}".strip(), headers)
        return self._back(going, answer, headers)

    def _back(self, going: _Going, answer: urllib3.BaseHTTPResponse, headers: Headers) -> Iterator[bytes]:
        kept, whole = _Kept(), False
        try:
            for part in answer.stream(CHUNK, decode_content=False):
                kept.add(part)
                yield part
            whole = True
        finally:
            answer.release_conn() if whole else answer.close()
            self._report(going.ended(answer.status, headers, kept.body, whole and kept.whole))


class _Kept:
    """As much of a body as is recorded."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size, self.whole = 0, True

    def add(self, part: bytes) -> None:
        self._size += len(part)
        self.whole = self._size <= MOST_KEPT
        if self.whole:
            self._parts.append(part)
        else:
            self._parts.clear()

    @property
    def body(self) -> bytes:
        return b"".join(self._parts)


class _Input:
    """The body of a call, read while it is passed on."""

    def __init__(self, source: Any, length: int) -> None:
        self._source, self._left, self.kept = source, length, _Kept()

    def read(self, size: int = -1) -> bytes:
        part: bytes = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(part)
        self.kept.add(part)
        return part


class _Going:
    """A call on its way to the target."""

    def __init__(self, environ: Mapping[str, Any], host: str) -> None:
        self._at, self._begun = system_now(), monotonic()
        self.method = environ["REQUEST_METHOD"]
        # as it was written: what a server decodes cannot be encoded again without doubt
        self.path = environ["REQUEST_URI"] if environ["REQUEST_URI"].startswith("/") else "/"
        named = [
            (name[5:].replace("_", "-").title(), text) for name, text in environ.items() if name.startswith("HTTP_")
        ]
        if environ.get("CONTENT_TYPE"):
            named.append(("Content-Type", environ["CONTENT_TYPE"]))
        self.request_headers = [
            header for header in _end_to_end(named) if header[0].lower() not in {"host", "expect", "content-length"}
        ]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self._input = _Input(environ["wsgi.input"], length)
        self.input: Any = self._input if length or self.method in {"POST", "PUT", "PATCH"} else None
        self.headers = {**dict.fromkeys(ADDED, SKIP_HEADER), **dict(self.request_headers), "Host": host}
        if self.input is not None:
            self.headers["Content-Length"] = str(length)

    def ended(self, status: int, headers: Headers, answer: bytes, whole: bool) -> Exchanged:
        """The report on it."""
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


def _end_to_end(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers that are passed on: none that is about one connection alone, by name or by the header Connection."""
    all_headers = list(headers)
    named = {
        part.strip().lower() for name, text in all_headers if name.lower() == "connection" for part in text.split(",")
    }
    return [(name, text) for name, text in all_headers if not is_hop_by_hop_header(name) and name.lower() not in named]


def _away(target: str, error: Exception) -> tuple[int, dict[str, Any]]:
    """The answer when the target gives none."""
    slow = isinstance(error, urllib3.exceptions.ReadTimeoutError)
    reason = "没有按时应答 did not answer in time" if slow else "无法连接 cannot be reached"
    status = SLOW if slow else AWAY
    return status, {
        "type": "urn:single-window:problem:target-away",
        "title": "Gateway Timeout" if slow else "Bad Gateway",
        "status": status,
        "detail": f"录制代理后面的 {target} {reason}: {type(error).__name__}. The recording proxy itself works.",
    }
