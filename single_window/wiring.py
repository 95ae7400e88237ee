"""Assembles a window from store, wake-ups, gateways and consumers. The only module that imports them all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Engine

from gateways.circumstances import Options as Options
from single_window.clock import monotonic, system_now
from single_window.context import DEMO as DEMO
from single_window.context import MAIN, Context
from single_window.intake.admission import AdmissionAnswer, write_messages
from single_window.intake.reader import read, senders
from single_window.intake.readers import ReaderProcesses
from single_window.intake.reading import Reading
from single_window.intake.reception_consumer import ReceptionConsumer
from single_window.intake.refused_bodies import RefusedBodies, quota_of, trim
from single_window.intake.released_memory import give_back, share_arenas
from single_window.message_limits import BATCHES_PER_TRANSACTION
from single_window.messaging.opening import open_wakeups
from single_window.messaging.topology import QUEUES
from single_window.messaging.wakeups import FILED, RECEIPTS, Wakeups
from single_window.observe import logs, steps
from single_window.observe.metrics import meters
from single_window.observe.watchdog import Watchdog
from single_window.private import make_folder, tighten
from single_window.receipts.taken import TakenReceipts
from single_window.settings import Settings
from single_window.store import acknowledged, deliveries, migrate, sandboxes
from single_window.store.checkpoints import Checkpoints
from single_window.store.engine import open_engine, reading, writing
from single_window.store.numbering import ROWS
from single_window.work import absences, advancing, dispatch, event_making, lost_workers, resetting
from single_window.work.batch_transaction import DeliveryConsumer
from single_window.work.settling import IdleTimeout
from single_window.work.workers import gateway_consumers, make_workers

TRIM_EVERY_SECONDS = 10.0
"""Seconds between two attempts to return memory to the operating system."""


class Window(Context):
    """A single window on one database. `fault` is called at named points, where tests kill the process."""

    def __init__(
        self,
        settings: Settings,
        wakeups: Wakeups | None = None,
        fault: Callable[[str], None] = lambda point: None,
        queues: Sequence[str] | None = None,
        tends: bool | None = None,
        engine: Engine | None = None,
    ) -> None:
        """`queues`: the queues to work on, by default all. `tends`: run timed tasks, by default if it works on any
        queue. `engine`: an engine already open on the database. Closing the window closes wake-ups and engine."""
        logs.unless_configured()
        self._queues = QUEUES if queues is None else tuple(queues)
        self._tends = bool(self._queues) if tends is None else tends
        super().__init__(
            settings,
            engine or open_engine(settings.database_url, settings.synchronous),
            wakeups or open_wakeups(settings),
            "reception" in self._queues,
        )
        self.taken_receipts = TakenReceipts(self.engine)
        meters.watch(self.engine)
        self._fault = fault
        self._refused = RefusedBodies(quota_of(settings))
        self.wakeups.listen([FILED] if self._queues else [])
        self._readers: ReaderProcesses | None = None
        self._reception = ReceptionConsumer(self.numbering, self.circumstances, settings.body_cap)
        agencies = gateway_consumers(self.numbering, self.circumstances, self._queues)
        consumers: list[DeliveryConsumer] = [self._reception, *agencies]
        self._workers = make_workers(self, consumers, self._queues, fault)
        self.finished = False
        """True if the last step left no delivery known to be ready. Other processes send a wake-up for new ones."""
        self._next_trim = 0.0
        self._checkpoints = Checkpoints(self.engine)
        self._watchdog = Watchdog(settings.overdue)

    def interrupt(self) -> None:
        """End the wait of this window's worker; other processes are not woken."""
        self.wakeups.interrupt()

    def wait(self, seconds: float) -> bool:
        """Wait for a wake-up (`Wakeups.wait`), up to `seconds`; returns whether one came."""
        return self.wakeups.wait(seconds)

    # messages in

    def read(self, sandbox: str, body: bytes, edition: str | None = None) -> Reading:
        """Parse and validate one message under the sandbox's settings; stores nothing."""
        return read(self, sandbox, body, edition)

    def commit_messages(self, sandbox: str, channel: str, readings: Sequence[Reading]) -> list[AdmissionAnswer]:
        """Archive and file the messages in one commit. A channel must not answer before it."""
        began = monotonic()
        answers: list[AdmissionAnswer] = []
        if self._refused.due(sandbox, readings):
            trim(self.engine, sandbox, self._refused.quota, self.now(sandbox))
        self.numbering.ensure(ROWS, "row", 2 * len(readings))
        try:
            with writing(self.engine) as connection:
                now = sandboxes.hold(connection, sandbox).clock.now()
                answers = write_messages(connection, self.numbering, sandbox, channel, readings, now, system_now())
                if self.receives:
                    self._reception.hand_over(answers, readings)
        except Exception:
            self._reception.take_back(answers)
            raise
        self._fault("after-archive")
        self.wake()
        steps.admitted(sandbox, channel, answers, monotonic() - began)
        return answers

    def receive(
        self, sandbox: str, bodies: Iterable[bytes], channel: str = "process"
    ) -> Iterable[list[AdmissionAnswer]]:
        """The in-process channel: parses in the reader processes and admits group by group."""
        if self._readers is None:
            self._readers = ReaderProcesses(self.settings.readers, self.settings.body_cap, self.receives)
        with reading(self.engine) as connection:
            day, editions, tolerant, signing = senders(connection, sandbox)
        group: list[Reading] = []
        documents = 0
        for chunk in self._readers.read(bodies, day, editions, tolerant, signing):
            group += chunk
            documents += sum(max(1, reading.count) for reading in chunk)
            if documents >= self.settings.batch:
                yield self.commit_messages(sandbox, channel, group)
                group, documents = [], 0
        if group:
            yield self.commit_messages(sandbox, channel, group)

    # work

    def step(self) -> int:
        """Let every worker handle the ready deliveries of its queue that no other has claimed; returns the number
        handled."""
        if not self._workers:
            return 0
        self.finished = True
        ready = dispatch.ready_for_workers(
            self.engine, tuple(self._workers), BATCHES_PER_TRANSACTION * self.settings.batch
        )
        done = sum(self._work_ready(of_queue) for of_queue in ready)
        if done and self.wakeups.shared:
            self.wakeups.wake_others(FILED)
            self.wakeups.wake_others(RECEIPTS)
        return done

    def _work_ready(self, ready: dispatch.ReadyWork) -> int:
        worker = self._workers[ready.queue]
        done = worker.work(ready.ids, ready.known)
        self.finished = self.finished and ready.complete and not worker.left_ready
        return done

    def settle(self) -> None:
        """Work until no delivery is due, in this process or another.

        Raises `NoProgress` if other processes have due deliveries and do not handle them.
        """
        idle = IdleTimeout()
        while self.step() or idle.check(self.elsewhere()):
            pass

    def placed_elsewhere(self) -> bool:
        """True if receipts may have been numbered outside this window's workers since the last call."""
        here = self.placed.is_set()
        self.placed.clear()
        return here or self.wakeups.shared

    def elsewhere(self) -> int:
        """The number of due deliveries, if other processes share the work; else 0."""
        if not self.wakeups.shared:
            return 0
        with reading(self.engine) as connection:
            return deliveries.due(connection, QUEUES, system_now())

    def tend(self) -> None:
        """Run timed tasks: file due deadlines, recover deliveries of lost workers, report overdue stages, make
        EPCIS events, hand over what absent officers hold."""
        if not self._tends:
            return
        self.file_due()
        self.recover_lost(QUEUES)
        self._watchdog.watch(self.engine)
        event_making.make_some(self.engine, self.stirred.is_set)
        if monotonic() >= self._next_trim:
            give_back(self.engine)
            self._checkpoints.empty_if_quiet()
            resetting.finish(self)
            absences.begin_due(self)
            self._next_trim = monotonic() + TRIM_EVERY_SECONDS

    def file_due(self) -> int:
        """Turn due deadlines of all sandboxes into deliveries."""
        return dispatch.file_due(self.engine, self.numbering, self.clocks())

    def recover_lost(self, queues: Sequence[str]) -> int:
        """Count a failed attempt for the deliveries of these queues whose workers were lost; returns the number of
        these workers."""
        return lost_workers.recover(self.engine, self.numbering, self.settings.attempts, queues)

    def advance(self, sandbox: str, until: int, progress: Callable[[int], None] = lambda instant: None) -> None:
        """Move a virtual clock to an instant, handling each deadline on the way before going on."""
        advancing.advance(self, sandbox, until, self.settle, self.wakeups.shared, progress)

    def recover(self) -> None:
        """At start and after a failure: release claimed deliveries, and count an attempt for those of lost workers."""
        for worker in self._workers.values():
            worker.release_lease()
        if self._queues:
            self.recover_lost(self._queues)

    def close(self) -> None:
        """Close readers, wake-ups and database."""
        if self._readers is not None:
            self._readers.close()
        self.keyring.close()
        self.taken_receipts.close()
        self.wakeups.close()
        self.engine.dispose()


def open_window(
    settings: Settings,
    fault: Callable[[str], None] = lambda point: None,
    queues: Sequence[str] | None = None,
    tends: bool | None = None,
    wakeups: Wakeups | None = None,
    fresh: bool = False,
    **overrides: object,
) -> Window:
    """Open a window on the configured database, migrated and with the main sandbox; the caller closes it.

    `overrides` are settings; `fault`, `queues`, `tends` and `wakeups` as for `Window`. `fresh`: the database is new:
    create all tables without running migrations.
    """
    share_arenas()
    chosen = replace(settings, **overrides) if overrides else settings  # type: ignore[arg-type]
    # Batches make many short-lived objects and no cycles: the default collection thresholds cost a fifth of the time.
    gc.set_threshold(200_000, 20, 20)
    tighten(make_folder(chosen.data), chosen.database_files)
    (migrate.make if fresh else migrate.prepare)(chosen.database_url)
    window = Window(chosen, wakeups, fault=fault, queues=queues, tends=tends)
    try:
        acknowledged.identify(window.engine)
        window.make_sandbox(MAIN, Options())
        resetting.finish(window, 0)
        window.recover()
    except BaseException:
        window.close()
        raise
    return window
