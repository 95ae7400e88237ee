"""One HTTP call after the other to a window: JSON in and out, refusals as exceptions that say what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Event
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from schemas.findings import Finding
from single_window.clock import monotonic

PREFIX = "/api/v1"
PATIENCE_SECONDS = 90
"""How long an answer may take: longer than the longest wait that a call may ask for."""
CONNECTIONS = 16
LIMITED, TURNED_AWAY = 429, 503
"""Statuses of calls of which nothing was begun: the caller asks more often than he may; the window cannot now."""
PATIENCE_OF = {LIMITED: 120.0, TURNED_AWAY: 60.0}
"""How many seconds a call is made again and again after such an answer. A limit begins anew after a minute."""
AGAIN = frozenset(
    {
        "too-many-calls",
        "not-accepting",
        "too-many-polls",
        "too-many-waits",
        "too-many-advances",
        "sandbox-resetting",
        "too-many-at-once",
    }
)
"""Codes of refusals after which the same call may come again; what a test forces is not among them."""

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
        self.status, self.findings, self.body = status, findings, body
        super().__init__(self.text("en"))

    def __reduce__(self) -> tuple[type[CallRefused], tuple[int, tuple[Finding, ...], Any]]:
        """The values it was made of, so that it comes whole from one process to another, as from a worker of pytest."""
        return type(self), (self.status, self.findings, self.body)

    def text(self, language: str) -> str:
        """Its findings in a language, `zh` or `en`: code, reason, and what to do."""
        listed = [
            (finding.code, finding.zh, finding.remedy_zh)
            if language == "zh"
            else (finding.code, finding.en, finding.remedy_en)
            for finding in self.findings
        ]
        texts = [f"[{code}] {text} ({remedy})" if remedy else f"[{code}] {text}" for code, text, remedy in listed]
        return "; ".join(texts) or f"HTTP {self.status}"

    @property
    def codes(self) -> list[str]:
        """The codes of its findings."""
        return [finding.code for finding in self.findings]


class HttpAnswer(Protocol):
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]

    @property
    def data(self) -> bytes:
        """Its body."""


class Transport(Protocol):
    """Carries a call to a window: connections, or the application itself in this process."""

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """The answer, as `HttpAnswer` says."""

    def clear(self) -> None:
        """Let go of what is kept open."""


class Caller:
    """Calls a window; `key` is a program's, or `name:password` of an account. Threads may share it.

    `repeated`: how often a call was made again, by the status that it was answered: 429 is against the caller, 503
    against the window."""

    def __init__(
        self, url: str, key: str = "", transport: Transport | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """`headers` go with every call beside those of the key."""
        self.url = url.rstrip("/")
        self.repeated: Counter[int] = Counter()
        self._headers = {**credentials(key), **(headers or {})}
        self._pool: Transport = transport or urllib3.PoolManager(
            maxsize=CONNECTIONS, retries=False, timeout=PATIENCE_SECONDS
        )

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
        """The JSON of the answer; raises as `fetch`."""
        sent = dict(headers or {})
        if json is not None:
            body, sent = msgspec.json.encode(json), {**sent, "Content-Type": "application/json"}
        return _content(self._fetched(method, path, query, body, sent))

    def fetch(
        self, path: str, query: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The bytes of the answer to GET; raises `CallRefused` for 4xx and 5xx, `NotReachable`.

        Where the window is too busy to begin with it, or the key has made all the calls that it may, and the answer
        says when to come again, it is called again for a minute or two.
        """
        return self._fetched("GET", path, query, None, headers or {})

    def _fetched(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> bytes:
        parameters = {name: str(value) for name, value in (query or {}).items() if value not in (None, "")}
        address = f"{self.url}{PREFIX}{path}{_query(parameters)}"
        begun, again = monotonic(), method in REPEATABLE
        while True:
            answer = self._answer(method, address, body, {**self._headers, **headers}, again)
            if answer.status < 400:
                return answer.data
            refused = _refused(answer.status, answer.data)
            pause = pause_of(answer.status, answer.headers.get("Retry-After", ""))
            if not set(refused.codes) & AGAIN or not pause or monotonic() + pause > begun + PATIENCE_OF[answer.status]:
                raise refused
            self.repeated[answer.status] += 1
            Event().wait(pause)

    def _answer(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str], again: bool
    ) -> HttpAnswer:
        """`again`: whether the call may be made a second time where its connection was kept, and has ended since."""
        try:
            answered: HttpAnswer = self._pool.request(method, address, body=body, headers=headers)
            return answered
        except urllib3.exceptions.HTTPError as error:
            if again and _ended(error):
                return self._answer(method, address, body, headers, again=False)
            raise NotReachable(f"No window answers at {self.url}: {error}. Start one: single-window run") from error

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()


def pause_of(status: int, retry_after: str) -> float:
    """Seconds after which the same may come again: as `Retry-After` says after 429 and 503; 0: it may not."""
    return float(retry_after) if status in PATIENCE_OF and retry_after.isdecimal() else 0.0


def status_words(status: int) -> str:
    """A status as it is reported, with whose fault it is that nothing was taken."""
    words = {0: "no answer", LIMITED: "429 (the sender's own limit)", TURNED_AWAY: "503 (the window is busy)"}
    return words.get(status, str(status))


def part(text: object) -> str:
    """A name or number as one part of a path."""
    return quote(str(text), safe="")


def _ended(error: urllib3.exceptions.HTTPError) -> bool:
    """True if a connection ended without an answer; time that is up is another matter."""
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


def _content(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data) if data else None
    except msgspec.DecodeError:
        return data.decode("utf-8", "replace")


def _refused(status: int, data: bytes) -> CallRefused:
    content = _content(data)
    listed = content.get("findings", []) if isinstance(content, dict) else []
    findings = (
        Finding(**{name: value for name, value in finding.items() if name in Finding._fields}) for finding in listed
    )
    return CallRefused(status, tuple(findings), content)
