"""How workers come by deliveries, on both databases: what is ready, what others have in hand, who is first."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select

from gateways.topics.route import Route
from single_window.clock import system_now
from single_window.message_limits import READY_DELIVERIES
from single_window.messaging.topology import QUEUES
from single_window.observe import liveness
from single_window.store import deliveries, leases
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.gateway_results import write_sends
from single_window.store.leases import Lease
from single_window.store.numbering import ROWS, Numbering
from single_window.store.tables import delivery
from single_window.store.written import Writing
from single_window.work import dispatch
from single_window.work.worker import Worker
from tests.databases import ON_BOTH
from tests.patience import PATIENCE

pytestmark = ON_BOTH
HOUR = 3_600_000
ELSEWHERE = "another machine/boot/space|7|1|1-1"


def file(engine: Engine, *rows: tuple[int, str, int], not_before: int = 0) -> None:
    """File deliveries given as (id, queue, items)."""
    topics = {"customs": "import.order", "tax": "tax.requested"}
    with writing(engine) as connection:
        deliveries.file_deliveries(
            connection,
            [
                (number, "main", queue, topics[queue], 0, "[]", items, "ready", not_before, 0)
                for number, queue, items in rows
            ],
        )


def hold(engine: Engine, *ids: int, worker: str = ELSEWHERE, until: int = HOUR) -> None:
    """Have a worker of another machine hold a lease."""
    with writing(engine) as connection:
        leases.acquire(connection, Lease(worker, "customs", system_now(), system_now() + until, ids))


def ready(engine: Engine, items: int = 1_000) -> dict[str, list[int]]:
    return {work.queue: list(work.ids) for work in dispatch.ready_for_workers(engine, tuple(QUEUES), items)}


def test_deliveries_come_by_queue_oldest_first(engine: Engine) -> None:
    file(engine, (3, "customs", 1), (1, "customs", 1), (2, "tax", 1))
    assert ready(engine) == {"customs": [1, 3], "tax": [2]}


def test_about_so_many_items_come_at_a_time_one_delivery_at_least(engine: Engine) -> None:
    file(engine, (1, "customs", 500), (2, "customs", 1), (3, "tax", 40), (4, "tax", 70), (5, "tax", 1))
    assert ready(engine, 100) == {"customs": [1], "tax": [3, 4]}


def test_documents_of_the_same_trades_come_together(engine: Engine) -> None:
    numbering = Numbering(engine)
    numbering.ensure(ROWS, "row", 10)
    with writing(engine) as connection:
        for topic in ("import.order", "import.payment", "import.waybill", "import.inventory"):
            write_sends(connection, numbering, "main", {Route("customs", topic): []}, system_now())
    assert set(ready(engine)) <= {"customs"}


def test_what_must_wait_is_left_alone(engine: Engine) -> None:
    file(engine, (1, "customs", 1), not_before=system_now() + HOUR)
    assert ready(engine) == {}


def test_what_another_machine_has_in_hand_is_left_to_it_until_its_lease_ends(engine: Engine) -> None:
    file(engine, (1, "customs", 1), (2, "customs", 1))
    hold(engine, 1)
    assert ready(engine) == {"customs": [2]}
    hold(engine, 1, until=-1)
    assert ready(engine) == {"customs": [1, 2]}


def test_what_others_have_in_hand_does_not_hide_what_waits_behind_it(engine: Engine) -> None:
    many = range(1, READY_DELIVERIES + 1)
    file(engine, *[(number, "customs", 1) for number in (*many, READY_DELIVERIES + 1)])
    hold(engine, *many)
    assert ready(engine) == {"customs": [READY_DELIVERIES + 1]}


class Meeting:
    """A consumer whose batches meet two at a time before they are written."""

    queue, plans_ahead, prepares = "customs", False, True

    def __init__(self, engine: Engine) -> None:
        self.handled: list[int] = []

    def needs_preparation(self, messages: Sequence[int]) -> bool:
        return False

    def prepare(self, connection: object, ids: Sequence[int]) -> None:
        """Nothing is needed."""

    def plan(self, connection: object, taken: Sequence[Delivery]) -> Writing:
        self.handled += [delivery.id for delivery in taken]
        return lambda connection: ()

    def committed(self) -> None:
        """Nothing was kept."""

    def forget(self) -> None:
        self.handled.clear()


def test_of_two_workers_with_the_same_deliveries_each_is_handled_by_one(engine: Engine) -> None:
    count, together = 40, Barrier(2)
    file(engine, *[(number, "customs", 1) for number in range(1, count + 1)])
    consumers = [Meeting(engine), Meeting(engine)]

    def work(consumer: Meeting) -> None:
        worker = Worker(engine, Numbering(engine), consumer, 5)
        for begun in range(1, count + 1, 10):
            together.wait(PATIENCE)
            worker.work(range(begun, begun + 10))

    threads = [Thread(target=work, args=(consumer,)) for consumer in consumers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(consumers[0].handled + consumers[1].handled) == list(range(1, count + 1))
    with reading(engine) as connection:
        assert connection.execute(select(delivery.c.id)).all() == []
        assert leases.active(connection) == []


def test_a_worker_takes_none_that_another_has_taken_since_it_looked(engine: Engine) -> None:
    file(engine, (1, "customs", 1), (2, "customs", 1))
    consumer = Meeting(engine)
    worker = Worker(engine, Numbering(engine), consumer, 5)
    (work,) = dispatch.ready_for_workers(engine, ("customs",), 100)
    hold(engine, 1)
    assert worker.work(work.ids, work.known) == 1
    assert consumer.handled == [2] and worker.left_ready
    assert not liveness.is_working(worker._lease.worker)


@pytest.mark.parametrize("queue", ["customs", "tax"])
def test_an_empty_queue_has_no_work(engine: Engine, queue: str) -> None:
    assert dispatch.ready_for_workers(engine, (queue,), 100) == []
