"""Converts calls through a proxy to events of a recording: messages, receipts, and the calls without their secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from single_window.intake.reading import Reading, open_body
from single_window.recordings.events import CallEvent, Event, MessageEvent, ReceiptEvent
from single_window.recordings.forwarding import MAX_KEPT_BYTES, Exchanged, Headers
from single_window.recordings.from_store import as_text, trades_of

REDACTED = "(redacted)"
_SECRET = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)
_IN_QUERY = re.compile(r"(?i)([?&](?:[^=&]*(?:token|secret|password|key|auth)[^=&]*)=)[^&]*")
_IN_JSON = re.compile(
    rb'(?i)("(?:[^"]*(?:authorization|cookie|token|secret|password|api-?key)[^"]*)"\s*:\s*)"(?:[^"\\]|\\.)*"'
)
KEYS = re.compile(r"/(?:api/v\d+/)?(?:keys|accounts)\b|/(?:sign-?in|login)", re.IGNORECASE)
"""Calls about keys and accounts: their bodies are never recorded."""
SENDING = frozenset({"POST", "PUT"})


class _ShownReceipt(msgspec.Struct):
    """A receipt in an answer of the API."""

    type: str
    kind: str
    key: str
    status: str
    sequence: int = 0
    order_no: str = ""
    values: dict[str, object] = {}


class _Page(msgspec.Struct):
    """The receipts of an answer of the API."""

    mailbox: str
    receipts: list[_ShownReceipt]


class Exchanges:
    """Converts exchanges to numbered events; a receipt that is polled twice is one event."""

    def __init__(self) -> None:
        self.ended = 0
        """The instant of the latest event."""
        self._number = 0
        self._known: set[tuple[str, int]] = set()

    def events(self, exchanged: Iterable[Exchanged]) -> Iterator[Event]:
        """The events of each exchange: its message, if it has one, its receipts, and the call."""
        for exchange in exchanged:
            message = self._message_of(exchange)
            yield from [message] if message else []
            yield from self._receipts(exchange)
            yield self._call(exchange, message)

    def _next(self, at: int) -> int:
        self.ended, self._number = max(self.ended, at), self._number + 1
        return self._number

    def _message_of(self, exchanged: Exchanged) -> MessageEvent | None:
        if exchanged.method not in SENDING or b"<" not in exchanged.body[:200] or exchanged.status >= 500:
            return None
        opened: Reading = open_body(exchanged.body, {}, MAX_KEPT_BYTES)
        if not opened.code:
            return None
        return MessageEvent(
            id=self._next(exchanged.at),
            at=exchanged.at,
            code=opened.code,
            sender=opened.sender,
            channel="http",
            status=202 if exchanged.status < 300 else 422,
            machine=exchanged.at,
            edition=opened.edition,
            scenario=dict(exchanged.request_headers).get("X-Scenario", ""),
            transmission=opened.transmission_id,
            trades=trades_of(exchanged.body),
            **as_text(exchanged.body),
        )

    def _receipts(self, exchanged: Exchanged) -> Iterator[ReceiptEvent]:
        if exchanged.method != "GET" or b'"receipts"' not in exchanged.answer:
            return
        try:
            page = msgspec.json.decode(exchanged.answer, type=_Page)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        at = exchanged.at + exchanged.milliseconds
        for receipt in page.receipts:
            if (place := (page.mailbox, receipt.sequence)) not in self._known:
                self._known.add(place)
                code = receipt.type.removeprefix("CEB").removesuffix("Message")
                about = (code, receipt.kind, receipt.key, receipt.order_no, receipt.status)
                yield ReceiptEvent(self._next(at), at, page.mailbox, *about, fields=dict(receipt.values))

    def _call(self, exchanged: Exchanged, message: MessageEvent | None) -> CallEvent:
        secret = bool(KEYS.search(urlsplit(exchanged.path).path))
        request_body = (
            b""
            if message or secret or not _plain_headers(exchanged.request_headers)
            else _IN_JSON.sub(rb'\1"(redacted)"', exchanged.body)
        )
        answer = b"" if secret else _IN_JSON.sub(rb'\1"(redacted)"', exchanged.answer)
        return CallEvent(
            id=self._next(exchanged.at),
            at=exchanged.at,
            method=exchanged.method,
            path=_IN_QUERY.sub(rf"\1{REDACTED}", exchanged.path),
            headers=tuple(map(_without_secret, exchanged.request_headers)),
            status=exchanged.status,
            answered=tuple(map(_without_secret, exchanged.answered)),
            milliseconds=exchanged.milliseconds,
            came=message.id if message else 0,
            body=as_text(request_body),
            answer=as_text(answer),
            whole=exchanged.whole and not secret and bool(message or request_body or not exchanged.body),
        )


def _plain_headers(headers: Headers) -> bool:
    """True if a body is recorded: forms are not, because they may contain passwords."""
    kind = next((text for name, text in headers if name.lower() == "content-type"), "")
    return "form" not in kind


def _without_secret(header: tuple[str, str]) -> tuple[str, str]:
    return (header[0], REDACTED) if _SECRET.search(header[0]) else header
