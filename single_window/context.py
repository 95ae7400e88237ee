"""The context that all packages of a window share: database, wake-ups, numbering, settings, law, sandbox clocks.

The wiring creates it. It does not process messages and opens no connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Event

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from declarations import goods, parameters
from gateways.circumstances import Circumstances, Options
from gateways.topics.facts import OptionsChanged
from single_window import keys
from single_window.accounts.folder_secrets import PLANS_KEY, folder_secret
from single_window.accounts.keyring import Keyring
from single_window.clock import Clock
from single_window.messaging.wakeups import FILED, RECEIPTS, Wakeups
from single_window.outcomes.forcing import TriggerBook
from single_window.settings import Settings
from single_window.store import (
    deliveries,
    facts,
    goods_rows,
    holds,
    law_books,
    plan_secrets,
    sandbox_changes,
    sandboxes,
)
from single_window.store.engine import read_once, reading, writing
from single_window.store.numbering import Numbering
from single_window.store.sandboxes import Sandbox

MAIN, DEMO = "main", "demo"
"""Names of the sandbox that every window has, and of the one that the demo creates."""


class Context:
    """One window's database, wake-ups, numbering, settings, law and sandbox clocks.

    `receives`: reception runs in this process, so a message is parsed completely on arrival.
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
        """Wake clients that wait for receipts, after receipts were numbered outside a worker."""
        self.placed.set()
        self.wakeups.wake(RECEIPTS)

    def wake(self) -> None:
        """Wake the workers of this process and of others: something was filed."""
        self.stirred.set()
        self.wakeups.wake(FILED)

    def circumstances(self, connection: Connection, name: str) -> Circumstances:
        """Instant, seed, options and law of a sandbox for gateways, read once per transaction."""
        circumstances, sandbox = read_once(
            connection, ("circumstances", name), lambda: self._circumstances(connection, name)
        )
        if sandbox.has_holds or holds.placed_now(connection, name):
            in_force = partial(holds.of_keys, connection, name, now=circumstances.now)
            circumstances = replace(circumstances, held=in_force)
        if not sandbox.trigger_epoch and not circumstances.options.magic_values:
            return circumstances
        return replace(circumstances, forced=self.triggers.forced(connection, sandbox, circumstances.now))

    def _circumstances(self, connection: Connection, name: str) -> tuple[Circumstances, Sandbox]:
        sandbox = sandboxes.find(connection, name)
        overrides = law_books.overrides(connection, name)
        register = goods_rows.register(connection, name, self.goods) if overrides.goods else self.goods
        law = (
            law_books.law_of(connection, name, self.parameters)
            if overrides.rates or overrides.values
            else self.parameters
        )
        secret_of = partial(self._plan_secret, connection, name)
        now, options = sandbox.clock.now(), sandbox.options
        return Circumstances(name, sandbox.seed, now, options, law, register, secret_of=secret_of), sandbox

    def _plan_secret(self, connection: Connection, sandbox: str, agency: str, plan: str) -> str:
        """The secret that was kept for a plan, else the one that is derived from the key of the data folder."""
        if kept := plan_secrets.find(connection, sandbox, agency, plan):
            return kept
        return keys.derived(folder_secret(self.settings.data, PLANS_KEY), sandbox, agency, plan)

    def sandbox(self, name: str) -> Sandbox:
        """A sandbox by name; raises `UnknownSandbox`."""
        with reading(self.engine) as connection:
            return sandboxes.find(connection, name)

    def make_sandbox(
        self, name: str, options: Options, seed: str = "", clock: Clock | None = None, owner: str = ""
    ) -> bool:
        """Create a sandbox. False: the name exists, or another process is creating it. `owner`: the account whose key
        created it (`ApiKey.account`)."""
        with suppress(IntegrityError), writing(self.engine) as connection:
            if made := name not in sandboxes.names(connection):
                sandboxes.create(connection, Sandbox(name, seed or name, options, clock or Clock(), owner))
            return made
        return False

    def set_options(self, sandbox: str, **changes: object) -> None:
        """Change options of a sandbox; later batches use them."""
        with writing(self.engine) as connection:
            found = sandboxes.find(connection, sandbox)
            options = msgspec.structs.replace(found.options, **changes)
            if options != found.options:
                sandboxes.set_options(connection, sandbox, options)
                self._note_options(connection, found, options)
        self.wake()

    def _note_options(self, connection: Connection, before: sandboxes.Sandbox, after: Options) -> None:
        both = [msgspec.structs.asdict(options) for options in (before.options, after)]
        changed = [name for name in both[0] if both[0][name] != both[1][name]]
        contents = msgspec.json.encode([{name: options[name] for name in changed} for options in both]).decode()
        now, kind = before.clock.now(), sandbox_changes.ChangeKind.OPTIONS
        facts.publish(connection, self.numbering, before.name, [OptionsChanged(tuple(changed))])
        sandbox_changes.add(connection, self.numbering, before.name, now, kind, "", contents)

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
