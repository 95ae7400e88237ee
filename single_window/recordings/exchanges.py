"""What passed a proxy as events of a recording: messages, receipts, and the calls themselves without their secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from single_window.intake.reading import Reading, open_body
from single_window.recordings.events import Asked, Came, Event, Told
from single_window.recordings.forwarding import MOST_KEPT, Exchanged, Headers
from single_window.recordings.taking import as_text, trades_of

REDACTED = "(redacted)"
_SECRET = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)
_IN_QUERY = re.compile(r"(?i)([?&](?:[^=&]*(?:token|secret|password|key|auth)[^=&]*)=)[^&]*")
_IN_JSON = re.compile(
    rb'(?i)("(?:[^"]*(?:authorization|cookie|token|secret|password|api-?key)[^"]*)"\s*:\s*)"(?:[^"\\]|\\.)*"'
)
KEYS = re.compile(r"/(?:api/v\d+/)?(?:keys|accounts)\b|/(?:sign-?in|login)", re.IGNORECASE)
"""Calls about keys and accounts: their bodies are never recorded."""
SENDING = frozenset({"POST", "PUT"})


class _Shown(msgspec.Struct):
    """A receipt as the window's API tells it in JSON."""

    type: str
    kind: str
    key: str
    status: str
    sequence: int = 0
    order_no: str = ""
    values: dict[str, object] = {}


class _Page(msgspec.Struct):
    """Receipts as the window's API tells them in JSON."""

    mailbox: str
    receipts: list[_Shown]


class Exchanges:
    """Numbers the events of exchanges; a receipt that is polled twice is told once."""

    def __init__(self) -> None:
        self.ended = 0
        """The instant of the latest event."""
        self._number = 0
        self._known: set[tuple[str, int]] = set()

    def events(self, exchanged: Iterable[Exchanged]) -> Iterator[Event]:
        """Each exchange as the message that came, if it was one, the receipts that were told, and the call."""
        for one in exchanged:
            came = self._came(one)
            yield from [came] if came else []
            yield from self._told(one)
            yield self._asked(one, came)

    def _next(self, at: int) -> int:
        self.ended, self._number = max(self.ended, at), self._number + 1
        return self._number

    def _came(self, one: Exchanged) -> Came | None:
        if one.method not in SENDING or b"<" not in one.body[:200] or one.status >= 500:
            return None
        found: Reading = open_body(one.body, {}, MOST_KEPT)
        if not found.code:
            return None
        return Came(
            self._next(one.at),
            one.at,
            found.code,
            found.sender,
            "http",
            202 if one.status < 300 else 422,
            one.at,
            found.edition,
            dict(one.asked).get("X-Scenario", ""),
            found.transmission_id,
            trades_of(one.body),
            **as_text(one.body),
        )

    def _told(self, one: Exchanged) -> Iterator[Told]:
        if one.method != "GET" or b'"receipts"' not in one.answer:
            return
        try:
            page = msgspec.json.decode(one.answer, type=_Page)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        at = one.at + one.milliseconds
        for found in page.receipts:
            if (place := (page.mailbox, found.sequence)) not in self._known:
                self._known.add(place)
                code = found.type.removeprefix("CEB").removesuffix("Message")
                about = (code, found.kind, found.key, found.order_no, found.status)
                yield Told(self._next(at), at, page.mailbox, *about, fields=dict(found.values))

    def _asked(self, one: Exchanged, came: Came | None) -> Asked:
        secret = bool(KEYS.search(urlsplit(one.path).path))
        asked = b"" if came or secret or not _plain(one.asked) else _IN_JSON.sub(rb'\1"(redacted)"', one.body)
        answer = b"" if secret else _IN_JSON.sub(rb'\1"(redacted)"', one.answer)
        return Asked(
            self._next(one.at),
            one.at,
            one.method,
            _IN_QUERY.sub(rf"\1{REDACTED}", one.path),
            tuple(map(_without_secret, one.asked)),
            one.status,
            tuple(map(_without_secret, one.answered)),
            one.milliseconds,
            came.id if came else 0,
            as_text(asked),
            as_text(answer),
            one.whole and not secret and bool(came or asked or not one.body),
        )


def _plain(headers: Headers) -> bool:
    """Whether a body is of a kind that is recorded: no form, which may hold a password."""
    kind = next((text for name, text in headers if name.lower() == "content-type"), "")
    return "form" not in kind


def _without_secret(header: tuple[str, str]) -> tuple[str, str]:
    return (header[0], REDACTED) if _SECRET.search(header[0]) else header
