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
from threading import Event
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from simulators.entry.acting import Acting
from simulators.entry.kept_days import KeptDay, kept_days
from simulators.entry.post import Post, Posted, Refused
from simulators.entry.signing import Cards
from simulators.world import World
from single_window.accounts import keeping
from single_window.accounts.folder_secrets import SESSION_KEY, folder_secret
from single_window.accounts.people import OPERATOR
from single_window.answers import audits
from single_window.api.server.http import bind
from single_window.cases import batches, digests
from single_window.cases.batches.decisions import BATCH_DECISION
from single_window.cases.copied_cases import copied_lists, file_copies
from single_window.cases.summaries import file_closed_lists
from single_window.clock import Clock, monotonic, system_now
from single_window.commands.sandbox import parsed_options as sandbox_options
from single_window.data_lock import DataLock
from single_window.frame.deciding import decide
from single_window.frame.decision_kinds import Requested
from single_window.master_data.importing import import_csv
from single_window.messaging.wakeups import NAMESPACE
from single_window.process.roles import ALL, ALONE, APART
from single_window.process.serving import Server, stop_by_signal, wait_for_signal
from single_window.process.supervision import working_beside
from single_window.settings import Settings, check_names, from_environment, without_password
from single_window.store import sandboxes
from single_window.store.engine import reading, snapshot, writing
from single_window.store.tables import declaration, receipt
from single_window.wiring import DEMO, Options, Window, open_window
from single_window.work.settling import IdleTimeout

