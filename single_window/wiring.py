"""The only place that knows everything: puts store, broker, gateways and consumers together into a window."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Event

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from declarations import goods, parameters
from gateways.gateway import Circumstances
from gateways.gateway import Options as Options
from single_window import dispatch, injected, logs, lost_work, observing, passing
from single_window.admission import Admitted, admit
from single_window.agencies import gateway_consumers
from single_window.clock import Clock, monotonic, system_now
from single_window.gateway_process import GatewayProcess
from single_window.messaging.broker import Broker
from single_window.messaging.opening import open_broker
from single_window.messaging.payloads import ids_of
from single_window.messaging.topology import FILED, QUEUES, RECEIPTS
from single_window.metrics import meters
from single_window.numbering import ROWS, Numbering
from single_window.patience import Patience
from single_window.private import make_folder, tighten
from single_window.readers import Readers
from single_window.reading import Reading, read_body
from single_window.reception_consumer import ReceptionConsumer
from single_window.refused_bodies import RefusedBodies, quota_of, trim
from single_window.senders import senders
from single_window.settings import Settings
from single_window.store import deliveries, exchange_rate_rows, goods_rows, migrate, sandboxes
from single_window.store.engine import open_engine, reading, writing
from single_window.store.sandboxes import Sandbox
from single_window.watchdog import Watchdog
from single_window.worker import Consumer, Worker

MAIN, DEMO = "main", "demo"
GATEWAYS = tuple(queue for queue in QUEUES if queue != "reception")

TAKEN_TOGETHER = 4
"""Broker messages that one transaction deals with at most: the four kinds of document of a trade meet in it."""


class Window:
    """A single window on one database. `fault` is called at named points, for tests that kill the process there."""

    def __init__(self, settings: Settings, broker: Broker | None = None,
                 fault: Callable[[str], None] = lambda point: None, queues: Sequence[str] | None = None,
                 dispatches: Sequence[str] | None = None, engine: Engine | None = None) -> None:
        """`queues` are those that it works on, by default all, or reception alone where the gateways run beside it;
        `dispatches` are those whose deliveries it publishes, by default the same; `engine` is one that is open on its
        database already. Broker and engine are closed with it."""
        logs.unless_configured()
        self.settings = settings
        self.engine = engine or open_engine(settings.database_url, settings.synchronous)
        meters.watch(self.engine)
        self.numbering = Numbering(self.engine)
        self.parameters = parameters.load()
        self.goods = goods.load()
        self.stirred = Event()
        self._beside = GatewayProcess(settings) if settings.gateways and queues is None else None
        self._queues = tuple(QUEUES) if queues is None else tuple(queues)
        if self._beside is not None:
            self._queues = ("reception",)
        self._dispatches = self._queues if dispatches is None else tuple(dispatches)
        self._fault = fault
        self._refused = RefusedBodies(quota_of(settings))
        self.broker = broker or open_broker(settings)
        self.broker.listen([FILED] if self._dispatches else [])
        self._readers: Readers | None = None
        self._reception = ReceptionConsumer(self.numbering, self.circumstances, settings.body_cap)
        consumers: list[Consumer] = [self._reception, *gateway_consumers(self.numbering, self.circumstances)]
        self._workers = {one.queue: Worker(self.engine, self.numbering, one, settings.attempts, fault,
                                           settings.work_deadline, injected.poison())
                         for one in consumers if one.queue in self._queues}
        self._next_resend = 0.0
        self._watchdog = Watchdog(settings.overdue)

    def wake(self) -> None:
        """Say, here and to whoever dispatches, that something was filed."""
        self.stirred.set()
        self.broker.wake(FILED)

    def wait(self, seconds: float) -> bool:
        """Until there may be something to do, or so long."""
        return self.broker.wait(seconds)

    # sandboxes and their time

    def circumstances(self, connection: Connection, name: str) -> Circumstances:
        """What gateways may know of a sandbox at this moment."""
        one = sandboxes.find(connection, name)
        register = goods_rows.register(connection, name, self.goods)
        law = exchange_rate_rows.law_of(connection, name, self.parameters)
        return Circumstances(name, one.seed, one.clock.now(), one.options, law, register)

    def sandbox(self, name: str) -> Sandbox:
        """A sandbox by name; raises `UnknownSandbox`."""
        with reading(self.engine) as connection:
            return sandboxes.find(connection, name)

    def make_sandbox(self, name: str, options: Options, seed: str = "", clock: Clock | None = None) -> None:
        """Make a sandbox unless there is one of this name, or another process makes it at this moment."""
        with suppress(IntegrityError), writing(self.engine) as connection:
            if name not in sandboxes.names(connection):
                sandboxes.create(connection, Sandbox(name, seed or name, options, clock or Clock()))

    def now(self, name: str) -> int:
        """The sandbox's instant."""
        return self.sandbox(name).clock.now()

    def clocks(self) -> dict[str, int]:
        """The instant of every sandbox."""
        with reading(self.engine) as connection:
            return {name: clock.now() for name, clock in sandboxes.clocks(connection).items()}

    # messages in

    def read(self, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
        """Read one message as the sandbox's participants send it; changes nothing."""
        with reading(self.engine) as connection:
            day, editions, tolerant = senders(connection, sandbox)
        return read_body(body, day, editions, self.settings.body_cap, edition, tolerant)

    @property
    def receives(self) -> bool:
        """Whether messages are received here too, so that they may as well be read at once."""
        return "reception" in self._queues

    def admit(self, sandbox: str, readings: Sequence[Reading], channel: str) -> list[Admitted]:
        """Archive and file what was read, in one commit; only after it may a channel answer."""
        began, now = monotonic(), self.now(sandbox)
        answers: list[Admitted] = []

        def file() -> int:
            with writing(self.engine) as connection:
                answers[:] = admit(connection, self.numbering, sandbox, channel, readings, now, system_now())
                if self.receives:
                    self._reception.hand_over(answers, readings)
            return len(answers)

        if self._refused.due(sandbox, readings):
            trim(self.engine, sandbox, self._refused.quota, now)
        self.numbering.ensure(ROWS, "row", 2 * len(readings))
        try:
            self.numbering.retrying(file)
        except Exception:
            self._reception.take_back(answers)
            raise
        self._fault("after-archive")
        self.wake()
        observing.admitted(sandbox, channel, answers, monotonic() - began)
        return answers

    def receive(self, sandbox: str, bodies: Iterable[bytes], channel: str = "process") -> Iterable[list[Admitted]]:
        """The in-process channel: reads on the reader processes, admits group by group, works between groups."""
        if self._readers is None:
            self._readers = Readers(self.settings.readers, self.settings.body_cap, self.receives)
        with reading(self.engine) as connection:
            day, editions, tolerant = senders(connection, sandbox)
        group: list[Reading] = []
        for part in self._readers.read(bodies, day, editions, tolerant):
            group += part
            if sum(max(1, reading.count) for reading in group) >= self.settings.batch:
                yield self.admit(sandbox, group, channel)
                group = []
        if group:
            yield self.admit(sandbox, group, channel)

    # work

    def step(self) -> int:
        """Publish what is ready and let every consumer deal with one message of its queue; gives what was won."""
        published = dispatch.dispatch(self.engine, self.broker, self._dispatches, self.settings.batch,
                                      self.settings.in_flight, self._fault) if self._dispatches else 0
        done = sum(self._work(queue, worker) for queue, worker in self._workers.items())
        if done and self._beside is not None:
            self._beside.wake()
        return done + published

    def _work(self, queue: str, worker: Worker) -> int:
        taken = self.broker.take(queue, TAKEN_TOGETHER)
        if not taken:
            return 0
        payloads = ids_of(taken)
        self.broker.refuse(payloads.unreadable)
        done = worker.work(payloads.ids)
        self._fault("before-acknowledge")
        self.broker.acknowledge(payloads.readable)
        self.broker.wake(FILED)
        self.broker.wake(RECEIPTS)
        return done or len(taken)  # what won nothing was work too: more may wait behind it

    def settle(self) -> None:
        """Work until nothing is left that could be done now, here, beside or elsewhere.

        Raises `NobodyWorks` when what is left is for others, and they do nothing.
        """
        patience = Patience()
        while self.step() or self.others_work(0.05) or patience.asked(self.elsewhere()):
            pass

    def others_work(self, seconds: float) -> int:
        """How many deliveries the process beside has left to do; waits so long for it while there are any."""
        if self._beside is None:
            return 0
        left = self._due(GATEWAYS)
        if left:
            self._beside.wake()
            self._beside.wait(seconds)
        return left

    def elsewhere(self) -> int:
        """How many deliveries other processes, found through the broker, have left to do."""
        return self._due(tuple(QUEUES)) if self.broker.keeps else 0

    def _due(self, queues: Sequence[str]) -> int:
        with reading(self.engine) as connection:
            return deliveries.due(connection, queues, system_now())

    def tend(self) -> None:
        """What is done by the clock where deliveries are dispatched: deadlines, what was lost, telling what is late."""
        if not self._dispatches:
            return
        self.file_due()
        self.take_over(self._dispatches)
        self._watchdog.watch(self.engine)
        if self.broker.keeps and monotonic() >= self._next_resend:
            dispatch.resend(self.engine, self._dispatches, self.settings.resend)
            self._next_resend = monotonic() + 1.0

    def file_due(self) -> int:
        """Turn due deadlines of all sandboxes into deliveries."""
        return dispatch.file_due(self.engine, self.numbering, self.clocks())

    def take_over(self, queues: Sequence[str]) -> int:
        """Count an attempt for what lost workers had in hand of these queues; gives how many they were."""
        return lost_work.take_over(self.engine, self.numbering, self.settings.attempts, queues)

    def advance(self, sandbox: str, until: int, progress: Callable[[int], None] = lambda instant: None) -> None:
        """Move a virtual clock to an instant, stopping at every deadline on the way until its work is done."""
        passing.advance(self, sandbox, until, progress)

    def set_options(self, sandbox: str, **changes: object) -> None:
        """Change how a sandbox behaves from now on."""
        with writing(self.engine) as connection:
            options = msgspec.structs.replace(sandboxes.find(connection, sandbox).options, **changes)
            sandboxes.set_options(connection, sandbox, options)

    def recover(self) -> int:
        """At start and after a failure: what was handed out and not dealt with comes again; gives what is known of it.

        What somebody was lost over counts as an attempt. A broker that keeps its messages still has them; what was
        sent to one that forgets is ready again.
        """
        for worker in self._workers.values():
            worker.put_down()
        if self._queues:
            self.take_over(self._queues)
        self.broker.give_back()
        if self.broker.keeps:
            return 0
        with writing(self.engine) as connection:
            return deliveries.make_ready_again(connection, self._queues)

    def close(self) -> None:
        """Let go of readers, broker and database."""
        if self._beside is not None:
            self._beside.stop()
        if self._readers is not None:
            self._readers.close()
        self.broker.close()
        self.engine.dispose()


def open_window(settings: Settings, fault: Callable[[str], None] = lambda point: None,
                queues: Sequence[str] | None = None, dispatches: Sequence[str] | None = None,
                broker: Broker | None = None, **overrides: object) -> Window:
    """A window on the settings' database, migrated and with the standing sandboxes; the caller closes it.

    `overrides` are settings; `fault`, `queues`, `dispatches` and `broker` as for `Window`.
    """
    chosen = replace(settings, **overrides) if overrides else settings  # type: ignore[arg-type]
    # Batches make many short-lived objects and no cycles: looking for cycles at every turn costs a fifth of the time.
    gc.set_threshold(200_000, 20, 20)
    tighten(make_folder(chosen.data), chosen.database_files)
    migrate.prepare(chosen.database_url)
    window = Window(chosen, broker, fault=fault, queues=queues, dispatches=dispatches)
    try:
        window.make_sandbox(MAIN, Options())
        window.recover()
    except BaseException:
        window.close()
        raise
    return window


def depth(window: Window, sandbox: str | None = None) -> Mapping[str, int]:
    """Open deliveries by state."""
    with reading(window.engine) as connection:
        return deliveries.depth(connection, sandbox)
