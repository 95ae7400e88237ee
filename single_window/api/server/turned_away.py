"""The answers to requests and connections that are refused by the listener."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
import structlog
from waitress.task import ErrorTask
from waitress.utilities import ServerNotImplemented

from schemas.findings import Finding
from single_window.frame.http import request_ids
from single_window.frame.http.problems import PROBLEM_JSON, details, finding

log = structlog.get_logger(__name__)
RETRY_AFTER_SECONDS = 2
"""Value of Retry-After for refused requests."""
REASONS = {
    "late": "等待处理的请求过多 (too many requests wait)",
    "large": "同时处理的大报文过多 (too many large messages at once)",
    "bodies": "正在接收的报文总量过大 (too much is being received at once)",
    "header": "请求头未在规定时间内到达 (the header did not arrive in time)",
    "body": "请求体未在规定时间内到达 (the body did not arrive in time)",
    "address": "来自该地址的连接过多 (too many connections of this address)",
    "total": "连接过多 (too many connections)",
}


class TurnedAway(NamedTuple):
    """A refused request: the HTTP status, and a key of `REASONS`."""

    code: int
    why: str
    closes: bool = False
    """Whether the connection is closed without reading the rest of the request."""

    @property
    def finding(self) -> Finding:
        """The refusal as a finding."""
        name = "not-accepting" if self.code == HTTPStatus.SERVICE_UNAVAILABLE else "too-slow"
        return finding(name, reason=REASONS[self.why], seconds=RETRY_AFTER_SECONDS)


class ErrorAnswer(ErrorTask):  # type: ignore[misc]
    """Answers invalid HTTP and refused requests with the same JSON as all errors."""

    def execute(self) -> None:
        error = self.request.error
        if isinstance(error, TurnedAway):
            head, body = _answer(error)
            name = _named(self.request, error.code, error.why)
            self.status = f"{error.code} {HTTPStatus(error.code).phrase}"
            if error.closes:
                self.set_close_on_finish()
        else:
            # an unknown transfer coding is a client error, although waitress treats it as a server error
            status = HTTPStatus.BAD_REQUEST if isinstance(error, ServerNotImplemented) else HTTPStatus(error.code)
            refusal = Finding("bad-request", "请求不符合HTTP协议", f"{status.phrase}: {error.body}")
            head, body = _HEADERS, msgspec.json.encode(details(status, [refusal]))
            name = _named(self.request, status, error.body)
            self.status = f"{status.value} {status.phrase}"
            self.set_close_on_finish()
        self.response_headers.extend([*head, (request_ids.HEADER, name)])
        self.content_length = len(body)
        self.write(body)


_HEADERS = [("Content-Type", PROBLEM_JSON), ("X-Content-Type-Options", "nosniff")]


@cache
def _answer(away: TurnedAway) -> tuple[list[tuple[str, str]], bytes]:
    body = msgspec.json.encode(details(away.code, [away.finding]))
    return [*_HEADERS, ("Retry-After", str(RETRY_AFTER_SECONDS))], body


def raw_answer(away: TurnedAway, request: Any = None, closes: bool = True) -> bytes:
    """Return the HTTP response as bytes, for a complete or incomplete request; `closes`: the connection is closed."""
    head, body = _answer(away)
    name = _named(request, away.code, away.why)
    lines = [
        f"HTTP/1.1 {away.code} {HTTPStatus(away.code).phrase}",
        *(f"{header}: {text}" for header, text in [*head, (request_ids.HEADER, name)]),
        f"Content-Length: {len(body)}",
        *(["Connection: close"] if closes else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _named(request: Any, status: int, why: str) -> str:
    """Log a refused request, and return its id: from its header, if received, else a new one."""
    headers = request.headers if request is not None else {}
    name = request_ids.valid_or_new_id(headers.get("X_REQUEST_ID", ""))
    log.info("request.turned_away", request=name, status=int(status), why=why)
    return name
