"""The only place that knows everything: puts store, broker, gateways and consumers together into a window."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from gateways.records import Options as Options
from single_window.clock import monotonic, system_now
from single_window.context import DEMO as DEMO
from single_window.context import MAIN, Context
from single_window.intake.admission import Admitted, admit
from single_window.intake.reader import read, senders
from single_window.intake.readers import Readers
from single_window.intake.reading import Reading
from single_window.intake.reception_consumer import ReceptionConsumer
from single_window.intake.refused_bodies import RefusedBodies, quota_of, trim
from single_window.intake.released_memory import give_back, share_arenas
from single_window.messaging.broker import Broker
from single_window.messaging.opening import open_broker
from single_window.messaging.payloads import ids_of
from single_window.messaging.topology import FILED, QUEUES, RECEIPTS
from single_window.observe import logs, steps
from single_window.observe.metrics import meters
from single_window.observe.watchdog import Watchdog
from single_window.private import make_folder, tighten
from single_window.settings import Settings
from single_window.store import deliveries, migrate, sandboxes
from single_window.store.engine import open_engine, reading, writing
from single_window.store.numbering import ROWS
from single_window.work import advancing, dispatch, lost_workers, resetting
from single_window.work.agencies import gateway_consumers
from single_window.work.gateway_process import NAP, GatewayProcess
from single_window.work.idle_timeout import IdleTimeout
from single_window.work.work_deadline import WorkDeadline, leave
from single_window.work.worker import Consumer, Worker
from single_window.work.workers import make_workers

GATEWAYS = tuple(queue for queue in QUEUES if queue != "reception")

TRIM_EVERY_SECONDS = 10.0
"""Seconds between two looks for memory that can be given back."""
TAKEN_TOGETHER = 4
"""Broker messages that one transaction deals with at most: the four kinds of document of a trade meet in it."""


class Window(Context):
    """A single window on one database. `fault` is called at named points, for tests that kill the process there."""

    def __init__(
        self,
        settings: Settings,
        broker: Broker | None = None,
        fault: Callable[[str], None] = lambda point: None,
        queues: Sequence[str] | None = None,
        dispatches: Sequence[str] | None = None,
        engine: Engine | None = None,
    ) -> None:
        """`queues` are those that it works on, by default all, or reception alone where the gateways run beside it;
        `dispatches` are those whose deliveries it publishes, by default the same; `engine` is one that is open on its
        database already. Broker and engine are closed with it."""
        logs.unless_configured()
        self._beside = GatewayProcess(settings, work_gateways) if settings.gateways and queues is None else None
        self._queues = tuple(QUEUES) if queues is None else tuple(queues)
        if self._beside is not None:
            self._queues = ("reception",)
        self._dispatches = self._queues if dispatches is None else tuple(dispatches)
        super().__init__(
            settings,
            engine or open_engine(settings.database_url, settings.synchronous),
            broker or open_broker(settings),
            "reception" in self._queues,
        )
        meters.watch(self.engine)
        self._fault = fault
        self._refused = RefusedBodies(quota_of(settings))
        self.broker.listen([FILED] if self._dispatches else [])
        self._readers: Readers | None = None
        self._reception = ReceptionConsumer(self.numbering, self.circumstances, settings.body_cap)
        consumers: list[Consumer] = [self._reception, *gateway_consumers(self.numbering, self.circumstances)]
        self._workers, run_to_completion = make_workers(self, consumers, self._queues, fault)
        self._bypasses_broker = (
            run_to_completion is not None and self.broker.in_process and set(self._dispatches) <= set(self._workers)
        )
        self.finished = False
        """Whether the last step has left nothing that is known to be ready: others notify of what they filed
        meanwhile."""
        self._next_resend = self._next_trim = 0.0
        self._watchdog = Watchdog(settings.overdue)

    def wait(self, seconds: float) -> bool:
        """Until there may be something to do, or so long."""
        return self.broker.wait(seconds)

    # messages in

    def read(self, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
        """Read one message as the sandbox's participants send it; changes nothing."""
        return read(self, sandbox, body, edition)

    def admit(self, sandbox: str, readings: Sequence[Reading], channel: str) -> list[Admitted]:
        """Archive and file what was read, in one commit; only after it may a channel answer."""
        began = monotonic()
        answers: list[Admitted] = []

        def file() -> int:
            with writing(self.engine) as connection:
                now = sandboxes.hold(connection, sandbox).clock.now()
                answers[:] = admit(connection, self.numbering, sandbox, channel, readings, now, system_now())
                if self.receives:
                    self._reception.hand_over(answers, readings)
            return len(answers)

        if self._refused.due(sandbox, readings):
            trim(self.engine, sandbox, self._refused.quota, self.now(sandbox))
        self.numbering.ensure(ROWS, "row", 2 * len(readings))
        try:
            self.numbering.retrying(file)
        except Exception:
            self._reception.take_back(answers)
            raise
        self._fault("after-archive")
        self.wake()
        steps.admitted(sandbox, channel, answers, monotonic() - began)
        return answers

    def receive(self, sandbox: str, bodies: Iterable[bytes], channel: str = "process") -> Iterable[list[Admitted]]:
        """The in-process channel: reads on the reader processes, admits group by group, works between groups."""
        if self._readers is None:
            self._readers = Readers(self.settings.readers, self.settings.body_cap, self.receives)
        with reading(self.engine) as connection:
            day, editions, tolerant, signing = senders(connection, sandbox)
        group: list[Reading] = []
        for part in self._readers.read(bodies, day, editions, tolerant, signing):
            group += part
            if sum(max(1, reading.count) for reading in group) >= self.settings.batch:
                yield self.admit(sandbox, group, channel)
                group = []
        if group:
            yield self.admit(sandbox, group, channel)

    # work

    def step(self) -> int:
        """Publish what is ready and let every consumer deal with one message of its queue; gives what was won.

        Where no broker need stand between, what is ready goes straight to its worker."""
        if self._bypasses_broker:
            self.finished = not self.accompanied  # a process beside files what must be looked for
            done = sum(self._work_ready(ready) for ready in self._ready())
            if done and self._beside is not None:
                self._beside.wake()
            return done
        published = (
            dispatch.dispatch(
                self.engine, self.broker, self._dispatches, self.settings.batch, self.settings.in_flight, self._fault
            )
            if self._dispatches
            else 0
        )
        done = sum(self._work(queue, worker) for queue, worker in self._workers.items())
        if done and self._beside is not None:
            self._beside.wake()
        return done + published

    def _ready(self) -> list[dispatch.ReadyWork]:
        queues = [queue for queue in self._dispatches if queue in self._workers]
        return dispatch.ready_for_workers(self.engine, queues, TAKEN_TOGETHER * self.settings.batch)

    def _work_ready(self, ready: dispatch.ReadyWork) -> int:
        worker = self._workers[ready.queue]
        done = worker.work(ready.ids, ready.known)
        self.finished = self.finished and ready.complete and not worker.left_ready
        return done

    def _work(self, queue: str, worker: Worker) -> int:
        taken = self.broker.take(queue, TAKEN_TOGETHER)
        if not taken:
            return 0
        payloads = ids_of(taken)
        self.broker.reject(payloads.unreadable)
        done = worker.work(payloads.ids)
        self._fault("before-acknowledge")
        self.broker.acknowledge(payloads.readable)
        self.broker.wake(FILED)
        self.broker.wake(RECEIPTS)
        return done or len(taken)  # what won nothing was work too: more may wait behind it

    def settle(self) -> None:
        """Work until nothing is left that could be done now, here, beside or elsewhere.

        Raises `NoProgress` when what is left is for others, and they do nothing.
        """
        idle = IdleTimeout()
        while self.step() or self.others_work(0.05) or idle.check(self.elsewhere()):
            pass

    @property
    def accompanied(self) -> bool:
        """Whether a process works beside."""
        return self._beside is not None

    def placed_elsewhere(self) -> bool:
        """Whether somebody else than its workers may have given receipts their places since the last call."""
        here = self.placed.is_set()
        self.placed.clear()
        return here or self.accompanied or self.broker.is_durable

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
        return self._due(tuple(QUEUES)) if self.broker.is_durable else 0

    def _due(self, queues: Sequence[str]) -> int:
        with reading(self.engine) as connection:
            return deliveries.due(connection, queues, system_now())

    def tend(self) -> None:
        """What is done by the clock where deliveries are dispatched: deadlines, what was lost, reporting what is
        late."""
        if not self._dispatches:
            return
        self.file_due()
        self.recover_lost(self._dispatches)
        self._watchdog.watch(self.engine)
        if monotonic() >= self._next_trim:
            give_back(self.engine)
            resetting.finish(self)
            self._next_trim = monotonic() + TRIM_EVERY_SECONDS
        if self.broker.is_durable and monotonic() >= self._next_resend:
            dispatch.resend(self.engine, self._dispatches, self.settings.resend)
            self._next_resend = monotonic() + 1.0

    def file_due(self) -> int:
        """Turn due deadlines of all sandboxes into deliveries."""
        return dispatch.file_due(self.engine, self.numbering, self.clocks())

    def recover_lost(self, queues: Sequence[str]) -> int:
        """Count an attempt for the deliveries of these queues whose workers were lost; gives their number."""
        return lost_workers.recover(self.engine, self.numbering, self.settings.attempts, queues)

    def advance(self, sandbox: str, until: int, progress: Callable[[int], None] = lambda instant: None) -> None:
        """Move a virtual clock to an instant, stopping at every deadline on the way until its work is done."""
        advancing.advance(self, sandbox, until, self.settle, self.broker.is_durable, progress)

    def recover(self) -> int:
        """At start and after a failure: what was handed out and not dealt with comes again; gives what is known of it.

        What somebody was lost over counts as an attempt. A broker that keeps its messages still has them; what was
        sent to one that forgets is ready again.
        """
        for worker in self._workers.values():
            worker.release_lease()
        if self._queues:
            self.recover_lost(self._queues)
        self.broker.requeue()
        if self.broker.is_durable:
            return 0
        with writing(self.engine) as connection:
            return deliveries.make_ready_again(connection, self._queues)

    def close(self) -> None:
        """Let go of readers, broker and database."""
        if self._beside is not None:
            self._beside.stop()
        if self._readers is not None:
            self._readers.close()
        self.keyring.close()
        self.broker.close()
        self.engine.dispose()


