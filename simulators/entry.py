"""The one door from the world outside into a window: puts a window, its sandbox and its master data together.

Nothing else here knows the window. What goes through the door are messages, receipts as XML, and the passing of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from socket import socket
from typing import Any, NamedTuple

from sqlalchemy import func, select

from simulators.world import World
from single_window import receipts
from single_window.channels.http import bind
from single_window.clock import Clock, monotonic, system_now
from single_window.lock import DataLock
from single_window.masterdata import import_csv
from single_window.serving import Server, stop_by_signal
from single_window.settings import Settings, from_environment
from single_window.store import sandboxes
from single_window.store.engine import reading, writing
from single_window.store.tables import receipt, receipt_group
from single_window.wiring import DEMO, Options, Window, depth, open_window

__all__ = ["DAY", "DEMO", "FIRST_DAY", "Outside", "Refused", "Settings", "answering", "ended", "monotonic", "opened",
           "port", "serve", "settings_for", "tally"]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = 24 * 3_600_000
FIRST_DAY = date(2026, 11, 20)
EVENING = 20
"""The hour at which a day's messages are in: after the last of them was written."""
PAGE = 5_000
PATIENCE = 600.0


class Refused(Exception):
    """The window did not take a message of ours: the generator or the window is wrong."""


class Posted(NamedTuple):
    """Messages of receipts that came for one participant."""

    mailbox: str
    bodies: tuple[bytes, ...]


class Outside:
    """A sandbox of a window as its participants see it: they send, time passes, they fetch their receipts.

    `again`: it was there before, with all that was played in it.
    """

    def __init__(self, window: Window, sandbox: str, day: date, lock: DataLock, again: bool) -> None:
        self.window, self.sandbox, self.day, self.lock, self.again = window, sandbox, day, lock, again
        self._fetched: dict[str, int] = {}

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages; gives after each group how many it held. Raises `Refused`."""
        for answers in self.window.receive(self.sandbox, bodies):
            for answer in answers:
                if answer.status != 202:
                    what = answer.code or "a message"
                    raise Refused(f"{what} was answered with {answer.status}: {answer.findings[:1]}")
            self.window.step()
            yield len(answers)
        self.window.settle()

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[Posted]:
        """What came for these participants since the last time, as messages, in order; raises `Refused` for a gap."""
        with reading(self.window.engine) as connection:
            for mailbox in mailboxes:
                while found := receipts.after(connection, self.sandbox, mailbox, self._fetched.get(mailbox, 0), PAGE):
                    first, last = self._fetched.get(mailbox, 0) + 1, found[-1].sequence
                    if [one.sequence for one in found] != list(range(first, last + 1)):
                        raise Refused(f"the receipts of {mailbox} from {first} to {last} have a gap")
                    self._fetched[mailbox] = last
                    yield Posted(mailbox, tuple(one.body for one in receipts.render(connection, found)))

    def skip(self, mailboxes: Sequence[str]) -> None:
        """Leave aside what came before now."""
        for _ in self.fetch(mailboxes):
            pass

    @property
    def now(self) -> int:
        """The sandbox's instant."""
        return self.window.now(self.sandbox)

    def wait(self, until: int, progress: Callable[[int], None] = lambda instant: None) -> None:
        """Let the sandbox's time pass until an instant, doing on the way all that falls due."""
        self.window.advance(self.sandbox, until, progress)

    def stuck(self) -> Mapping[str, int]:
        """Work that is not done, by state; empty when all is."""
        return {state: count for state, count in depth(self.window, self.sandbox).items() if count}

    def run_clock(self, rate: int) -> None:
        """Let the sandbox's time run from now on, so many times as fast as ours."""
        with writing(self.window.engine) as connection:
            sandboxes.set_clock(connection, self.sandbox, self.now, Decimal(rate))


