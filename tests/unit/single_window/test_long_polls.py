"""Waiting polls share one look at the mailboxes, and miss no change that was announced."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, event

from single_window.frame.http.long_polls import LongPolls
from single_window.store.engine import open_engine, writing
from single_window.store.mailbox_numbers import ReceiptGroup, place
from single_window.store.receipt_contents import pack
from tests.changes import ManualChanges
from tests.databases import made_data
from tests.patience import PATIENCE

BOX, OTHER = "DXPENT0000000001", "DXPENT0000000002"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made_data(tmp_path)
    opened = open_engine(f"sqlite:///{tmp_path / 'window.sqlite3'}")
    yield opened
    opened.dispose()


@pytest.fixture
def looks(engine: Engine) -> list[str]:
    """Every look at the mailboxes, as it was asked."""
    queries: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if "FROM mailbox" in statement:
            queries.append(statement)

    return queries


def say(engine: Engine, number: int, count: int, box: str = BOX) -> None:
    with writing(engine) as connection:
        place(connection, [ReceiptGroup(number, "main", box, count, 0, pack([]))])


def test_what_lies_beyond_a_place_is_seen_and_what_does_not_is_not(engine: Engine) -> None:
    say(engine, 1, 3)
    polls = LongPolls(engine, ManualChanges())
    assert [polls.beyond("main", BOX, after) for after in (0, 2, 3, 4)] == [True, True, False, False]
    assert not polls.beyond("main", OTHER, 0)
    assert not polls.beyond("other", BOX, 0)


def test_a_change_that_was_announced_is_seen_at_once(engine: Engine) -> None:
    changes = ManualChanges()
    polls = LongPolls(engine, changes)
    assert not polls.beyond("main", BOX, 0)
    say(engine, 1, 1)
    changes.generation += 1
    assert polls.beyond("main", BOX, 0)


def test_all_who_wait_share_one_look_for_each_change(engine: Engine, looks: list[str]) -> None:
    changes = ManualChanges()
    polls = LongPolls(engine, changes)
    for box in (BOX, OTHER):
        polls.beyond("main", box, 0)
    looks.clear()
    changes.generation += 1
    for _ in range(20):
        polls.beyond("main", BOX, 0)
        polls.beyond("main", OTHER, 0)
    # a slow machine may let a look grow old meanwhile; forty polls of their own would be forty looks
    assert 1 <= len(looks) <= 5


def test_where_nobody_announces_changes_every_poll_looks_for_itself(engine: Engine) -> None:
    polls = LongPolls(engine, None)
    assert not polls.beyond("main", BOX, 0)
    say(engine, 1, 1)
    assert polls.beyond("main", BOX, 0)


def test_who_waits_is_woken_by_what_comes_into_his_mailbox_and_by_nothing_else(engine: Engine) -> None:
    changes = ManualChanges()
    polls = LongPolls(engine, changes)
    with ThreadPoolExecutor(2) as pool:
        mine, others = (pool.submit(polls.wait, "main", box, 0, PATIENCE) for box in (BOX, OTHER))
        changes.until_waits(1)
        say(engine, 1, 1)
        changes.announce()
        assert mine.result(PATIENCE) == 1
        changes.until_waits(2)  # who is left watches on, whoever watched before
        assert not others.done()
        say(engine, 2, 1, OTHER)
        changes.announce()
        assert others.result(PATIENCE) == 1


def test_many_wait_and_one_of_them_watches(engine: Engine, looks: list[str]) -> None:
    changes = ManualChanges()
    polls = LongPolls(engine, changes)
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(polls.wait, "main", f"DXPENT{number:010d}", 0, PATIENCE) for number in range(20)]
        changes.until_waits(1)
        for number in range(20):
            say(engine, number + 1, 1, f"DXPENT{number:010d}")
        changes.announce()
        assert all(future.result(PATIENCE) for future in waiting)
    assert changes.waits <= 2, "one for all; another, if he who watched was served before the last had come"


def test_nobody_waits_longer_than_he_wants_or_than_the_window_is_open(engine: Engine) -> None:
    changes = ManualChanges()
    polls = LongPolls(engine, changes)
    assert not polls.wait("main", BOX, 0, 0.01)
    before = changes.waits
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(polls.wait, "main", OTHER, 0, PATIENCE) for _ in range(3)]
        changes.until_waits(before + 1)
        changes.close()
        assert [future.result(PATIENCE) for future in waiting] == [False] * 3


def test_who_has_gone_away_waits_no_more_and_the_others_do(engine: Engine) -> None:
    changes, left = ManualChanges(), Event()
    polls = LongPolls(engine, changes)
    with ThreadPoolExecutor(3) as pool:
        staying = [pool.submit(polls.wait, "main", box, 0, PATIENCE) for box in (BOX, OTHER)]
        changes.until_waits(1)
        leaving = pool.submit(polls.wait, "main", OTHER, 0, PATIENCE, left.is_set)
        left.set()
        assert leaving.result(PATIENCE) == 0
        assert not any(future.done() for future in staying)
        say(engine, 1, 1)
        say(engine, 2, 1, OTHER)
        changes.announce()
        assert [future.result(PATIENCE) for future in staying] == [True, True]
