"""Several windows on one database: numbers, places in mailboxes and deliveries are each given once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from sqlalchemy import select

from single_window.store import deliveries
from single_window.store.engine import open_engine, writing
from single_window.store.mailbox_numbers import ReceiptGroup, place
from single_window.store.numbering import ROWS, Numbering
from single_window.store.receipt_contents import pack
from single_window.store.tables import receipt_group
from tests.contracts.storing import Store
from tests.databases import ON_BOTH, fetch, write_by

pytestmark = ON_BOTH
WINDOWS = 4


@pytest.fixture
def windows(address: str) -> Iterator[list[Store]]:
    opened = [Store(engine, Numbering(engine, 10)) for engine in (open_engine(address) for _ in range(WINDOWS))]
    yield opened
    for store in opened:
        store.engine.dispose()


def at_once(windows: list[Store], work: Callable[[Store], None]) -> None:
    """Each window does its work in a thread of its own; raises what one of them raised."""
    failures: list[BaseException] = []

    def guarded(store: Store) -> None:
        try:
            work(store)
        except BaseException as error:
            failures.append(error)

    threads = [Thread(target=guarded, args=(window,)) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def test_no_number_is_given_twice_not_even_the_first(windows: list[Store]) -> None:
    given: list[int] = []

    def take(store: Store) -> None:
        for _ in range(20):
            store.numbering.ensure("main", "list", 7)
            given.extend(store.numbering.take("main", "list", 7))

    at_once(windows, take)
    assert len(given) == len(set(given)) == WINDOWS * 20 * 7
    assert min(given) == 1


def test_places_in_a_mailbox_follow_each_other_without_gap_or_double(windows: list[Store]) -> None:
    def answer(store: Store) -> None:
        for count in range(1, 11):
            store.numbering.ensure(ROWS, "row", 2)
            write_by(
                store.engine,
                place,
                [
                    ReceiptGroup(store.numbering.next_number(ROWS, "row"), "main", box, count, 0, pack([]))
                    for box in ("DXPENT0000000002", "DXPENT0000000001")
                ],
            )

    at_once(windows, answer)
    for box in ("DXPENT0000000001", "DXPENT0000000002"):
        groups = fetch(
            windows[0].engine,
            select(receipt_group.c.first, receipt_group.c.count).where(receipt_group.c.mailbox == box),
        ).all()
        places = sorted(place for first, count in groups for place in range(first, first + count))
        assert places == list(range(1, WINDOWS * 55 + 1))


def test_two_groups_of_one_step_for_one_mailbox_stand_one_behind_the_other(windows: list[Store]) -> None:
    with writing(windows[0].engine) as connection:
        place(
            connection,
            [
                ReceiptGroup(1, "main", "DXPENT0000000001", 3, 0, pack([])),
                ReceiptGroup(2, "main", "DXPENT0000000001", 2, 0, pack([])),
            ],
        )
        place(
            connection,
            [
                ReceiptGroup(3, "other", "DXPENT0000000001", 1, 0, pack([])),
                ReceiptGroup(4, "main", "DXPENT0000000001", 1, 0, pack([])),
            ],
        )
    placed = fetch(windows[0].engine, select(receipt_group.c.id, receipt_group.c.first).order_by(receipt_group.c.id))
    firsts = [tuple(row) for row in placed]
    assert firsts == [(1, 1), (2, 4), (3, 1), (4, 6)]


def test_every_delivery_is_won_once(windows: list[Store]) -> None:
    ids = list(range(1, 201))
    write_by(
        windows[0].engine,
        deliveries.file_deliveries,
        [(number, "main", "customs", "import.order", 0, "[[1]]", 1, "ready", 0, 0) for number in ids],
    )
    won: list[int] = []

    def win(store: Store) -> None:
        for start in range(0, 200, 20):
            claimed_rows = write_by(store.engine, deliveries.claim, "customs", ids[start : start + 20])
            won.extend(delivery.id for delivery in claimed_rows)

    at_once(windows, win)
    assert sorted(won) == ids
