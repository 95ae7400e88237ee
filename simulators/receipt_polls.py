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
RECEIPTS_PER_PAGE = 1_000
POLL_SECONDS, PAUSE_SECONDS = 20, 0.05
"""Maximum seconds of a long poll; seconds from one poll to the next if the window answers at once."""
Receipts = Sequence[Mapping[str, Any]]


class ReceiptPolls:
    """Polls mailboxes of a sandbox, in a thread each. `received(mailbox, new receipts)` is called by several threads at
    once; `bodies`: receipts include their XML."""

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
        self._query = f"limit={RECEIPTS_PER_PAGE}&format=json{'' if bodies else '&body=false'}"
        self._ready, self._stopped = Barrier(len(self._mailboxes) + 1), Event()
        self._errors: list[SimulatorError] = []

    def start(self) -> None:
        """Start, and return when the receipts that are there already are skipped; raises `SimulatorError`."""
        for box in self._mailboxes:
            Thread(target=self._poll, args=(box,), daemon=True).start()
        try:
            self._ready.wait()
        except BrokenBarrierError:
            self.stop()
            raise self._errors[0] from None

    def stop(self) -> None:
        """Start no further polls; waiting ones time out."""
        self._stopped.set()

    def _poll(self, mailbox: str) -> None:
        connection, after = ApiConnection(self._url, self._sandbox, self._key), 0
        try:
            after = self._last_sequence(connection, mailbox)
            self._ready.wait()
        except (SimulatorError, BrokenBarrierError) as error:
            if isinstance(error, SimulatorError):
                self._errors.append(error)
            self._ready.abort()
            return
        while not self._stopped.is_set():
            begun = monotonic()
            status, body, pause = self._request_page(connection, mailbox, after, f"&wait={POLL_SECONDS}&{self._query}")
            if status == OK and body["next"] != after:
                after = int(body["next"])
                self._received(mailbox, body["receipts"])
            elif pause:
                self._stopped.wait(pause)
            elif monotonic() - begun < PAUSE_SECONDS:
                self._stopped.wait(PAUSE_SECONDS)
        connection.close()

    def _last_sequence(self, connection: ApiConnection, mailbox: str) -> int:
        """The sequence number of the last receipt of a mailbox."""
        previous, last = -1, 0
        while last != previous:
            status, body, pause = self._request_page(
                connection, mailbox, last, f"&limit={RECEIPTS_PER_PAGE}&body=false&format=json"
            )
            if pause and not self._stopped.wait(pause):
                continue
            if status != OK:
                raise SimulatorError(
                    f"The receipts of {mailbox} cannot be polled at {self._url}: HTTP {status} {body or ''}"
                )
            previous, last = last, int(body["next"])
        return last

    def _request_page(
        self, connection: ApiConnection, mailbox: str, after: int, parameters: str
    ) -> tuple[int, Any, float]:
        """(status, content, seconds until a retry if the window is busy or the key's rate limit is reached)"""
        answer = connection.request("GET", f"/api/v1/receipts?mailbox={quote(mailbox)}&after={after}{parameters}")
        try:
            return answer.status, msgspec.json.decode(answer.body or b"{}"), answer.pause
        except msgspec.DecodeError:
            connection.close()
            return 0, {}, 0.0
