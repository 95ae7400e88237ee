"""One HTTP call after the other to a window: JSON in and out, refusals as exceptions that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from schemas.findings import Finding
from single_window.clock import monotonic

PREFIX = "/api/v1"
PATIENCE_SECONDS = 90
"""How long an answer may take: longer than the longest wait that a call may ask for."""
CONNECTIONS = 16
BUSY_SECONDS = 60.0
"""How long a call is made again and again at a window that is too busy for it."""
BUSY = frozenset(
    {"not-accepting", "too-many-polls", "too-many-waits", "too-many-advances", "sandbox-resetting", "too-many-at-once"}
)
"""Codes of refusals which mean that nothing was begun, and the same call may come again."""

REPEATABLE = frozenset({"GET", "HEAD", "PUT"})
"""Methods of calls that may be made again where a connection ends without an answer: twice is as good as once. What was
deleted is not there the second time, so that a repeated DELETE would be reported as refused; and who tests what a
connection that is dropped does to a message wants to see it dropped."""


class NotReachable(Exception):
    """No window answers at the address."""

    permanent = False


class CallRefused(Exception):
    """The window refused a call: its status, the findings with reasons and remedies, and the whole answer."""

    permanent = True

    def __init__(self, status: int, findings: tuple[Finding, ...], body: Any = None) -> None:
        super().__init__(
            "; ".join(
                f"[{finding.code}] {finding.en} ({finding.remedy_en})"
                if finding.remedy_en
                else f"[{finding.code}] {finding.en}"
                for finding in findings
            )
            or f"HTTP {status}"
        )
        self.status, self.findings, self.body = status, findings, body

    def __reduce__(self) -> tuple[type[CallRefused], tuple[int, tuple[Finding, ...], Any]]:
        """What it was made of, so that it comes whole from one process to another, as from a worker of pytest."""
        return type(self), (self.status, self.findings, self.body)

    @property
    def codes(self) -> list[str]:
        """The codes of its findings."""
        return [finding.code for finding in self.findings]


class Caller:
    """Calls a window; `key` is a program's, or `name:password` of an account. Threads may share it."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url = url.rstrip("/")
        self._headers = credentials(key)
        self._pool = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False, timeout=PATIENCE_SECONDS)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of the answer; raises `CallRefused` for 4xx and 5xx, `NotReachable`.

        Where the window is too busy to begin with it, and says so, it is called again for a minute.
        """
        sent = {**self._headers, **(headers or {})}
        if json is not None:
            body, sent = msgspec.json.encode(json), {**sent, "Content-Type": "application/json"}
        parameters = {name: str(value) for name, value in (query or {}).items() if value not in (None, "")}
        address = f"{self.url}{PREFIX}{path}"
        until, again = monotonic() + BUSY_SECONDS, method in REPEATABLE
        while True:
            answer = self._answer(method, address + _query(parameters), body, sent, again)
            try:
                return _read(answer.status, answer.data)
            except CallRefused as refused:
                pause = float(answer.headers.get("Retry-After", "0") or 0)
                if not set(refused.codes) & BUSY or not pause or monotonic() + pause > until:
                    raise
                Event().wait(pause)

    def _answer(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str], again: bool
    ) -> urllib3.BaseHTTPResponse:
        """`again`: whether the call may be made a second time where its connection was kept, and has ended since."""
        try:
            return self._pool.request(method, address, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            if again and _ended(error):
                return self._answer(method, address, body, headers, again=False)
            raise NotReachable(f"No window answers at {self.url}: {error}. Start one: single-window run") from error

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()


def part(text: object) -> str:
    """A name or number as one part of a path."""
    return quote(str(text), safe="")


def _ended(error: urllib3.exceptions.HTTPError) -> bool:
    """Whether a connection ended without an answer; time that is up is another matter."""
    return isinstance(error, urllib3.exceptions.ProtocolError) and isinstance(error.args[-1], ConnectionError)


def _query(parameters: Mapping[str, str]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""


def credentials(key: str) -> dict[str, str]:
    """The header that a key goes in: a program's, or `name:password` of an account; none without one."""
    if not key:
        return {}
    if ":" in key:
        return dict(urllib3.make_headers(basic_auth=key))
    return {"Authorization": f"Bearer {key}"}


def _read(status: int, data: bytes) -> Any:
    try:
        content = msgspec.json.decode(data) if data else None
    except msgspec.DecodeError:
        content = data.decode("utf-8", "replace")
    if status < 400:
        return content
    listed = content.get("findings", []) if isinstance(content, dict) else []
    findings = (
        Finding(**{name: value for name, value in finding.items() if name in Finding._fields}) for finding in listed
    )
    raise CallRefused(status, tuple(findings), content)
