"""Sends messages over HTTP by a timetable that waits for nobody, and hears their first receipts by long polls.

What is late counts from the instant at which it should have been sent: a window that stands still for a second makes
every message of that second late, not only the one that it stood still for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Barrier, Event, Lock, Thread
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from simulators.bench.machine import used
from simulators.bench.spool import bodies
from simulators.entry import monotonic

SENDERS = 32
"""Connections that send: more than a window that keeps up ever needs at a time."""
PAGE = 1_000
POLL, BREATH = 20, 0.05
"""Seconds that a poll may wait; seconds until the next one where a poll would not wait."""
PATIENCE = 30.0
"""Seconds after the last message in which receipts may still come."""
_GUID = re.compile(rb"<(?:\w+:)?guid>([^<]+)<")
_MAILBOX = re.compile(rb"<(?:\w+:)?dxpId>([^<]+)<")


class Paced(NamedTuple):
    """Milliseconds from the planned sending: to the 202 of each message, to the first receipt of each document."""

    accepted: list[float]
    heard: list[float]
    refused: int
    unheard: int
    seconds: float
    processor: float
    """Seconds of processor time that sending and listening took."""


class Planned(NamedTuple):
    """A message, the guid of its document, and when it is to be sent (seconds after the start)."""

    body: bytes
    guid: str
    due: float


def planned(file: Path, rate: float) -> Iterator[Planned]:
    """The messages of a spool file, of one document each, so many a second."""
    for number, body in enumerate(bodies(file)):
        found = _GUID.search(body)
        assert found is not None
        yield Planned(body, found[1].decode(), number / rate)


def send_paced(url: str, sandbox: str, file: Path, rate: float, senders: int = SENDERS) -> Paced:
    """Send a spool file's messages at a rate (a second), and wait for the first receipt of each."""
    timetable = list(planned(file, rate))
    boxes = {found[1].decode() for one in timetable if (found := _MAILBOX.search(one.body))}
    spent = used()
    paced = _Run(url, sandbox, timetable).run(sorted(boxes), senders)
    return paced._replace(processor=used().since(spent).own)


class _Run:
    def __init__(self, url: str, sandbox: str, timetable: Sequence[Planned]) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port
        self._sandbox, self._timetable, self._next = sandbox, timetable, iter(timetable)
        self._due = {one.guid: one.due for one in timetable}
        self._lock, self._over = Lock(), Event()
        self._accepted: list[float] = []
        self._heard: list[float] = []
        self._refused = 0
        self._start = 0.0

    def run(self, mailboxes: Sequence[str], senders: int) -> Paced:
        pollers = [Thread(target=self._poll, args=(box,), daemon=True) for box in mailboxes]
        sending = [Thread(target=self._send) for _ in range(senders)]
        self._ready = Barrier(len(pollers) + 1)
        for one in pollers:
            one.start()
        self._ready.wait()
        self._start = monotonic() + 0.5
        for one in sending:
            one.start()
        for one in sending:
            one.join()
        seconds = monotonic() - self._start
        self._over.wait(PATIENCE)
        return Paced(self._accepted, self._heard, self._refused, len(self._due), round(seconds, 2), 0.0)

    def _since(self, due: float) -> float:
        """Milliseconds since an instant of the timetable."""
        return (monotonic() - self._start - due) * 1_000

    def _send(self) -> None:
        connection, headers = self._connection(), {"Content-Type": "application/xml", "X-Sandbox": self._sandbox}
        never = Event()
        while (one := self._taken()) is not None:
            never.wait(max(0.0, -self._since(one.due) / 1_000))
            try:
                connection.request("POST", "/api/v1/messages", one.body, headers)
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, HTTPException):
                connection.close()
                status = 0
            late = self._since(one.due)
            with self._lock:
                if status == 202:
                    self._accepted.append(late)
                else:
                    self._refused += 1
        connection.close()

    def _taken(self) -> Planned | None:
        with self._lock:
            return next(self._next, None)

    def _poll(self, mailbox: str) -> None:
        """From the end of what is there already, until all first receipts are here."""
        connection, after = self._connection(), 0
        while (further := self._listed(connection, mailbox, after)) != after:
            after = further
        self._ready.wait()
        while not self._over.is_set():
            begun = monotonic()
            connection.request("GET", f"/api/v1/receipts?mailbox={quote(mailbox)}&after={after}&wait={POLL}"
                               f"&limit={PAGE}&format=json", headers={"X-Sandbox": self._sandbox})
            answer = json.loads(connection.getresponse().read())
            if answer["next"] != after:
                after = int(answer["next"])
                self._hear("".join(one["xml"] for one in answer["receipts"]).encode())
            elif monotonic() - begun < BREATH:
                self._over.wait(BREATH)
        connection.close()

    def _listed(self, connection: HTTPConnection, mailbox: str, after: int) -> int:
        """The last place among the next receipts of a mailbox."""
        connection.request("GET", f"/api/v1/receipts?mailbox={quote(mailbox)}&after={after}&limit={PAGE}&body=false"
                           "&format=json", headers={"X-Sandbox": self._sandbox})
        return int(json.loads(connection.getresponse().read())["next"])

    def _hear(self, body: bytes) -> None:
        with self._lock:
            for found in _GUID.findall(body):
                due = self._due.pop(found.decode(), None)
                if due is not None:
                    self._heard.append(self._since(due))
            if not self._due:
                self._over.set()

    def _connection(self) -> HTTPConnection:
        return HTTPConnection(self._host, self._port, timeout=60)
