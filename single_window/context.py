"""The context of a window that every room may use: its database, wake-ups, numbers, settings, law and the clocks of its
sandboxes.

The wiring makes it; nothing here works, admits or opens anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Event

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from declarations import goods, parameters
from gateways.records import Circumstances, Options
from single_window.accounts.keyring import Keyring
from single_window.clock import Clock
from single_window.messaging.wakeups import FILED, RECEIPTS, Wakeups
from single_window.outcomes.book import TriggerBook
from single_window.settings import Settings
from single_window.store import deliveries, goods_rows, law_books, sandboxes
from single_window.store.engine import read_once, reading, writing
from single_window.store.numbering import Numbering
from single_window.store.sandboxes import Sandbox

MAIN, DEMO = "main", "demo"
"""The sandboxes that every window has, and that the demo makes."""


class Context:
    """One window's database, wake-ups, numbers, settings and law; how its sandboxes stand in time.

    `receives`: whether reception works in this process, so that messages may as well be read whole when they come.
    """

    def __init__(self, settings: Settings, engine: Engine, wakeups: Wakeups, receives: bool) -> None:
        self.settings, self.engine, self.wakeups, self.receives = settings, engine, wakeups, receives
        self.numbering = Numbering(engine)
        self.keyring = Keyring(engine)
        self.parameters = parameters.load()
        self.goods = goods.load()
        self.triggers = TriggerBook()
        self.stirred, self.placed = Event(), Event()

    def notify_placed(self) -> None:
        """Wake those who wait for receipts: some got their places without a worker."""
        self.placed.set()
        self.wakeups.wake(RECEIPTS)

    def wake(self) -> None:
        """Wake the workers of this process and of others: something was filed."""
        self.stirred.set()
        self.wakeups.wake(FILED)

    def circumstances(self, connection: Connection, name: str) -> Circumstances:
        """The circumstances of a sandbox that gateways may know: at this moment, or when the transaction first queried
        it."""
        circumstances, sandbox = read_once(
            connection, ("circumstances", name), lambda: self._circumstances(connection, name)
        )
        if not sandbox.trigger_epoch:
            return circumstances
        return replace(circumstances, forced=self.triggers.forced(connection, sandbox, circumstances.now))

    def _circumstances(self, connection: Connection, name: str) -> tuple[Circumstances, Sandbox]:
        sandbox = sandboxes.find(connection, name)
        own = law_books.own(connection, name)
        register = goods_rows.register(connection, name, self.goods) if own.goods else self.goods
        law = law_books.law_of(connection, name, self.parameters) if own.rates or own.values else self.parameters
        return Circumstances(name, sandbox.seed, sandbox.clock.now(), sandbox.options, law, register), sandbox

    def sandbox(self, name: str) -> Sandbox:
        """A sandbox by name; raises `UnknownSandbox`."""
        with reading(self.engine) as connection:
            return sandboxes.find(connection, name)

    def make_sandbox(
        self, name: str, options: Options, seed: str = "", clock: Clock | None = None, owner: str = ""
    ) -> bool:
        """Make a sandbox unless there is one of this name, or another process makes it at this moment; gives whether
        it did. `owner`: whose keys make it (`ApiKey.account`)."""
        with suppress(IntegrityError), writing(self.engine) as connection:
            if made := name not in sandboxes.names(connection):
                sandboxes.create(connection, Sandbox(name, seed or name, options, clock or Clock(), owner))
            return made
        return False

    def set_options(self, sandbox: str, **changes: object) -> None:
        """Change how a sandbox behaves from now on."""
        with writing(self.engine) as connection:
            options = msgspec.structs.replace(sandboxes.find(connection, sandbox).options, **changes)
            sandboxes.set_options(connection, sandbox, options)

    def now(self, name: str) -> int:
        """The sandbox's instant."""
        return self.sandbox(name).clock.now()

    def clocks(self) -> dict[str, int]:
        """The instant of every sandbox."""
        with reading(self.engine) as connection:
            return {name: clock.now() for name, clock in sandboxes.clocks(connection).items()}

    def depth(self, sandbox: str | None = None) -> Mapping[str, int]:
        """Open deliveries by state, of one sandbox or of all."""
        with reading(self.engine) as connection:
            return deliveries.depth(connection, sandbox)
