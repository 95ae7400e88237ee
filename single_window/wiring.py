"""The only place that knows everything: puts store, broker, gateways and consumers together into a window."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Event

import msgspec
from sqlalchemy import Connection

from declarations import goods, parameters
from declarations.calendar import day_of
from gateways.customs import Customs
from gateways.gateway import Circumstances, Options
from gateways.inspection import Inspection
from gateways.tax import Tax
from single_window import dispatch
from single_window.admission import Admitted, admit
from single_window.clock import Clock, system_now
from single_window.gateway_process import GatewayProcess
from single_window.gateway_runner import GatewayConsumer
from single_window.messaging.broker import Broker
from single_window.messaging.embedded import EmbeddedBroker
from single_window.messaging.topology import EXCHANGE, QUEUES
from single_window.numbering import ROWS, Numbering
from single_window.readers import Readers
from single_window.reading import Reading, read_body
from single_window.reception_consumer import ReceptionConsumer
from single_window.settings import Settings
from single_window.store import deliveries, goods_rows, migrate, sandboxes
from single_window.store.engine import open_engine, reading, writing
from single_window.store.gateways.customs import StoredCustomsMemory
from single_window.store.gateways.inspection import StoredInspectionMemory
from single_window.store.gateways.tax import StoredTaxMemory
from single_window.store.sandboxes import Sandbox
from single_window.worker import Consumer, Worker

MAIN, DEMO = "main", "demo"
GATEWAYS = tuple(queue for queue in QUEUES if queue != "reception")

TAKEN_TOGETHER = 4
"""Broker messages that one transaction deals with at most: the four kinds of document of a trade meet in it."""


class Window:
    """A single window on one database. `fault` is called at named points, for tests that kill the process there."""

    def __init__(self, settings: Settings, broker: Broker | None = None,
                 fault: Callable[[str], None] = lambda point: None, queues: Sequence[str] = ()) -> None:
        """`queues` are those that it works on; by default all, or reception alone where the gateways run beside it."""
        self.settings = settings
        self.engine = open_engine(settings.database_url, settings.synchronous)
        self.numbering = Numbering(self.engine)
        self.parameters = parameters.load()
        self.goods = goods.load()
        self.woken = Event()
        self._queues = tuple(queues) or (("reception",) if settings.gateways else tuple(QUEUES))
        self._beside = GatewayProcess(settings) if settings.gateways and not queues else None
        self._fault = fault
        self._broker = broker or EmbeddedBroker()
        self._broker.declare(EXCHANGE, QUEUES)
        self._readers: Readers | None = None
        self._reception = ReceptionConsumer(self.numbering, self.circumstances, settings.body_cap)
        consumers: list[Consumer] = [
            self._reception,
            GatewayConsumer(Customs(), StoredCustomsMemory, self.numbering, self.circumstances),
            GatewayConsumer(Inspection(), StoredInspectionMemory, self.numbering, self.circumstances),
            GatewayConsumer(Tax(), StoredTaxMemory, self.numbering, self.circumstances),
        ]
        self._workers = {one.queue: Worker(self.engine, self.numbering, one, settings.attempts, fault)
                         for one in consumers if one.queue in self._queues}

    # sandboxes and their time

    def circumstances(self, connection: Connection, name: str) -> Circumstances:
        """What gateways may know of a sandbox at this moment."""
        one = sandboxes.find(connection, name)
        register = goods_rows.register(connection, name, self.goods)
        return Circumstances(name, one.seed, one.clock.now(), one.options, self.parameters, register)

    def sandbox(self, name: str) -> Sandbox:
        """A sandbox by name; raises `UnknownSandbox`."""
        with reading(self.engine) as connection:
            return sandboxes.find(connection, name)

    def make_sandbox(self, name: str, options: Options, seed: str = "", clock: Clock | None = None) -> None:
        """Make a sandbox unless there is one of this name."""
        with writing(self.engine) as connection:
            if name not in sandboxes.names(connection):
                sandboxes.create(connection, Sandbox(name, seed or name, options, clock or Clock()))

    def now(self, name: str) -> int:
        """The sandbox's instant."""
        return self.sandbox(name).clock.now()

    def clocks(self) -> dict[str, int]:
        """The instant of every sandbox."""
        with reading(self.engine) as connection:
            return {name: sandboxes.find(connection, name).clock.now() for name in sandboxes.names(connection)}

    # messages in

    def read(self, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
        """Read one message as the sandbox's participants send it; changes nothing."""
        with reading(self.engine) as connection:
            one, editions = sandboxes.find(connection, sandbox), sandboxes.editions(connection, sandbox)
        return read_body(body, day_of(one.clock.now()), editions, self.settings.body_cap, edition)

    def admit(self, sandbox: str, readings: Sequence[Reading], channel: str) -> list[Admitted]:
        """Archive and file what was read, in one commit; only after it may a channel answer."""
        now = self.now(sandbox)
        answers: list[Admitted] = []

        def file() -> int:
            with writing(self.engine) as connection:
                answers[:] = admit(connection, self.numbering, sandbox, channel, readings, now, system_now())
                self._reception.hand_over(answers, readings)
            return len(answers)

        self.numbering.ensure(ROWS, "row", 2 * len(readings))
        try:
            self.numbering.retrying(file)
        except Exception:
            self._reception.take_back(answers)
            raise
        self._fault("after-archive")
        self.woken.set()
        return answers

    def receive(self, sandbox: str, bodies: Iterable[bytes], channel: str = "process") -> Iterable[list[Admitted]]:
        """The in-process channel: reads on the reader processes, admits group by group, works between groups."""
        if self._readers is None:
            self._readers = Readers(self.settings.readers, self.settings.body_cap)
        with reading(self.engine) as connection:
            one, editions = sandboxes.find(connection, sandbox), sandboxes.editions(connection, sandbox)
        group: list[Reading] = []
        for part in self._readers.read(bodies, day_of(one.clock.now()), editions):
            group += part
            if sum(max(1, reading.count) for reading in group) >= self.settings.batch:
                yield self.admit(sandbox, group, channel)
                group = []
        if group:
            yield self.admit(sandbox, group, channel)

    # work

    def step(self) -> int:
        """Publish what is ready and let every consumer deal with one message of its queue; gives what was won."""
        published = dispatch.dispatch(self.engine, self._broker, self._queues, self.settings.batch, self._fault)
        done = 0
        for queue, worker in self._workers.items():
            taken = self._broker.take(queue, TAKEN_TOGETHER)
            if taken:
                done += worker.work([number for one in taken for number in msgspec.json.decode(one.body)])
                self._fault("before-acknowledge")
                self._broker.acknowledge(taken)
        if done and self._beside is not None:
            self._beside.wake()
        return done + published

    def settle(self) -> None:
        """Work until nothing is left that could be done now, here or beside."""
        while self.step() or self.others_work(0.05):
            pass

    def others_work(self, seconds: float) -> int:
        """How many deliveries the process beside has left to do; waits so long for it while there are any."""
        if self._beside is None:
            return 0
        with reading(self.engine) as connection:
            left = deliveries.due(connection, GATEWAYS, system_now())
        if left:
            self._beside.wake()
            self._beside.wait(seconds)
        return left

    def file_due(self) -> int:
        """Turn due deadlines of all sandboxes into deliveries."""
        return dispatch.file_due(self.engine, self.numbering, self.clocks())

    def advance(self, sandbox: str, until: int, progress: Callable[[int], None] = lambda instant: None) -> None:
        """Move a virtual clock to an instant, stopping at every deadline on the way until its work is done."""
        self.settle()
        while True:
            with reading(self.engine) as connection:
                due = dispatch.next_due(connection, sandbox)
            target = until if due is None or due > until else max(due, self.now(sandbox))
            with writing(self.engine) as connection:
                sandboxes.set_clock(connection, sandbox, target)
            dispatch.file_due(self.engine, self.numbering, {sandbox: target})
            self.settle()
            progress(target)
            if target == until and (due is None or due > until):
                return

    def set_options(self, sandbox: str, **changes: object) -> None:
        """Change how a sandbox behaves from now on."""
        with writing(self.engine) as connection:
            options = msgspec.structs.replace(sandboxes.find(connection, sandbox).options, **changes)
            sandboxes.set_options(connection, sandbox, options)

    def recover(self) -> int:
        """At start: what an earlier process had sent to its broker is ready again; gives the number."""
        with writing(self.engine) as connection:
            return deliveries.make_ready_again(connection, self._queues)

    def close(self) -> None:
        """Let go of readers, broker and database."""
        if self._beside is not None:
            self._beside.stop()
        if self._readers is not None:
            self._readers.close()
        self._broker.close()
        self.engine.dispose()


def open_window(settings: Settings, fault: Callable[[str], None] = lambda point: None, **overrides: object) -> Window:
    """A window on the settings' database, migrated and with the standing sandboxes; the caller closes it."""
    chosen = replace(settings, **overrides) if overrides else settings  # type: ignore[arg-type]
    # Batches make many short-lived objects and no cycles: looking for cycles at every turn costs a fifth of the time.
    gc.set_threshold(200_000, 20, 20)
    chosen.data.mkdir(parents=True, exist_ok=True)
    migrate.upgrade(chosen.database_url)
    window = Window(chosen, fault=fault)
    window.make_sandbox(MAIN, Options())
    window.recover()
    return window


def depth(window: Window, sandbox: str | None = None) -> Mapping[str, int]:
    """Open deliveries by state."""
    with reading(window.engine) as connection:
        return deliveries.depth(connection, sandbox)