@contextmanager
def opened(settings: Settings, sandbox: str, world: World, options: Mapping[str, Any],
           day: date | None = None) -> Iterator[Outside]:
    """A window with a sandbox that knows the world's companies, guarantees and stock, in the evening of a day.

    Without `day`: the first day, or in a sandbox that was played in before the day after its last. Raises
    `AlreadyRunning` when another process works on the data.
    """
    lock = DataLock(settings.data).take()
    window = open_window(settings)
    try:
        known = _known(window, sandbox)
        chosen = day or (_day_after(window.now(sandbox)) if known else FIRST_DAY)
        clock = Clock("virtual", evening(chosen), system_now(), Decimal(0))
        window.make_sandbox(sandbox, Options(**options), clock=clock)
        if known:
            window.set_options(sandbox, **options)
            window.advance(sandbox, evening(chosen))
        for kind in ("participants", "guarantees", "stock"):
            import_csv(window, sandbox, kind, getattr(world, f"{kind}_csv")())
        yield Outside(window, sandbox, chosen, lock, known)
    finally:
        window.close()
        lock.release()


def _known(window: Window, sandbox: str) -> bool:
    with reading(window.engine) as connection:
        return sandbox in sandboxes.names(connection)


def evening(day: date) -> int:
    """The instant at which a day's messages are in."""
    return int(datetime(day.year, day.month, day.day, EVENING, tzinfo=SHANGHAI).timestamp()) * 1000


def ended(instant: int) -> str:
    """An instant as people in the sandbox read it."""
    return f"{datetime.fromtimestamp(instant / 1000, SHANGHAI):%Y-%m-%d %H:%M}"


def _day_after(instant: int) -> date:
    return datetime.fromtimestamp(instant / 1000, SHANGHAI).date() + timedelta(days=1)


def settings_for(data: Path | None, **overrides: Any) -> Settings:
    """Settings of the environment with these in their place; raises `WrongSetting`."""
    return from_environment(data=data, **overrides)


@contextmanager
def port(settings: Settings) -> Iterator[socket]:
    """The settings' port, taken at once: one that is in use is told before a day is played. Raises `PortInUse`."""
    bound = bind(settings.host, settings.port)
    try:
        yield bound
    finally:
        bound.close()


def serve(outside: Outside, bound: socket, say: Callable[[str], None]) -> None:
    """Serve the window on a bound port until SIGINT or SIGTERM."""
    stopping = stop_by_signal()
    with Server(outside.window, bound) as server:
        outside.lock.tell(server.url)
        say(server.url)
        stopping.wait()


@contextmanager
def answering(outside: Outside) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Serve the window over HTTP on any free port; gives its address, and a function that waits until all is done."""
    with Server(outside.window, bind("127.0.0.1", 0), folders=False) as server:
        yield server.url, lambda: server.runtime.wait_until_settled(PATIENCE)


class Tally(NamedTuple):
    """What a sandbox holds: lists by what became of them, receipts by type, receipts without a place, bytes."""

    released: int
    receipts: dict[str, int]
    unplaced: int
    stored: int


def tally(outside: Outside) -> Tally:
    """Count what is stored; `stored` are the bytes of the database's files."""
    mine, code = receipt.c.sandbox == outside.sandbox, receipt.c.code
    waiting = (receipt_group.c.sandbox == outside.sandbox, receipt_group.c.first.is_(None))
    with reading(outside.window.engine) as connection:
        counts = {name: number for name, number in connection.execute(
            select(code, func.count()).where(mine).group_by(code))}
        released = connection.execute(select(func.count()).select_from(receipt).where(
            mine, code == "622", receipt.c.return_status == "800")).scalar()
        unplaced = connection.execute(select(func.count()).select_from(receipt_group).where(*waiting)).scalar()
    stored = sum(file.stat().st_size for file in outside.window.settings.data.glob("window.sqlite3*"))
    return Tally(int(released or 0), counts, int(unplaced or 0), stored)
