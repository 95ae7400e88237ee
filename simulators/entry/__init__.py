"""The simulators' interface to a window in this process: opens a window and prepares a sandbox with master data.

No other module of the simulators uses the window directly. The interface passes messages, receipts as XML, and time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from simulators.entry.application import WindowApplication
from simulators.entry.deciding import Decisions, OfficerName
from simulators.entry.post import FetchedReceipts, ReceiptReader
from simulators.entry.stored_deadlines import StoredDeadline, stored_deadlines
from simulators.errors import SimulatorError
from simulators.signing import CompanySigners
from simulators.world import World
from single_window.accounts.people import Person
from single_window.answers import audits
from single_window.cases.digests import queries as digests
from single_window.clock import Clock, monotonic, system_now
from single_window.commands.sandbox import parsed_options as sandbox_options
from single_window.data_lock import DataLock
from single_window.process.supervision import worker_processes
from single_window.settings import Settings, from_environment, without_password
from single_window.store import sandboxes
from single_window.store.engine import reading, snapshot
from single_window.wiring import DEMO, Options, Window, open_window
from single_window.work.settling import IdleTimeout
from single_window_client import SandboxClient

__all__ = [
    "DAY_MILLISECONDS",
    "DEMO",
    "FIRST_DAY",
    "FetchedReceipts",
    "ReceiptReader",
    "SandboxSession",
    "Settings",
    "audit_differences",
    "bind_port",
    "evening_of",
    "local_time",
    "minute_text",
    "monotonic",
    "open_sandbox",
    "sandbox_options",
    "serve",
    "serve_on_free_port",
    "settings_for",
    "without_password",
    "yesterday",
]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY_MILLISECONDS = 24 * 3_600_000
FIRST_DAY = date(2026, 11, 20)
EVENING_HOUR = 20
"""The hour at which all messages of a day have been sent."""
SETTLE_TIMEOUT_SECONDS = 600.0
MIN_POLL_SECONDS, POLL_SECONDS_PER_DELIVERY, MAX_POLL_SECONDS = 0.02, 0.0005, 0.5
"""Poll intervals while other processes work: minimum seconds, additional seconds per remaining delivery, maximum
seconds."""


class OpenedWindow(NamedTuple):
    """A window open in this process, its WSGI application and its data lock."""

    window: Window
    application: WindowApplication
    lock: DataLock


class SandboxSession(Decisions):
    """A sandbox as participants use it: send messages, let time pass, fetch receipts.

    `played_before`: it existed before, with earlier trades. `signers`: sign the messages; None: messages are
    unsigned.
    """

    def __init__(
        self, opened: OpenedWindow, sandbox: str, day: date, again: bool, signers: CompanySigners | None = None
    ) -> None:
        self._opened, self.sandbox, self.day, self.played_before, self._signers = opened, sandbox, day, again, signers
        self.window, self.lock = opened.window, opened.lock
        self.client = opened.application.sandbox(sandbox)
        """API client as the operator."""
        self._post = ReceiptReader(opened.window.engine, sandbox)

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages and handle them completely; yields the size of each group. Raises `SimulatorError`."""
        for count in self.hand_in(bodies):
            self.window.step()
            yield count
        self.settle()

    def hand_in(self, bodies: Iterable[bytes]) -> Iterator[int]:
        """Send messages without waiting for their handling; yields the size of each group. Raises `SimulatorError`."""
        signed = bodies if self._signers is None else map(self._signers.sign_message, bodies)
        for answers in self.window.receive(self.sandbox, signed):
            for answer in answers:
                if answer.status != 202:
                    subject = answer.code or "a message"
                    raise SimulatorError(f"{subject} was answered with {answer.status}: {answer.findings[:1]}")
            yield len(answers)

    def settle(self) -> None:
        """Wait until no delivery is due, here or in other processes."""
        if self.window.receives:
            self.window.settle()
            return
        timeout = IdleTimeout(pause=0)
        while left := timeout.check(self.window.elsewhere()):
            Event().wait(min(MAX_POLL_SECONDS, MIN_POLL_SECONDS + left * POLL_SECONDS_PER_DELIVERY))

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[FetchedReceipts]:
        """Fetch the receipts for these mailboxes since the last call, in order; raises `SimulatorError` for a gap."""
        return self._post.fetch(mailboxes)

    def skip(self, mailboxes: Sequence[str]) -> None:
        """Ignore all receipts up to now."""
        for _ in self.fetch(mailboxes):
            pass

    @property
    def now(self) -> int:
        """The sandbox's instant."""
        return self.window.now(self.sandbox)

    def wait(self, until: int, progress: Callable[[int], None] = lambda instant: None) -> None:
        """Advance the sandbox's clock to an instant, handling all deadlines."""
        self.window.advance(self.sandbox, until, progress)

    def unfinished_deliveries(self) -> Mapping[str, int]:
        """State → number of unfinished deliveries; empty if all are done."""
        return {state: count for state, count in self.window.depth(self.sandbox).items() if count}

    def client_of(self, officer: OfficerName) -> SandboxClient:
        """API client as an officer."""
        person = Person(officer.name, officer.role, agency=officer.agency, office=officer.office)
        return self._opened.application.sandbox(self.sandbox, person)

    @property
    def application(self) -> WindowApplication:
        """The window's application, for clients as any person."""
        return self._opened.application

    def review_batches(self, reason: str, limit: int) -> int:
        """Order inspection of all lists of at most `limit` batches with inspected samples; returns the number."""
        query = {"state": "under_inspection", "limit": limit}
        batches = self.client.call("GET", "/batches", query=query)["batches"]
        for batch in batches:
            self.client.decide(batch["batch_no"], "review", reason, "batch")
        self.settle()
        return len(batches)

    def set_options(self, **options: Any) -> None:
        """Change options of the sandbox."""
        self.client.options(**options)

    def another_sandbox(self, sandbox: str, world: World, options: Mapping[str, Any], day: date) -> SandboxSession:
        """Another sandbox of the same window, with its clock in the evening of any day."""
        return _enter_sandbox(self._opened, sandbox, world, options, day)

    def audit_differences(self) -> Sequence[str]:
        """Differences found by the audit of ledgers."""
        return audit_differences(self)

    def stored_deadlines(self) -> Sequence[StoredDeadline]:
        """The deadlines that the window stores for exporters and banks."""
        with reading(self.window.engine) as connection:
            return tuple(stored_deadlines(connection, self.sandbox))

    def digests(self) -> Mapping[str, Any]:
        """Both digests of the sandbox, as `single-window digest --json` gives them."""
        with snapshot(self.window.engine) as connection:
            return digests.digests_of(connection, self.sandbox).plainly()

    def run_clock(self, rate: int) -> None:
        """Let the sandbox's clock run at a rate."""
        self.client.clock.set("virtual", rate=str(rate))


