"""Whose fault a failure is: the engine's and a lock's are nobody's, a delivery's own is counted and ends in parking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from single_window.clock import system_now
from single_window.store import deliveries, leases
from single_window.store.bulk import insert_rows, upsert_rows
from single_window.store.deliveries import Delivery
from single_window.store.engine import reading, writing
from single_window.store.failures import code_of, is_contention, is_engine_failure, is_transient
from single_window.store.numbering import Numbering
from single_window.store.tables import archive, delivery, mailbox
from single_window.store.written import Writing
from single_window.work import lost_workers
from single_window.work.worker import Worker
from tests.databases import ON_BOTH
from tests.patience import PATIENCE

pytestmark = ON_BOTH
ATTEMPTS = 3
Deed = Callable[[Connection, Sequence[Delivery]], None]


class Doing:
    """A consumer that does what a test says inside the transaction that writes."""

    queue = "customs"
    plans_ahead = False
    prepares = False

    def __init__(self, deed: Deed) -> None:
        self._deed = deed
        self.forgotten = 0

    def prepare(self, connection: Connection, ids: Sequence[int]) -> None:
        raise AssertionError("it has nothing to prepare")

    def plan(self, connection: Connection, taken: Sequence[Delivery]) -> Writing:
        def write(connection: Connection) -> tuple[()]:
            self._deed(connection, taken)
            return ()

        return write

    def committed(self) -> None:
        """Nothing was kept."""

    def forget(self) -> None:
        self.forgotten += 1


def file_some(engine: Engine, count: int = 2) -> list[int]:
    ids = list(range(900_001, 900_001 + count))
    with writing(engine) as connection:
        deliveries.file_deliveries(
            connection, [(number, "main", "customs", "import.order", 0, "[[1]]", 1, "ready", 0, 0) for number in ids]
        )
    return ids


def worker(engine: Engine, deed: Deed) -> Worker:
    return Worker(engine, Numbering(engine), Doing(deed), ATTEMPTS)


DONE = ("done", 0)


def states(engine: Engine, ids: Sequence[int]) -> list[tuple[str, int]]:
    """State and attempts of each of these deliveries; what is done is not stored."""
    with reading(engine) as connection:
        rows = connection.execute(select(delivery.c.id, delivery.c.state, delivery.c.attempts)).all()
    stored = {number: (state, attempts) for number, state, attempts in rows}
    assert stored.keys() <= set(ids)
    return [stored.get(number, DONE) for number in ids]


def lose_the_connection(connection: Connection, taken: Sequence[Delivery]) -> None:
    """As when the server is restarted: it ends the connection."""
    connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


def fill_the_disk(connection: Connection, taken: Sequence[Delivery]) -> None:
    """As when the disk has no room left: the file may not grow, and something large is written."""
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    insert_rows(connection, archive, ("message_id", "body"), [(number, bytes(100_000)) for number in range(50)])


def test_what_the_engine_fails_with_is_no_failure_of_a_delivery(engine: Engine) -> None:
    ids = file_some(engine)
    broken = worker(engine, fill_the_disk if engine.dialect.name == "sqlite" else lose_the_connection)
    for _ in range(2 * ATTEMPTS):
        with pytest.raises(DBAPIError) as raised:
            broken.work(ids)
        assert is_engine_failure(raised.value) and is_transient(raised.value) and not is_contention(raised.value)
    assert states(engine, ids) == [("ready", 0)] * 2


def test_an_engine_that_fails_while_a_batch_is_taken_apart_ends_that_too(engine: Engine) -> None:
    ids = file_some(engine)
    outage = fill_the_disk if engine.dialect.name == "sqlite" else lose_the_connection

    def deed(connection: Connection, taken: Sequence[Delivery]) -> None:
        if len(taken) > 1:
            raise ValueError("together they cannot be done")
        outage(connection, taken)

    with pytest.raises(DBAPIError):
        worker(engine, deed).work(ids)
    assert states(engine, ids) == [("ready", 0)] * 2


def test_what_the_engine_interrupted_is_done_when_it_is_back(engine: Engine) -> None:
    ids = file_some(engine)
    done: list[int] = []
    outages = [fill_the_disk if engine.dialect.name == "sqlite" else lose_the_connection]

    def interrupted(connection: Connection, taken: Sequence[Delivery]) -> None:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        if outages:
            outages.pop()(connection, taken)
        done.extend(taken_delivery.id for taken_delivery in taken)

    new_worker = worker(engine, interrupted)
    with pytest.raises(DBAPIError):
        new_worker.work(ids)
    assert new_worker.work(ids) == 2 and done == ids
    assert states(engine, ids) == [DONE] * 2


def test_a_deadlock_is_taken_again_and_counted_for_nobody(engine: Engine) -> None:
    """Two workers want the same two rows in opposite order, as no gateway should."""
    ids = file_some(engine)
    both = Barrier(2, timeout=PATIENCE)
    met: list[str] = []

    def crosswise(order: Sequence[str]) -> Deed:
        def deed(connection: Connection, taken: Sequence[Delivery]) -> None:
            meeting = engine.dialect.name == "postgresql" and len(met) < 2
            for number, box in enumerate(order):
                upsert_rows(connection, mailbox, ("sandbox", "dxp_id", "next"), [("main", box, 2)], replace=("next",))
                if number == 0 and meeting:
                    met.append(box)
                    both.wait()

        return deed

    workers = [worker(engine, crosswise(order)) for order in ("AB", "BA")]
    threads = [Thread(target=runner.work, args=([number],)) for runner, number in zip(workers, ids, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(met) == (2 if engine.dialect.name == "postgresql" else 0)
    assert states(engine, ids) == [DONE] * 2


def test_a_key_that_somebody_else_took_meanwhile_is_taken_again(engine: Engine) -> None:
    ids = file_some(engine)
    numbers = iter([1, 2])

    def insert(connection: Connection, taken: Sequence[Delivery]) -> None:
        insert_rows(connection, archive, ("message_id", "body"), [(next(numbers), b"")])

    with writing(engine) as connection:
        insert_rows(connection, archive, ("message_id", "body"), [(1, b"")])
    assert worker(engine, insert).work(ids) == 2
    assert states(engine, ids) == [DONE] * 2


def test_a_delivery_that_fails_by_itself_waits_and_is_parked_and_its_neighbour_is_done(engine: Engine) -> None:
    ids = file_some(engine)

    def choosy(connection: Connection, taken: Sequence[Delivery]) -> None:
        if ids[0] in {taken_delivery.id for taken_delivery in taken}:
            raise ValueError("poison")

    new_worker = worker(engine, choosy)
    for _ in range(ATTEMPTS):
        new_worker.work(ids)
    assert states(engine, ids) == [("parked", ATTEMPTS), DONE]


def test_a_key_that_is_always_taken_is_the_delivery_s_own_failure(engine: Engine) -> None:
    ids = file_some(engine, 1)

    def insert(connection: Connection, taken: Sequence[Delivery]) -> None:
        for _ in range(2):
            insert_rows(connection, archive, ("message_id", "body"), [(7, b"")])

    for _ in range(ATTEMPTS):
        worker(engine, insert).work(ids)
    assert states(engine, ids) == [("parked", ATTEMPTS)]


def test_a_serialization_failure_is_a_conflict(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nothing there can be overtaken")
    file_some(engine)
    strict = engine.execution_options(isolation_level="SERIALIZABLE")
    change = delivery.update().values(attempts=delivery.c.attempts + 1)
    with strict.connect() as slow:
        slow.execute(select(delivery)).all()
        with writing(engine) as quick:
            quick.execute(change)
        with pytest.raises(DBAPIError) as raised:
            slow.execute(change)
    assert code_of(raised.value) == "40001"
    assert is_contention(raised.value) and is_transient(raised.value) and not is_engine_failure(raised.value)


class Killed(BaseException):
    """What nobody catches: the process is gone."""


def killing(poison: int) -> Deed:
    """A deed that kills whoever has the poison among what it took."""

    def deed(connection: Connection, taken: Sequence[Delivery]) -> None:
        if poison in {taken_delivery.id for taken_delivery in taken}:
            raise Killed

    return deed


def until_nobody_dies(engine: Engine, ids: Sequence[int], poison: int) -> int:
    """Let one process after another work until one survives; gives the number of deaths."""
    deaths = 0
    while deaths < 10:
        try:
            worker(engine, killing(poison)).work(ids)
        except Killed:
            deaths += 1
            make_due(engine)
        else:
            return deaths
    raise AssertionError("it kills for ever")


def make_due(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(delivery.update().values(not_before=0))


def test_what_kills_its_worker_is_parked_after_its_attempts_and_its_neighbours_are_done(engine: Engine) -> None:
    ids = file_some(engine, 5)
    assert until_nobody_dies(engine, ids, ids[2]) == ATTEMPTS
    assert states(engine, ids) == [DONE, DONE, ("parked", ATTEMPTS), DONE, DONE]
    with reading(engine) as connection:
        reason = connection.execute(select(delivery.c.reason).where(delivery.c.id == ids[2])).scalar_one()
        assert leases.active(connection) == []
    assert reason.startswith(
        f"WorkerLost: the process working on it died, or made no progress until it was ended "
        f"(attempt {ATTEMPTS}, by process "
    )


def test_a_single_attempt_is_never_that_of_a_batch(engine: Engine) -> None:
    """With one attempt for each, what died together is tried alone before anything is parked."""
    ids = file_some(engine, 3)
    with pytest.raises(Killed):
        Worker(engine, Numbering(engine), Doing(killing(ids[0])), 1).work(ids)
    with pytest.raises(Killed):
        Worker(engine, Numbering(engine), Doing(killing(ids[0])), 1).work(ids)
    assert Worker(engine, Numbering(engine), Doing(killing(ids[0])), 1).work(ids) == 2
    assert [state for state, _ in states(engine, ids)] == ["parked", "done", "done"]


def test_a_delivery_of_many_items_that_kills_is_split_and_each_item_tried_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        deliveries.file_deliveries(
            connection, [(900_001, "main", "customs", "import.order", 0, "[[1],[2],[3]]", 3, "ready", 0, 0)]
        )
    handled: list[str] = []

    def deed(connection: Connection, taken: Sequence[Delivery]) -> None:
        if any("[2]" in taken_delivery.payload for taken_delivery in taken):
            raise Killed
        handled.extend(taken_delivery.payload for taken_delivery in taken)

    for _ in range(1 + ATTEMPTS):
        make_due(engine)
        with reading(engine) as connection:
            ready = select(delivery.c.id).where(delivery.c.state == "ready").order_by(delivery.c.id)
            left = list(connection.execute(ready).scalars())
        try:
            worker(engine, deed).work(left)
        except Killed:
            continue
    worker(engine, deed).work(left)
    with reading(engine) as connection:
        result = connection.execute(select(delivery.c.payload, delivery.c.state)).all()
    assert result == [("[[2]]", "parked")] and handled == ["[[1]]", "[[3]]"]


def test_what_somebody_is_busy_with_nobody_else_takes(engine: Engine) -> None:
    ids = file_some(engine)
    other: list[int] = []

    def deed(connection: Connection, taken: Sequence[Delivery]) -> None:
        raise AssertionError("nobody else must get it")

    def meanwhile(point: str) -> None:
        if point == "in-hand":
            other.append(worker(engine, deed).work(ids))

    assert Worker(engine, Numbering(engine), Doing(lambda *_: None), ATTEMPTS, meanwhile).work(ids) == 2
    assert other == [0] and states(engine, ids) == [DONE] * 2


def test_who_had_his_time_and_more_is_lost_though_nobody_here_can_see_him(engine: Engine) -> None:
    ids = file_some(engine, 1)
    far = "another machine|1|1|1"
    with writing(engine) as connection:
        leases.acquire(connection, leases.Lease(far, "customs", 1, system_now() + 60_000, tuple(ids)))
    assert lost_workers.recover(engine, Numbering(engine), ATTEMPTS) == 0
    with writing(engine) as connection:
        leases.acquire(connection, leases.Lease(far, "customs", 1, system_now() - 1, tuple(ids)))
    assert lost_workers.recover(engine, Numbering(engine), ATTEMPTS) == 1
    assert lost_workers.recover(engine, Numbering(engine), ATTEMPTS) == 0, "once"
    assert states(engine, ids) == [("ready", 1)]


def test_what_the_engine_failed_with_leaves_no_lease(engine: Engine) -> None:
    ids = file_some(engine)
    with pytest.raises(DBAPIError):
        worker(engine, fill_the_disk if engine.dialect.name == "sqlite" else lose_the_connection).work(ids)
    with reading(engine) as connection:
        assert leases.active(connection) == []
    assert states(engine, ids) == [("ready", 0)] * 2
