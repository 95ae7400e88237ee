"""A sandbox of a window that answers over HTTP, as the systems of its participants see it.

They send from several connections at once; what was not answered, or not taken for now (503: the window cannot, 429:
they sent more than they may), they send again, to the byte, when the answer says. All that they sent, were answered and
fetched stands in a journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import msgspec

from simulators.entry import monotonic
from simulators.entry.sending import ACCEPTED, LIMITED
from simulators.verdicts.statements import JournalEntry
from tests.audit.journal import Journal
from tests.audit.polling import PAUSE, GivenUp, Polling
from tests.patience import LONG_PATIENCE

STALLED = 10.0
"""Seconds that nobody waits longer for receipts before he sends again."""
LOOK = 0.25


class Attempt(NamedTuple):
    """How an attempt to send was answered: status (0: not at all), id, and seconds until trying again makes sense."""

    status: int
    number: int
    again_in: float


class Remote(Polling):
    """A sandbox at an address. `advance` moves its clock to an instant, however long that takes.

    `attempts` is told the status of every attempt to send. With `lead`, nobody sends while more than so many documents
    were accepted of which no receipt has come: a day's traffic, not a flood.
    """

    def __init__(
        self,
        url: str,
        sandbox: str,
        journal: Journal,
        advance: Callable[[int], None],
        attempts: Callable[[int], None] = lambda status: None,
        lead: int = 0,
    ) -> None:
        super().__init__(url, sandbox, journal)
        self._advance, self._attempts, self._lead = advance, attempts, lead
        self._accepted = 0

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages, each until it is answered, and wait until all is worked off; gives how many since the last.

        Raises `GivenUp`.
        """
        done: SimpleQueue[Exception | None] = SimpleQueue()
        with ThreadPoolExecutor(self._connections) as pool:
            left = len([pool.submit(self._post, body, done) for body in bodies])
            try:
                while left:
                    ended = _drained(done, LOOK)
                    left -= len(ended)
                    for error in filter(None, ended):
                        raise error
                    yield len(ended)
            except BaseException:
                self.give_up()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        yield from self.settling()

    def _post(self, body: bytes, done: SimpleQueue[Exception | None]) -> None:
        try:
            self._wait_for_the_lead()
            self._until_answered(body)
        except Exception as error:
            done.put(error)
        else:
            done.put(None)

    def _wait_for_the_lead(self) -> None:
        """Until receipts have caught up; not for ever, because some documents are answered together."""
        until = monotonic() + STALLED
        while self._lead and self._accepted - self.received > self._lead and monotonic() < until:
            if self._over.wait(0.02):
                return

    def _until_answered(self, body: bytes) -> None:
        entry, until = self.journal.entry(body), monotonic() + LONG_PATIENCE
        while monotonic() < until and not self._over.is_set():
            status, number, again_in = self.attempt(entry, body)
            entry.answers.append((status, number))
            self._attempts(status)
            if status and status < 500 and status != LIMITED:
                self._accepted += len(entry.trades) if status == ACCEPTED else 0
                return
            self._pause(min(again_in, until - monotonic()))
        raise GivenUp(f"{entry} was not answered in time: {entry.answers[-3:]}")

    def attempt(self, entry: JournalEntry, body: bytes) -> Attempt:
        """Try once to send a message."""
        answer = self._connection.request("POST", "/api/v1/messages", body)
        number = msgspec.json.decode(answer.body)["id"] if answer.status == ACCEPTED else 0
        return Attempt(answer.status, number, answer.pause or PAUSE)

    def settling(self) -> Iterator[int]:
        """Wait until all is worked off; gives 0 now and then. Raises `GivenUp`."""
        until = monotonic() + LONG_PATIENCE
        while self.open:
            if monotonic() > until:
                raise GivenUp(f"work is left after {LONG_PATIENCE:.0f} s: {self.state()['deliveries']}")
            self._pause(LOOK)
            yield 0

    @property
    def now(self) -> int:
        """The sandbox's instant."""
        return int(datetime.fromisoformat(self.state()["sandboxes"][self.sandbox]).timestamp() * 1000)

    def wait(self, until: int) -> None:
        """Let the sandbox's time pass until an instant, doing on the way all that falls due."""
        self._advance(until)

    @property
    def open(self) -> int:
        """Deliveries that are neither done nor parked, of all sandboxes."""
        waiting = self.state()["deliveries"]
        return int(waiting["ready"])

    @property
    def parked(self) -> int:
        """Deliveries that are parked, of all sandboxes."""
        return int(self.state()["deliveries"]["parked"])

    def state(self) -> dict[str, Any]:
        """What the window says of itself."""
        state: dict[str, Any] = msgspec.json.decode(self.get("/api/v1/state").body)
        return state


def _drained(done: SimpleQueue[Exception | None], patience: float) -> list[Exception | None]:
    """What is there by now; waits so long for the first."""
    failures = []
    try:
        failures.append(done.get(timeout=patience))
        while True:
            failures.append(done.get_nowait())
    except Empty:
        return failures