__all__ = [
    "BROKER_EXCHANGES",
    "BROKER_QUEUES",
    "DAY",
    "DEMO",
    "FIRST_DAY",
    "Outside",
    "Post",
    "Posted",
    "Refused",
    "Settings",
    "answering",
    "audited",
    "crew",
    "ended",
    "evening",
    "local",
    "monotonic",
    "opened",
    "port",
    "sandbox_options",
    "serve",
    "settings_for",
    "tally",
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
BROKER_QUEUES = (f"{NAMESPACE}.unreadable",)
BROKER_EXCHANGES = (f"{NAMESPACE}.hints", f"{NAMESPACE}.dead", f"{NAMESPACE}.participants")
"""What windows declare at RabbitMQ."""


class Outside(Acting):
    """A sandbox of a window as its participants see it: they send, time passes, they fetch their receipts.

    `again`: it was there before, with all that was played in it. `cards`: with which they sign; None: they do not.
    """

    def __init__(
        self, window: Window, sandbox: str, day: date, lock: DataLock, again: bool, cards: Cards | None = None
    ) -> None:
        self.window, self.sandbox, self.day, self.lock, self.again = window, sandbox, day, lock, again
        self._cards = cards
        self._post = Post(window.engine, sandbox)

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and see them through; gives after each group how many it held. Raises `Refused`."""
        for count in self.hand_in(bodies):
            self.window.step()
            yield count
        self.settle()

    def hand_in(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and leave it at that; gives after each group how many it held. Raises `Refused`."""
        signed = bodies if self._cards is None else map(self._cards.signed, bodies)
        for answers in self.window.receive(self.sandbox, signed):
            for answer in answers:
                if answer.status != 202:
                    subject = answer.code or "a message"
                    raise Refused(f"{subject} was answered with {answer.status}: {answer.findings[:1]}")
            yield len(answers)

    def settle(self) -> None:
        """Return when nothing is left that could be done now, here or by other processes."""
        if self.window.receives:
            self.window.settle()
            return
        timeout = IdleTimeout(pause=0)
        while left := timeout.check(self.window.elsewhere()):
            Event().wait(min(RARELY, OFTEN + left * EACH))

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[Posted]:
        """What came for these participants since the last time, as messages, in order; raises `Refused` for a gap."""
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

    def review_batches(self, reason: str, most: int = 100) -> int:
        """Have every list inspected of the batches whose samples are, of so many at most; gives how many there are."""
        with reading(self.window.engine) as connection:
            listed = batches.listed(connection, self.sandbox, "under_inspection", 0, most)
        for batch in listed:
            wanted = Requested("review", reason, batch.revision)
            decide(self.window, self.sandbox, BATCH_DECISION, batch.batch_no, wanted, OPERATOR)
        self.settle()
        return len(listed)

    def master_data(self, kind: str, rows: str) -> None:
        """Import master data of a kind, as CSV."""
        import_csv(self.window, self.sandbox, kind, rows)

    def choose(self, **options: Any) -> None:
        """Change how the sandbox behaves from now on."""
        self.window.set_options(self.sandbox, **options)

    def beside(self, sandbox: str, world: World, options: Mapping[str, Any], day: date) -> Outside:
        """Another sandbox of the same window, in the evening of a day of its own, however long ago that was."""
        return _entered(self.window, sandbox, world, options, day, self.lock)

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

    def file_closed(self, bodies: Iterable[bytes], count: int, merchant: str, day: date) -> None:
        """Have a merchant's lists, so many copies of those in messages, stand as closed on a day, without sending them:
        as messages they would take minutes before anything could be measured of what comes after."""
        lists = copied_lists(bodies, count, merchant)
        file_closed_lists(self.window, self.sandbox, lists, evening(day))

    def file_copies(self, count: int, waiting: int) -> None:
        """Have so many copies of the newest import list stand as closed, and so many of them in review."""
        file_copies(self.window, self.sandbox, count, waiting)

    def list_numbers(self, merchant: str) -> list[tuple[str, str]]:
        """Order number and list number of a merchant's exports, in the order in which they were filed."""
        with reading(self.window.engine) as connection:
            rows = connection.execute(
                select(declaration.c.order_no, declaration.c.invt_no)
                .where(
                    declaration.c.sandbox == self.sandbox, declaration.c.ebc_code == merchant, declaration.c.flow == "E"
                )
                .order_by(declaration.c.id)
            )
            return [(order_no, invt_no) for order_no, invt_no in rows]

    def run_clock(self, rate: int) -> None:
        """Let the sandbox's time run from now on, so many times as fast as ours."""
        with writing(self.window.engine) as connection:
            sandboxes.set_clock(connection, self.sandbox, self.now, Decimal(rate))


@contextmanager
def opened(
    settings: Settings,
    sandbox: str,
    world: World,
    options: Mapping[str, Any],
    day: date | None = None,
    queues: Sequence[str] | None = None,
    dice: str = "",
) -> Iterator[Outside]:
    """A window with a sandbox that knows the world's companies, guarantees and stock, in the evening of a day.

    Without `day`: the first day, or in a sandbox that was played in before the day after its last. `queues` are those
    that it works on: by default all, none where the settings have processes beside; `dice` seeds the sandbox's draws.
    Raises `AlreadyRunning` when another process works on the data.
    """
    lock = DataLock(settings.data).take()
    window = open_window(settings, queues=() if settings.processes > 1 else queues)
    try:
        with working_beside(settings):
            yield _entered(window, sandbox, world, options, day, lock, dice)
    finally:
        window.close()
        lock.release()


def _entered(
    window: Window,
    sandbox: str,
    world: World,
    options: Mapping[str, Any],
    day: date | None,
    lock: DataLock,
    dice: str = "",
) -> Outside:
    known = _known(window, sandbox)
    chosen = day or (_day_after(window.now(sandbox)) if known else FIRST_DAY)
    clock = Clock("virtual", evening(chosen), system_now(), Decimal(0))
    window.make_sandbox(sandbox, Options(**options), dice, clock)
    if known:
        window.set_options(sandbox, **options)
        window.advance(sandbox, max(evening(chosen), window.now(sandbox)))
    for kind in ("participants", "guarantees", "stock"):
        import_csv(window, sandbox, kind, getattr(world, f"{kind}_csv")())
    cards = Cards(window, sandbox) if options.get("signatures", "off") != "off" else None
    return Outside(window, sandbox, chosen, lock, known, cards)


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


def logins(outside: Outside) -> list[tuple[str, str, str]]:
    """Role, name and password of an account for each role; each is made unless it is there."""
    window = outside.window
    return [
        (account.role, account.name, account.password)
        for account in keeping.demo_accounts(window.engine, folder_secret(window.settings.data, SESSION_KEY))
    ]


def serve(outside: Outside, bound: socket, say: Callable[[str], None]) -> None:
    """Serve the window on a bound port until SIGINT or SIGTERM."""
    stopping = stop_by_signal()
    with Server(outside.window, bound) as server:
        outside.lock.publish(server.url)
        say(server.url)
        wait_for_signal(stopping)


@contextmanager
def answering(outside: Outside) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Serve the window over HTTP on any free port; gives its address, and a function that waits until all is done."""
    with Server(outside.window, bind("127.0.0.1", 0), folders=False) as server:
        yield server.url, lambda: server.runtime.wait_until_settled(PATIENCE)


def audited(outside: Outside) -> Sequence[str]:
    """Every place where a ledger of the sandbox does not keep what it must."""
    return audits.audited(outside.window.engine, outside.sandbox).differences


def crew(roles: Sequence[str], processes: int) -> int:
    """How many processes `single-window work ROLES --processes N` starts."""
    return sum(1 if role in ALONE else processes for role in (APART if ALL in roles else roles))


class Tally(NamedTuple):
    """What a sandbox holds: lists by what became of them, receipts by type; `stored` are the database's bytes.

    `released` are imports; of exports there are those that are released and those that have left, too.
    """

    released: int
    receipts: dict[str, int]
    stored: int
    released_exports: int = 0
    left: int = 0


def tally(outside: Outside) -> Tally:
    """Count what is stored."""
    mine, code = receipt.c.sandbox == outside.sandbox, receipt.c.code
    with reading(outside.window.engine) as connection:
        counts = {
            name: number for name, number in connection.execute(select(code, func.count()).where(mine).group_by(code))
        }
        ended = {
            (kind, status): number
            for kind, status, number in connection.execute(
                select(code, receipt.c.return_status, func.count())
                .where(mine, code.in_(("622", "604")), receipt.c.return_status.in_(("800", "899")))
                .group_by(code, receipt.c.return_status)
            )
        }
        stored = _stored(connection, outside.window.settings.data)
    return Tally(
        ended.get(("622", "800"), 0), counts, stored, ended.get(("604", "800"), 0), ended.get(("604", "899"), 0)
    )


def _stored(connection: Connection, data: Path) -> int:
    if connection.dialect.name == "sqlite":
        return sum(file.stat().st_size for file in data.glob("window.sqlite3*"))
    return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar() or 0)
