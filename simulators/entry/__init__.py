"""The one door from the world outside into a window: puts a window, its sandbox and its master data together.

Nothing else here knows the window. What goes through the door are messages, receipts as XML, and the passing of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from socket import socket
from threading import Event
from typing import Any, NamedTuple

from simulators.entry.application import WindowApplication
from simulators.entry.deciding import Decisions, OfficerName
from simulators.entry.kept_days import KeptDay, kept_days
from simulators.entry.post import FetchedReceipts, ReceiptReader
from simulators.errors import SimulatorError
from simulators.signing import Cards
from simulators.world import World
from single_window.accounts import keeping
from single_window.accounts.folder_secrets import SESSION_KEY, folder_secret
from single_window.accounts.people import Person
from single_window.answers import audits
from single_window.api.server.http import bind
from single_window.cases.digests import queries as digests
from single_window.client import SandboxClient
from single_window.clock import Clock, monotonic, system_now
from single_window.commands.sandbox import parsed_options as sandbox_options
from single_window.data_lock import DataLock
from single_window.process.serving import Server, stop_by_signal, wait_for_signal
from single_window.process.supervision import worker_processes
from single_window.settings import Settings, check_names, from_environment, without_password
from single_window.store import sandboxes
from single_window.store.engine import reading, snapshot
from single_window.wiring import DEMO, Options, Window, open_window
from single_window.work.settling import IdleTimeout

__all__ = [
    "DAY",
    "DEMO",
    "FIRST_DAY",
    "FetchedReceipts",
    "ReceiptReader",
    "SandboxSession",
    "Settings",
    "answering",
    "audited",
    "ended",
    "evening",
    "local",
    "monotonic",
    "opened",
    "port",
    "sandbox_options",
    "serve",
    "settings_for",
    "without_password",
]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = 24 * 3_600_000
FIRST_DAY = date(2026, 11, 20)
EVENING = 20
"""The hour at which a day's messages are in: after the last of them was written."""
PATIENCE = 600.0
OFTEN, EACH, RARELY = 0.02, 0.0005, 0.5
"""Seconds until others are asked again what is left, by how much was left: looking costs those who work, too."""


class OpenedWindow(NamedTuple):
    """A window that is open in this process: its application, and the lock on its data."""

    window: Window
    application: WindowApplication
    lock: DataLock


class SandboxSession(Decisions):
    """A sandbox of a window as its participants see it: they send, time passes, they fetch their receipts.

    `again`: it was there before, with all that was played in it. `cards`: with which they sign; None: they do not.
    """

    def __init__(self, opened: OpenedWindow, sandbox: str, day: date, again: bool, cards: Cards | None = None) -> None:
        self._opened, self.sandbox, self.day, self.again, self._cards = opened, sandbox, day, again, cards
        self.window, self.lock = opened.window, opened.lock
        self.client = opened.application.sandbox(sandbox)
        """The sandbox as whoever owns the machine calls it."""
        self._post = ReceiptReader(opened.window.engine, sandbox)

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and see them through; gives after each group how many it held. Raises `SimulatorError`."""
        for count in self.hand_in(bodies):
            self.window.step()
            yield count
        self.settle()

    def hand_in(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and leave it at that; gives after each group how many it held. Raises `SimulatorError`."""
        signed = bodies if self._cards is None else map(self._cards.signed, bodies)
        for answers in self.window.receive(self.sandbox, signed):
            for answer in answers:
                if answer.status != 202:
                    subject = answer.code or "a message"
                    raise SimulatorError(f"{subject} was answered with {answer.status}: {answer.findings[:1]}")
            yield len(answers)

    def settle(self) -> None:
        """Return when nothing is left that could be done now, here or by other processes."""
        if self.window.receives:
            self.window.settle()
            return
        timeout = IdleTimeout(pause=0)
        while left := timeout.check(self.window.elsewhere()):
            Event().wait(min(RARELY, OFTEN + left * EACH))

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[FetchedReceipts]:
        """Fetch the receipts for these mailboxes since the last call, in order; raises `SimulatorError` for a gap."""
        return self._post.fetch(mailboxes)

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
        return {state: count for state, count in self.window.depth(self.sandbox).items() if count}

    def client_of(self, officer: OfficerName) -> SandboxClient:
        """The sandbox as an officer calls it, with the rights of his role."""
        person = Person(officer.name, officer.role, agency=officer.agency, office=officer.office)
        return self._opened.application.sandbox(self.sandbox, person)

    def review_batches(self, reason: str, most: int = 100) -> int:
        """Have every list inspected of the batches whose samples are, of so many at most; gives how many there are."""
        query = {"state": "under_inspection", "limit": most}
        batches = self.client.call("GET", "/batches", query=query)["batches"]
        for batch in batches:
            self.client.decide(batch["batch_no"], "review", reason, "batch")
        self.settle()
        return len(batches)

    def choose(self, **options: Any) -> None:
        """Change how the sandbox behaves from now on."""
        self.client.options(**options)

    def another_sandbox(self, sandbox: str, world: World, options: Mapping[str, Any], day: date) -> SandboxSession:
        """Another sandbox of the same window, in the evening of a day of its own, however long ago that was."""
        return _entered(self._opened, sandbox, world, options, day)

    def audited(self) -> Sequence[str]:
        """Every place where a ledger does not keep what it must."""
        return audited(self)

    def kept_days(self) -> Sequence[KeptDay]:
        """The last days that it keeps for exporters and banks."""
        with reading(self.window.engine) as connection:
            return tuple(kept_days(connection, self.sandbox))

    def digests(self) -> Mapping[str, Any]:
        """Both digests of the sandbox, as `single-window digest --json` gives them."""
        with snapshot(self.window.engine) as connection:
            return digests.digests_of(connection, self.sandbox).plainly()

    def run_clock(self, rate: int) -> None:
        """Let the sandbox's time run from now on, so many times as fast as ours."""
        self.client.clock.set("virtual", rate=str(rate))


