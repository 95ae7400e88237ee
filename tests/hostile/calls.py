"""Hostile requests over HTTP, as bytes for a socket; a seed draws bodies, headers, paths and queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from simulators.draws import Draws
from tests.hostile import bodies

LARGE_SHARE = 150
"""One body in so many is as large as the window takes; the others are small."""
TEXTS = (
    "",
    "0",
    "-1",
    "9" * 400,
    "9223372036854775808",
    "NaN",
    "1e309",
    "'",
    '"><script>alert(1)</script>',
    "../../etc/passwd",
    "%00",
    "\x00",
    "\ud7ff",
    "单" * 300,
    "a" * 4_000,
    "9999-12-31",
    "0000-00-00",
    "0001-01-01",
    "2026-02-30",
    "true",
    "[]",
    "{}",
    "DXPENT0000000001",
    "1 OR 1=1",
    "%",
    "_",
    "\u202e",
    "😀",
    "a\r\nX-A: b",
)
PARAMETERS = (
    "mailbox",
    "after",
    "limit",
    "wait",
    "format",
    "day",
    "from",
    "to",
    "q",
    "state",
    "flow",
    "page",
    "cursor",
    "sandbox",
    "number",
    "sort",
    "lang",
    "since",
    "until",
    "before",
    "kind",
    "company",
    "status",
    "view",
)
JSON = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"x"',
    b"{}",
    b'{"reason": 7}',
    b'{"url": "http://127.0.0.1:1/"}',
    b"[" * 5_000,
    b'{"a":' * 3_000,
    b'{"action": "release", "by": "\\ud800"}',
    b'{"reason": "\\u0000"}',
    b"\xff\xfe",
    b'{"n": 1e999}',
)
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW", "get", "P" * 3_000)
MESSAGES, VALIDATION = "/api/v1/messages", "/api/v1/validation"


class Request(NamedTuple):
    """What is written to a socket. `whole`: a server that answers at all must answer this; else it may hang up, or
    wait for the rest, which never comes."""

    kind: str
    data: bytes
    whole: bool = True


def requests(seed: int, count: int, paths: Sequence[str]) -> Iterator[Request]:
    """So many requests; `paths` are the window's own, with parts in braces for what a caller fills in."""
    draws = Draws(seed, "hostile requests")
    for _ in range(count):
        yield draws.one_of(_KINDS)(draws, paths)


def _request(method: str, path: str, body: bytes = b"", *headers: str, kind: str) -> Request:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers]
    if body or method in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(body)}")
    return Request(kind, "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body)


def _body(draws: Draws, paths: Sequence[str]) -> Request:
    shape = draws.one_of(list(bodies.BODIES))
    size = bodies.CAP if draws.below(LARGE_SHARE) == 0 else 20 << draws.below(12)
    target = VALIDATION if draws.below(4) == 0 else MESSAGES
    kind = draws.one_of(("application/xml", "application/xml", "text/xml", "application/json", "text/plain"))
    return _request(
        "POST",
        target,
        bodies.BODIES[shape](draws, size),
        f"Content-Type: {kind}",
        "X-Sandbox: chaos",
        kind=f"body: {shape}",
    )


def _filled(draws: Draws, paths: Sequence[str]) -> str:
    parts = draws.one_of(paths).split("/")
    return "/".join(quote(draws.one_of(TEXTS), safe="")[:3_000] if "{" in part else part for part in parts)


def _query(draws: Draws, paths: Sequence[str]) -> Request:
    query = "&".join(
        f"{draws.one_of(PARAMETERS)}={quote(_no_wait(draws.one_of(TEXTS)), safe='')}"
        for _ in range(draws.between(1, 4))
    )
    return _request(
        "GET",
        f"{_filled(draws, paths)}?{query}",
        b"",
        f"X-Sandbox: {draws.one_of(('main', 'chaos'))}",
        f"Accept: {draws.one_of(('text/html', 'application/json', '*/*', 'application/xml'))}",
        kind="query",
    )


def _no_wait(text: str) -> str:
    return "0" if text.startswith("9") and text.isdigit() else text


def _act(draws: Draws, paths: Sequence[str]) -> Request:
    return _request(
        draws.one_of(METHODS[:4]),
        _filled(draws, paths),
        draws.one_of(JSON),
        "Content-Type: application/json",
        "X-Sandbox: main",
        kind="json",
    )


def _form(draws: Draws, paths: Sequence[str]) -> Request:
    body = "&".join(
        f"{draws.one_of(('action', 'reason', 'who', 'by', 'seen'))}={quote(draws.one_of(TEXTS), safe='')}"
        for _ in range(4)
    ).encode()
    return _request(
        "POST",
        _filled(draws, paths),
        body,
        "Content-Type: application/x-www-form-urlencoded",
        "X-Sandbox: main",
        kind="form",
    )


def _method(draws: Draws, paths: Sequence[str]) -> Request:
    return _request(draws.one_of(METHODS), _filled(draws, paths), b"", kind="method")


def _header(draws: Draws, paths: Sequence[str]) -> Request:
    text = draws.one_of(TEXTS).replace("\r\n", " ").replace("\x00", "")
    name = draws.one_of(
        (
            "X-Sandbox",
            "Content-Type",
            "Accept",
            "Accept-Language",
            "Content-Encoding",
            "Range",
            "Cookie",
            "If-None-Match",
            "Origin",
            "Sec-Fetch-Site",
            "X-Forwarded-For",
            "Authorization",
            "Expect",
            "X" * 2_000,
        )
    )
    return _request(
        "GET",
        draws.one_of(("/api/v1/state", "/", "/healthz", "/api/v1/receipts?mailbox=A")),
        b"",
        f"{name}: {text}",
        kind="header",
    )


def _many_headers(draws: Draws, paths: Sequence[str]) -> Request:
    return _request(
        "GET", "/api/v1/state", b"", *(f"X-{number}: {number}" for number in range(8_000)), kind="many headers"
    )


def _raw(draws: Draws, paths: Sequence[str]) -> Request:
    return Request("raw", draws.one_of(_RAW), whole=False)


_POST = b"POST /api/v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_RAW = (
    b"\r\n\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ",
    b"GET",
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET http://example.invalid/ HTTP/1.1\r\nHost: example.invalid\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\x80\xff HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    _POST + b"Content-Length: -1\r\n\r\n",
    _POST + b"Content-Length: 99999999999999999999\r\n\r\n",
    _POST + b"Content-Length: 100\r\n\r\n<a>",
    _POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    _POST + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    _POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<a",
    _POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    _POST + b"Transfer-Encoding: gzip\r\n\r\nabc",
    _POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n",
)
_KINDS: Sequence[Callable[[Draws, Sequence[str]], Request]] = (
    _body,
    _body,
    _body,
    _body,
    _query,
    _query,
    _query,
    _act,
    _form,
    _method,
    _header,
    _many_headers,
    _raw,
)
