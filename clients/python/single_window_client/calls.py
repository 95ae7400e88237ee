"""HTTP calls to a window: JSON in and out; refusals are exceptions with remedies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, MutableMapping
from threading import Event
from time import monotonic
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from single_window_client.findings import Finding, findings_in

PREFIX = "/api/v1"
TIMEOUT_SECONDS = 90
"""Timeout of an answer; longer than the longest wait that a call may request."""
MAX_CONNECTIONS = 16
LIMITED, TURNED_AWAY = 429, 503
"""Statuses of calls that were not started: the caller exceeded its rate limit; the window is busy."""
RETRY_SECONDS = {LIMITED: 120.0, TURNED_AWAY: 60.0}
"""Seconds for which a call is retried after such an answer. A rate limit restarts every minute."""
RETRYABLE_CODES = frozenset(
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
"""Codes of refusals after which the same call is retried; refusals that a test forces are not among them."""

RETRYABLE_METHODS = frozenset({"GET", "HEAD", "PUT"})
"""Methods that are retried if the connection ends without an answer. A repeated DELETE would be reported as refused,
since the object no longer exists; POST is not repeated, so that tests of dropped connections see them dropped."""


class NotReachable(Exception):
    """No window answers at the address."""

    permanent = False


class CallRefused(Exception):
    """The window refused a call; holds the status, the findings with reasons and remedies, and the whole answer."""

    permanent = True

    def __init__(self, status: int, findings: tuple[Finding, ...], body: Any = None) -> None:
        self.status, self.findings, self.body = status, findings, body
        super().__init__(self.text("en"))

    def __reduce__(self) -> tuple[type[CallRefused], tuple[int, tuple[Finding, ...], Any]]:
        """Support pickling, so that a pytest worker can pass the exception to the controller."""
        return type(self), (self.status, self.findings, self.body)

    def text(self, language: str) -> str:
        """Return the findings in a language, `zh` or `en`: code, reason and remedy."""
        return "; ".join(finding.text(language) for finding in self.findings) or f"HTTP {self.status}"

    @property
    def codes(self) -> list[str]:
        """Return the codes of the findings."""
        return [finding.code for finding in self.findings]


class HttpAnswer(Protocol):
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]

    @property
    def data(self) -> bytes:
        """Return the body."""


class Transport(Protocol):
    """Carries a call to a window: over connections, or to the application in this process."""

    def request(self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]) -> Any:
        """Return the answer, an `HttpAnswer`."""

    def clear(self) -> None:
        """Close open connections."""


class Caller:
    """Calls a window; `key` is a program's, or `name:password` of an account. Threads may share it.

    `repeated` counts retries by the status that caused them: 429 by the caller's limits, 503 by a busy window."""

    def __init__(
        self, url: str, key: str = "", transport: Transport | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Create a caller; `headers` are sent with every call, in addition to the credentials."""
        self.url, self.key = url.rstrip("/"), key
        self.repeated: Counter[int] = Counter()
        self._headers = {**credentials(key), **(headers or {})}
        self._pool: Transport = transport or urllib3.PoolManager(
            maxsize=MAX_CONNECTIONS, retries=False, timeout=TIMEOUT_SECONDS
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
        received: MutableMapping[str, str] | None = None,
    ) -> Any:
        """Make a call and return the JSON of the answer; raises like `fetch`. `received` gets the headers of the
        answer, such as `Link` to the next page."""
        sent = dict(headers or {})
        if json is not None:
            body, sent = msgspec.json.encode(json), {**sent, "Content-Type": "application/json"}
        answer = self._fetched(method, path, query, body, sent)
        if received is not None:
            received.update(answer.headers)
        return _content(answer.data)

    def fetch(
        self, path: str, query: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the bytes of the answer to GET; raises `CallRefused` for 4xx and 5xx, `NotReachable`.

        If the window is too busy or the key's rate limit is reached, and the answer has `Retry-After`, the call is
        retried for a minute or two.
        """
        return self._fetched("GET", path, query, None, headers or {}).data

    def _fetched(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: bytes | None, headers: Mapping[str, str]
    ) -> HttpAnswer:
        parameters = {name: _texts(value) for name, value in (query or {}).items() if value not in (None, "")}
        address = f"{self.url}{PREFIX}{path}{_query(parameters)}"
        started, again = monotonic(), method in RETRYABLE_METHODS
        while True:
            answer = self._answer(method, address, body, {**self._headers, **headers}, again)
            if answer.status < 400:
                return answer
            refused = _refusal(answer.status, answer.data)
            pause = pause_of(answer.status, answer.headers.get("Retry-After", ""))
            if (
                not set(refused.codes) & RETRYABLE_CODES
                or not pause
                or monotonic() + pause > started + RETRY_SECONDS[answer.status]
            ):
                raise refused
            self.repeated[answer.status] += 1
            Event().wait(pause)

    def _answer(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str], again: bool
    ) -> HttpAnswer:
        """Make one attempt; `again`: retry once if a kept-open connection turns out to be closed."""
        try:
            answered: HttpAnswer = self._pool.request(method, address, body=body, headers=headers)
            return answered
        except urllib3.exceptions.HTTPError as error:
            if again and _has_ended(error):
                return self._answer(method, address, body, headers, again=False)
            raise NotReachable(f"No window answers at {self.url}: {error}. Start one: single-window run") from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def pause_of(status: int, retry_after: str) -> float:
    """Return the seconds after which to retry, from `Retry-After` of 429 and 503; 0: do not retry."""
    return float(retry_after) if status in RETRY_SECONDS and retry_after.isdecimal() else 0.0


def status_words(status: int) -> str:
    """Return a status as text, with the cause of 0, 429 and 503."""
    words = {0: "no answer", LIMITED: "429 (the sender's own limit)", TURNED_AWAY: "503 (the window is busy)"}
    return words.get(status, str(status))


def part(text: object) -> str:
    """Return a name or number quoted as one segment of a path."""
    return quote(str(text), safe="")


def _has_ended(error: urllib3.exceptions.HTTPError) -> bool:
    """Return True if a connection ended without an answer; a timeout is not such an end."""
    return isinstance(error, urllib3.exceptions.ProtocolError) and isinstance(error.args[-1], ConnectionError)


def _texts(value: Any) -> str | list[str]:
    """Return a parameter's value as text; of a list or tuple, each of its values."""
    return [str(each) for each in value] if isinstance(value, list | tuple) else str(value)


def _query(parameters: Mapping[str, str | list[str]]) -> str:
    return f"?{urlencode(parameters, doseq=True)}" if parameters else ""


def credentials(key: str) -> dict[str, str]:
    """Return the header for a program's key or `name:password` of an account; empty without a key."""
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


def _refusal(status: int, data: bytes) -> CallRefused:
    content = _content(data)
    return CallRefused(status, findings_in(content), content)
