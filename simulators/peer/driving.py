"""Hands messages in to a peer by `POST /api/v1/messages`, and polls its mailboxes by `GET /api/v1/receipts`: the two
calls that it must have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Event
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from simulators.entry import monotonic
from simulators.entry.sending import ApiAnswer, ApiConnection
from simulators.errors import SimulatorError
from simulators.messages import SyntheticMessage
from simulators.receipt_log import ReceiptLog

ACCEPTED, OK = 202, 200
PAGE = 1_000
PAUSE, QUIET, MOST_TRIES = 0.2, 1.0, 20
"""Seconds between two rounds of polls; seconds without a receipt after which no more is expected; how often a busy peer
is asked again."""


class Handed(NamedTuple):
    """A message that a peer did not take: its type, the HTTP status (0: no answer), and what it said."""

    code: str
    status: int
    said: str


class Peer:
    """A peer at an address; `headers` name a sandbox, or credentials."""

    def __init__(self, url: str, sandbox: str, key: str) -> None:
        self._connection = ApiConnection(url, sandbox, key)
        self._after: dict[str, int] = {}

    def hand_in(self, messages: Iterable[SyntheticMessage], step: Callable[[], None]) -> list[Handed]:
        """Hand messages in, one after the other; returns those that were not taken."""
        refused = []
        for message in messages:
            answer = self._request("POST", "/api/v1/messages", message.body)
            if answer.status != ACCEPTED:
                refused.append(Handed(message.code, answer.status, answer.body[:300].decode("utf-8", "replace")))
            step()
        return refused

    def poll(self, mailboxes: Sequence[str], receipt_log: ReceiptLog) -> bool:
        """Read what has come into mailboxes since the last time; returns whether anything has."""
        came = False
        for box in mailboxes:
            while receipts := self._page(box):
                receipt_log.read(box, [xml.encode() for xml in receipts])
                came = True
        return came

    def skip(self, mailboxes: Sequence[str]) -> None:
        """Pass over what is in mailboxes already."""
        for box in mailboxes:
            while self._page(box):
                pass

    def _page(self, box: str) -> list[str]:
        """The XML of the next receipts of a mailbox."""
        after = self._after.get(box, 0)
        answer = self._request("GET", f"/api/v1/receipts?mailbox={quote(box)}&after={after}&limit={PAGE}&format=json")
        if answer.status != OK:
            raise SimulatorError(f"the mailbox {box} cannot be polled: HTTP {answer.status} {answer.body[:200]!r}")
        try:
            page = msgspec.json.decode(answer.body)
            self._after[box], receipts = int(page["next"]), [str(receipt["xml"]) for receipt in page["receipts"]]
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as wrong:
            raise SimulatorError(
                f"the answer to a poll of {box} has no `receipts` with their `xml`, and `next`: {wrong!r}"
            ) from None
        return receipts if self._after[box] != after else []

    def _request(self, method: str, path: str, body: bytes | None = None) -> ApiAnswer:
        for _ in range(MOST_TRIES):
            answer = self._connection.request(method, path, body)
            if not answer.pause:
                break
            Event().wait(min(answer.pause, 1.0))
        return answer


def wait_for(
    peer: Peer, mailboxes: Sequence[str], receipt_log: ReceiptLog, done: Callable[[], bool], patience: float
) -> None:
    """Poll until all is done and nothing has come for a second, or nothing has come for `patience` seconds."""
    last = monotonic()
    while monotonic() - last < (min(QUIET, patience) if done() else patience):
        if peer.poll(mailboxes, receipt_log):
            last = monotonic()
        else:
            Event().wait(PAUSE)
