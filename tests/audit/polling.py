"""Fetches for participants over HTTP: receipts from their places, and what the window keeps of their messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, local
from urllib.parse import urlencode

import msgspec

from simulators.entry import FetchedReceipts, monotonic
from simulators.entry.sending import LIMITED, ApiAnswer, ApiConnection
from simulators.messages import digest
from tests.audit.journal import Fetched, Journal
from tests.patience import LONG_PATIENCE

CONNECTIONS = 8
PAUSE = 0.25
PAGE = 100
NOTHING_YET = 204


class GivenUp(Exception):
    """The window did not answer, or did not finish, in all that time; the text says what was asked."""


class Polling:
    """Asks a window about a sandbox, again until there is an answer; a journal keeps what it was given."""

    def __init__(self, url: str, sandbox: str, journal: Journal, connections: int = CONNECTIONS) -> None:
        self.url, self.sandbox, self.journal, self._connections = url, sandbox, journal, connections
        self._own, self._over = local(), Event()
        self._fetched: dict[str, int] = {}

    def give_up(self) -> None:
        """Let whoever tries again and again leave off: the run is over."""
        self._over.set()

    @property
    def received(self) -> int:
        """Receipts that were fetched so far."""
        return sum(self._fetched.values())

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[FetchedReceipts]:
        """What came for these participants since the last time, as messages, in order."""
        for mailbox in mailboxes:
            bodies = self._mailbox(mailbox)
            if bodies:
                yield FetchedReceipts(mailbox, tuple(bodies))

    def _mailbox(self, mailbox: str) -> list[bytes]:
        bodies = []
        while (fetched := self._next(mailbox, self._fetched.get(mailbox, 0), PAGE)) is not None:
            self._fetched[mailbox] = fetched.next
            self.journal.fetched.append(fetched)
            bodies.append(fetched.body)
        return bodies

    def _next(self, mailbox: str, after: int, limit: int) -> Fetched | None:
        query = urlencode({"mailbox": mailbox, "after": after, "limit": limit, "format": "xml"})
        answer = self.get(f"/api/v1/receipts?{query}")
        if answer.status == NOTHING_YET:
            return None
        return Fetched(mailbox, after, int(answer.headers["x-next-after"]), answer.body)

    def fetch_again(self) -> None:
        """Ask everything that was asked once more, one mailbox beside the other."""
        questions: dict[str, list[Fetched]] = {}
        for fetched in self.journal.fetched:
            questions.setdefault(fetched.mailbox, []).append(fetched)
        with ThreadPoolExecutor(self._connections) as pool:
            for pages in pool.map(self._asked_again, questions.values()):
                self.journal.again += pages

    def _asked_again(self, questions: Sequence[Fetched]) -> list[Fetched]:
        pages = (self._next(page.mailbox, page.after, page.next - page.after) for page in questions)
        return [page for page in pages if page is not None]

    def look_up(self) -> None:
        """Ask for every message that was acknowledged: what became of it, and the bytes that are kept."""
        accepted = [entry for entry in self.journal.sent.values() if entry.ids]
        with ThreadPoolExecutor(self._connections) as pool:
            for answer, kept in zip(
                accepted, pool.map(lambda answer: self._kept(min(answer.ids)), accepted), strict=True
            ):
                answer.kept = (kept[0], kept[1] == answer.digest)

    def _kept(self, number: int) -> tuple[str, str]:
        answer = self.get(f"/api/v1/messages/{number}")
        if answer.status != 200:
            return "", ""
        return msgspec.json.decode(answer.body)["state"], digest(self.get(f"/api/v1/messages/{number}/body").body)

    def skip(self, mailboxes: Sequence[str]) -> None:
        """Leave aside what came before now."""
        for _ in self.fetch(mailboxes):
            pass

    def look(self, path: str) -> ApiAnswer:
        """Ask once."""
        return self._connection.request("GET", path)

    def get(self, path: str) -> ApiAnswer:
        """Ask until there is an answer that is neither 503 nor 429; raises `GivenUp`."""
        until = monotonic() + LONG_PATIENCE
        status = 0
        while monotonic() < until and not self._over.is_set():
            answer = self.look(path)
            if 0 < (status := answer.status) < 500 and status != LIMITED:
                return answer
            self._pause(min(answer.pause or PAUSE, until - monotonic()))
        raise GivenUp(f"{path} was not answered in time (last: {status})")

    def _pause(self, seconds: float) -> None:
        self._over.wait(seconds)

    @property
    def _connection(self) -> ApiConnection:
        """The connection of this thread."""
        if not hasattr(self._own, "connection"):
            self._own.connection = ApiConnection(self.url, self.sandbox)
        connection: ApiConnection = self._own.connection
        return connection