def open_window(
    settings: Settings,
    fault: Callable[[str], None] = lambda point: None,
    queues: Sequence[str] | None = None,
    dispatches: Sequence[str] | None = None,
    broker: Broker | None = None,
    fresh: bool = False,
    **overrides: object,
) -> Window:
    """A window on the settings' database, migrated and with the standing sandboxes; the caller closes it.

    `overrides` are settings; `fault`, `queues`, `dispatches` and `broker` as for `Window`. `fresh`: the data folder is
    new, and its tables are made at once.
    """
    share_arenas()
    chosen = replace(settings, **overrides) if overrides else settings  # type: ignore[arg-type]
    # Batches make many short-lived objects and no cycles: looking for cycles at every turn costs a fifth of the time.
    gc.set_threshold(200_000, 20, 20)
    tighten(make_folder(chosen.data), chosen.database_files)
    (migrate.make if fresh else migrate.prepare)(chosen.database_url)
    window = Window(chosen, broker, fault=fault, queues=queues, dispatches=dispatches)
    try:
        window.make_sandbox(MAIN, Options())
        resetting.finish(window, 0)
        window.recover()
    except BaseException:
        window.close()
        raise
    return window


def work_gateways(settings: Settings, woken: Any, idle: Any, stopping: Any, counts_shared: bool) -> None:
    """What the gateways' own process does until it is stopped, or the process beside it is no more."""
    share_arenas()
    logs.configure(sys.stderr, settings.log, settings.log_level or "warning")
    if counts_shared:
        meters.share(settings.data, "gateways")
    gc.set_threshold(200_000, 20, 20)
    window = Window(settings, queues=GATEWAYS)
    deadline = WorkDeadline(settings.work_deadline, leave).start()
    window.recover()
    beside = multiprocessing.parent_process()
    while not stopping.is_set() and (beside is None or beside.is_alive()):
        if not window.step():
            idle.set()
            woken.wait(NAP)
            woken.clear()
    window.close()
    deadline.stop()
