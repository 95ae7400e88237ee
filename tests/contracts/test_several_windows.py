"""Several windows on one database: numbers, places in mailboxes and deliveries are each given once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, select

from single_window import dispatch
from single_window.messaging.embedded import EmbeddedBroker
from single_window.messaging.topology import EXCHANGE, QUEUES
from single_window.numbering import ROWS, Numbering
from single_window.store import deliveries, migrate
from single_window.store.bulk import insert_rows
from single_window.store.engine import open_engine, reading, writing
from single_window.store.tables import receipt_group
from tests.databases import ENGINES, empty_database

WINDOWS = 4


class Store(NamedTuple):
    """An upgraded database, as one of several windows has it open."""

    engine: Engine
    numbering: Numbering


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database(request.param, tmp_path) as found:
        migrate.upgrade(found)
        yield found


@pytest.fixture
def windows(address: str) -> Iterator[list[Store]]:
    opened = [Store(engine, Numbering(engine, 10)) for engine in (open_engine(address) for _ in range(WINDOWS))]
    yield opened
    for one in opened:
        one.engine.dispose()


def at_once(windows: list[Store], work: Callable[[Store], None]) -> None:
    """Each window does its work in a thread of its own; raises what one of them raised."""
    failures: list[BaseException] = []

    def guarded(one: Store) -> None:
        try:
            work(one)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=guarded, args=(one,)) for one in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def test_no_number_is_given_twice_not_even_the_first(windows: list[Store]) -> None:
    given: list[int] = []

    def take(one: Store) -> None:
        for _ in range(20):
            one.numbering.ensure("main", "list", 7)
            given.extend(one.numbering.take("main", "list", 7))

    at_once(windows, take)
    assert len(given) == len(set(given)) == WINDOWS * 20 * 7
    assert min(given) == 1


def test_places_in_a_mailbox_follow_each_other_without_gap_or_double(windows: list[Store]) -> None:
    def answer(one: Store) -> None:
        broker = EmbeddedBroker()
        broker.declare(EXCHANGE, QUEUES)
        for count in range(1, 11):
            one.numbering.ensure(ROWS, "row", 1)
            with writing(one.engine) as connection:
                insert_rows(connection, receipt_group, ("id", "sandbox", "mailbox", "count"), [
                    (one.numbering.one(ROWS, "row"), "main", "DXPENT0000000001", count)])
            dispatch.dispatch(one.engine, broker, tuple(QUEUES), 100)
        broker.close()

    at_once(windows, answer)
    with reading(windows[0].engine) as connection:
        groups = connection.execute(select(receipt_group.c.first, receipt_group.c.count)).all()
    places = sorted(place for first, count in groups for place in range(first, first + count))
    assert places == list(range(1, WINDOWS * 55 + 1))


def test_every_delivery_is_won_once(windows: list[Store]) -> None:
    ids = list(range(1, 201))
    with writing(windows[0].engine) as connection:
        deliveries.file_deliveries(connection, [
            (number, "main", "customs", "import.order", 0, "[[1]]", 1, "ready", 0, 0) for number in ids])
    won: list[int] = []

    def win(one: Store) -> None:
        for start in range(0, 200, 20):
            with writing(one.engine) as connection:
                found = deliveries.win(connection, "customs", ids[start:start + 20])
            won.extend(delivery.id for delivery in found)

    at_once(windows, win)
    assert sorted(won) == ids