@contextmanager
def open_sandbox(
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
            yield _enter_sandbox(
                OpenedWindow(window, WindowApplication(window), lock), sandbox, world, options, day, dice
            )
    finally:
        window.close()
        lock.release()


def _enter_sandbox(
    opened_window: OpenedWindow,
    sandbox: str,
    world: World,
    options: Mapping[str, Any],
    day: date | None,
    dice: str = "",
) -> SandboxSession:
    window, existed = opened_window.window, _sandbox_exists(opened_window.window, sandbox)
    first_day = day or (_day_after(window.now(sandbox)) if existed else FIRST_DAY)
    clock = Clock("virtual", evening_of(first_day), system_now(), Decimal(0))
    window.make_sandbox(sandbox, Options(**options), dice, clock)
    if existed:
        window.set_options(sandbox, **options)
        window.advance(sandbox, max(evening_of(first_day), window.now(sandbox)))
    client = opened_window.application.sandbox(sandbox)
    for kind in ("participants", "guarantees", "stock"):
        client.import_master_data(kind, str(getattr(world, f"{kind}_csv")()))
    signers = CompanySigners(partial(_issue_certificate, client)) if options.get("signatures", "off") != "off" else None
    return SandboxSession(opened_window, sandbox, first_day, existed, signers)


def _issue_certificate(client: SandboxClient, company: str, algorithm: str) -> Mapping[str, str]:
    """A certificate of a company and its private key."""
    return dict(client.call("POST", "/certificates", json={"company": company, "algorithm": algorithm}))


def _sandbox_exists(window: Window, sandbox: str) -> bool:
    with reading(window.engine) as connection:
        return sandbox in sandboxes.names(connection)


def evening_of(day: date) -> int:
    """The instant at which a day's messages are in."""
    return int(datetime(day.year, day.month, day.day, EVENING_HOUR, tzinfo=SHANGHAI).timestamp()) * 1000


def local_time(instant: int) -> datetime:
    """An instant in the format of receipt times."""
    return datetime.fromtimestamp(instant / 1000, SHANGHAI).replace(tzinfo=None)


def yesterday() -> date:
    """The day before today in China, by the machine's clock."""
    return local_time(system_now()).date() - timedelta(days=1)


def minute_text(instant: int) -> str:
    """An instant as text for people."""
    return f"{datetime.fromtimestamp(instant / 1000, SHANGHAI):%Y-%m-%d %H:%M}"


def _day_after(instant: int) -> date:
    return datetime.fromtimestamp(instant / 1000, SHANGHAI).date() + timedelta(days=1)


def settings_for(data: Path | None, **overrides: Any) -> Settings:
    """Settings from the environment with overrides; raises `WrongSetting`."""
    return from_environment(data=data, **overrides)


def audit_differences(session: SandboxSession) -> Sequence[str]:
    """Differences found by the audit of the sandbox's ledgers."""
    return audits.audit_sandbox(session.window.engine, session.sandbox).differences
