"""One HTTP call after the other to a window: JSON in and out, refusals as exceptions that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from schemas.findings import Finding

PREFIX = "/api/v1"
PATIENCE_SECONDS = 90
"""How long an answer may take: longer than the longest wait that a call may ask for."""
CONNECTIONS = 16


class NotReachable(Exception):
    """No window answers at the address."""

    permanent = False


class CallRefused(Exception):
    """The window refused a call: its status, the findings that say why and what to do, and the whole answer."""

    permanent = True

    def __init__(self, status: int, findings: tuple[Finding, ...], body: Any = None) -> None:
        super().__init__("; ".join(f"[{finding.code}] {finding.en} ({finding.remedy_en})" if finding.remedy_en
                                   else f"[{finding.code}] {finding.en}" for finding in findings) or f"HTTP {status}")
        self.status, self.findings, self.body = status, findings, body

    @property
    def codes(self) -> list[str]:
        """The codes of its findings."""
        return [finding.code for finding in self.findings]


class Caller:
    """Calls a window; `key` is a program's, or `name:password` of an account. Threads may share it."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url = url.rstrip("/")
        self._headers = _credentials(key)
        self._pool = urllib3.PoolManager(maxsize=CONNECTIONS, retries=False, timeout=PATIENCE_SECONDS)

    def call(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, json: Any = None,
             body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON of the answer; raises `CallRefused` for 4xx and 5xx, `NotReachable`."""
        sent = {**self._headers, **(headers or {})}
        if json is not None:
            body, sent = msgspec.json.encode(json), {**sent, "Content-Type": "application/json"}
        asked = {name: str(value) for name, value in (query or {}).items() if value not in (None, "")}
        address = f"{self.url}{PREFIX}{path}"
        try:
            answer = self._pool.request(method, address + _query(asked), body=body, headers=sent)
        except urllib3.exceptions.HTTPError as error:
            raise NotReachable(f"No window answers at {self.url}: {error}. Start one: single-window run") from error
        return _read(answer.status, answer.data)

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()


def part(text: object) -> str:
    """A name or number as one part of a path."""
    return quote(str(text), safe="")


def _query(asked: Mapping[str, str]) -> str:
    return f"?{urlencode(asked)}" if asked else ""


def _credentials(key: str) -> dict[str, str]:
    if not key:
        return {}
    if ":" in key:
        return dict(urllib3.make_headers(basic_auth=key))
    return {"Authorization": f"Bearer {key}"}


def _read(status: int, data: bytes) -> Any:
    try:
        found = msgspec.json.decode(data) if data else None
    except msgspec.DecodeError:
        found = data.decode("utf-8", "replace")
    if status < 400:
        return found
    told = found.get("findings", []) if isinstance(found, dict) else []
    findings = (Finding(**{name: value for name, value in finding.items() if name in Finding._fields})
                for finding in told)
    raise CallRefused(status, tuple(findings), found)