@contextmanager
def opened(
    settings: Settings,
    sandbox: str,
    world: World,
    options: Mapping[str, Any],
    day: date | None = None,
    queues: Sequence[str] | None = None,
    dice: str = "",
) -> Iterator[SandboxSession]:
    """A window with a sandbox that knows the world's companies, guarantees and stock, in the evening of a day.

    Without `day`: the first day, or in a sandbox that was played in before the day after its last. `queues` are those
    that it works on: by default all, none where the settings have processes beside; `dice` seeds the sandbox's draws.
    Raises `AlreadyRunning` when another process works on the data.
    """
    lock = DataLock(settings.data).take()
    window = open_window(settings, queues=() if settings.processes > 1 else queues)
    try:
        with worker_processes(settings):
            yield _entered(OpenedWindow(window, WindowApplication(window), lock), sandbox, world, options, day, dice)
    finally:
        window.close()
        lock.release()


def _entered(
    opened: OpenedWindow,
    sandbox: str,
    world: World,
    options: Mapping[str, Any],
    day: date | None,
    dice: str = "",
) -> SandboxSession:
    window, known = opened.window, _known(opened.window, sandbox)
    chosen = day or (_day_after(window.now(sandbox)) if known else FIRST_DAY)
    clock = Clock("virtual", evening(chosen), system_now(), Decimal(0))
    window.make_sandbox(sandbox, Options(**options), dice, clock)
    if known:
        window.set_options(sandbox, **options)
        window.advance(sandbox, max(evening(chosen), window.now(sandbox)))
    client = opened.application.sandbox(sandbox)
    for kind in ("participants", "guarantees", "stock"):
        client.import_master_data(kind, str(getattr(world, f"{kind}_csv")()))
    cards = Cards(partial(_issued, client)) if options.get("signatures", "off") != "off" else None
    return SandboxSession(opened, sandbox, chosen, known, cards)


def _issued(client: SandboxClient, company: str, algorithm: str) -> Mapping[str, str]:
    """A certificate of a company and its private key."""
    return dict(client.call("POST", "/certificates", json={"company": company, "algorithm": algorithm}))


def _known(window: Window, sandbox: str) -> bool:
    with reading(window.engine) as connection:
        return sandbox in sandboxes.names(connection)


def evening(day: date) -> int:
    """The instant at which a day's messages are in."""
    return int(datetime(day.year, day.month, day.day, EVENING, tzinfo=SHANGHAI).timestamp()) * 1000


def local(instant: int) -> datetime:
    """An instant of a sandbox as the times of receipts have it."""
    return datetime.fromtimestamp(instant / 1000, SHANGHAI).replace(tzinfo=None)


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
    """The settings' port, taken at once: one that is in use is told before a day is played. Raises `PortInUse`, and
    `WrongSetting` for a network that is to be served without a name."""
    check_names(settings)
    bound = bind(settings.host, settings.port)
    try:
        yield bound
    finally:
        bound.close()


def logins(session: SandboxSession) -> list[tuple[str, str, str]]:
    """Role, name and password of an account for each role; each is made unless it is there."""
    window = session.window
    return [
        (account.role, account.name, account.password)
        for account in keeping.demo_accounts(window.engine, folder_secret(window.settings.data, SESSION_KEY))
    ]


def serve(session: SandboxSession, bound: socket, say: Callable[[str], None]) -> None:
    """Serve the window on a bound port until SIGINT or SIGTERM."""
    stopping = stop_by_signal()
    with Server(session.window, bound) as server:
        session.lock.publish(server.url)
        say(server.url)
        wait_for_signal(stopping)


@contextmanager
def answering(session: SandboxSession) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Serve the window over HTTP on any free port; gives its address, and a function that waits until all is done."""
    with Server(session.window, bind("127.0.0.1", 0), folders=False) as server:
        yield server.url, lambda: server.runtime.wait_until_settled(PATIENCE)


def audited(session: SandboxSession) -> Sequence[str]:
    """Every place where a ledger of the sandbox does not keep what it must."""
    return audits.audited(session.window.engine, session.sandbox).differences
