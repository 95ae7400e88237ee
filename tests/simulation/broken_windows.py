"""Windows that are not as they should be, each in one way: a simulation that finds nothing wrong with them is blind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from sqlalchemy import Connection, update
from sqlalchemy.exc import OperationalError

from single_window.intake.admission import AdmissionAnswer
from single_window.intake.reading import Reading
from single_window.messaging.wakeups import Wakeups
from single_window.settings import Settings
from single_window.store import deliveries, epochs
from single_window.store.deliveries import Delivery
from single_window.store.engine import writing
from single_window.store.tables import deadline, epoch
from single_window.store.written import Writing, WrittenCounts
from single_window.wiring import Window
from single_window.work.batch_transaction import DeliveryConsumer, WorkBatch
from single_window.work.worker import Lookup, Worker
from tests.simulation.processes import Opens, Role
from tests.simulation.site import Site

Fault = Callable[[str], None]


class AnswersAnyway(Window):
    """Answers participants though the database has refused what they sent."""

    def commit_messages(self, sandbox: str, channel: str, readings: Sequence[Reading]) -> list[AdmissionAnswer]:
        try:
            return super().commit_messages(sandbox, channel, readings)
        except OperationalError:
            return [AdmissionAnswer(0, 202, read.code, read.count) for read in readings]


class ClosesDeadlinesFirst(Window):
    """Closes a deadline in one transaction and files what follows from it in another."""

    def file_due(self) -> int:
        now = self.clocks()
        with writing(self.engine) as connection:
            due = (
                connection.execute(
                    update(deadline)
                    .where(deadline.c.state == "open", deadline.c.due <= min(now.values()))
                    .values(state="done")
                    .returning(deadline.c.id)
                )
                .scalars()
                .all()
            )
        if not due:
            return 0
        self._fault("between")
        with writing(self.engine) as connection:
            connection.execute(update(deadline).where(deadline.c.id.in_(due)).values(state="open"))
        return super().file_due()


def file_again(connection: Connection, taken: Sequence[Delivery]) -> None:
    """Store deliveries that were deleted."""
    deliveries.file_deliveries(connection, [(*one[:6], 1, deliveries.READY, 0, one.filed_at) for one in taken])


class TakesForGood(Worker):
    """Counts deliveries as done as soon as it has them in hand."""

    def _commit(self, batch: WorkBatch) -> int:
        with writing(self._engine) as connection:
            claimed = deliveries.claim(connection, self._consumer.queue, batch.ids)
        self._fault("between")
        with writing(self._engine) as connection:
            file_again(connection, claimed)
        return super()._commit(batch)


class WinsAnyway(Worker):
    """Deals with whatever it is handed, whoever has dealt with it before."""

    handed: ClassVar[dict[int, Delivery]] = {}
    """Whatever any worker was handed: it is stored until that worker has dealt with it."""

    def work(self, ids: Sequence[int], seen: Lookup | None = None) -> int:
        with writing(self._engine) as connection:
            stored = {taken.id: taken for taken in deliveries.unfinished(connection, self._consumer.queue, ids)}
            self.handed.update(stored)
            file_again(connection, [self.handed[number] for number in ids if number not in stored])
        return super().work(ids, seen)


class Careless:
    """A consumer that writes what it has planned though others have written since: it turns their count back."""

    def __init__(self, consumer: DeliveryConsumer) -> None:
        self._consumer = consumer
        self.queue, self.plans_ahead, self.prepares = consumer.queue, consumer.plans_ahead, consumer.prepares

    def needs_preparation(self, messages: Sequence[int]) -> bool:
        return self._consumer.needs_preparation(messages)

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        self._consumer.prepare(connection, ids)

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        seen = {name: epochs.seen(connection, name) for name in (self.queue, epochs.DOCUMENTS)}
        write = self._consumer.plan(connection, taken)

        def write_anyway(connection: Connection) -> Sequence[WrittenCounts]:
            for name, count in seen.items():
                connection.execute(update(epoch).where(epoch.c.gateway == name).values(count=count))
            return write(connection)

        return write_anyway

    def committed(self) -> None:
        self._consumer.committed()

    def forget(self) -> None:
        self._consumer.forget()


def opened(
    kind: type[Window],
    worker: type[Worker] = Worker,
    consumer: Callable[[DeliveryConsumer], DeliveryConsumer] = lambda consumer: consumer,
) -> Opens:
    """How processes open windows of this kind, with workers and consumers of these."""

    def open_window(settings: Settings, wakeups: Wakeups, fault: Fault, role: Role, site: Site) -> Window:
        window = kind(
            settings,
            wakeups,
            fault,
            role.consumes,
            role.tends,
            engine=site.engine,
        )
        window._workers = {
            queue: worker(window.engine, window.numbering, consumer(entry._consumer), settings.attempts, fault)
            for queue, entry in window._workers.items()
        }
        return window

    return open_window


BROKEN: Mapping[str, Opens] = {
    "counts work as done before it is": opened(Window, worker=TakesForGood),
    "answers what was not committed": opened(AnswersAnyway),
    "closes a deadline before it files what follows": opened(ClosesDeadlinesFirst),
    "deals with what somebody has dealt with": opened(Window, worker=WinsAnyway),
    "writes what it planned before others wrote": opened(Window, consumer=Careless),
}
