"""Receives new receipts of participants by concurrent long polls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Barrier, BrokenBarrierError, Event, Thread
from typing import Any
from urllib.parse import quote

import msgspec

from simulators.entry import monotonic
from simulators.entry.sending import ApiConnection
from simulators.errors import SimulatorError

OK = 200
PAGE = 1_000
POLL, BREATH = 20, 0.05
"""Maximum seconds of a long poll; pause in seconds between polls that do not wait."""
Receipts = Sequence[Mapping[str, Any]]


class ReceiptPolls:
    """Polls mailboxes of a sandbox, in a thread each. `received` is called concurrently with a mailbox and its new
    receipts as JSON; `bodies`: include their XML."""

    def __init__(
        self,
        url: str,
        sandbox: str,
        mailboxes: Iterable[str],
        received: Callable[[str, Receipts], None],
        key: str = "",
        bodies: bool = False,
    ) -> None:
        self._url, self._sandbox, self._key = url, sandbox, key
        self._received, self._mailboxes = received, tuple(mailboxes)
        self._asked = f"limit={PAGE}&format=json{'' if bodies else '&body=false'}"
        self._ready, self._over = Barrier(len(self._mailboxes) + 1), Event()
        self._failed: list[SimulatorError] = []

    def start(self) -> None:
        """Start, and return when every mailbox has been read to its end; raises `SimulatorError`."""
        for box in self._mailboxes:
            Thread(target=self._poll, args=(box,), daemon=True).start()
        try:
            self._ready.wait()
        except BrokenBarrierError:
            self.stop()
            raise self._failed[0] from None

    def stop(self) -> None:
        """Start no further polls; waiting ones time out."""
        self._over.set()

    def _poll(self, mailbox: str) -> None:
        connection, after = ApiConnection(self._url, self._sandbox, self._key), 0
        try:
            after = self._end(connection, mailbox)
            self._ready.wait()
        except (SimulatorError, BrokenBarrierError) as error:
            if isinstance(error, SimulatorError):
                self._failed.append(error)
            self._ready.abort()
            return
        while not self._over.is_set():
            begun = monotonic()
            status, body, pause = self._answer(connection, mailbox, after, f"&wait={POLL}&{self._asked}")
            if status == OK and body["next"] != after:
                after = int(body["next"])
                self._received(mailbox, body["receipts"])
            elif pause:
                self._over.wait(pause)
            elif monotonic() - begun < BREATH:
                self._over.wait(BREATH)
        connection.close()

    def _end(self, connection: ApiConnection, mailbox: str) -> int:
        """The last sequence of a mailbox."""
        after, further = -1, 0
        while further != after:
            status, body, pause = self._answer(connection, mailbox, further, f"&limit={PAGE}&body=false&format=json")
            if pause and not self._over.wait(pause):
                continue
            if status != OK:
                raise SimulatorError(
                    f"The receipts of {mailbox} cannot be polled at {self._url}: HTTP {status} {body or ''}"
                )
            after, further = further, int(body["next"])
        return after

    def _answer(self, connection: ApiConnection, mailbox: str, after: int, more: str) -> tuple[int, Any, float]:
        """(status, content, seconds until a retry if the window is busy or the key's rate limit is reached)"""
        answer = connection.request("GET", f"/api/v1/receipts?mailbox={quote(mailbox)}&after={after}{more}")
        try:
            return answer.status, msgspec.json.decode(answer.body or b"{}"), answer.pause
        except msgspec.DecodeError:
            connection.close()
            return 0, {}, 0.0
