"""Waiting polls share one look at the mailboxes, and miss nothing that was told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from single_window.api.places import Places
from single_window.store import migrate
from single_window.store.engine import open_engine, writing
from single_window.store.places import Group, place

BOX, OTHER = "DXPENT0000000001", "DXPENT0000000002"


class Told:
    """Changes that a test tells by hand."""

    closing = False

    def __init__(self) -> None:
        self.generation = 0

    def wait_for_change(self, seen: int, timeout: float) -> bool:
        return self.generation > seen


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    address = f"sqlite:///{tmp_path / 'window.sqlite3'}"
    migrate.upgrade(address)
    opened = open_engine(address)
    yield opened
    opened.dispose()


@pytest.fixture
def looks(engine: Engine) -> list[str]:
    """Every look at the mailboxes, as it was asked."""
    asked: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if "FROM mailbox" in statement:
            asked.append(statement)

    return asked


def say(engine: Engine, number: int, count: int, box: str = BOX) -> None:
    with writing(engine) as connection:
        place(connection, [Group(number, "main", box, count, 0)])


def test_what_lies_beyond_a_place_is_seen_and_what_does_not_is_not(engine: Engine) -> None:
    say(engine, 1, 3)
    places = Places(engine, Told())
    assert [places.beyond("main", BOX, after) for after in (0, 2, 3, 4)] == [True, True, False, False]
    assert not places.beyond("main", OTHER, 0)
    assert not places.beyond("other", BOX, 0)


def test_a_change_that_was_told_is_seen_at_once(engine: Engine) -> None:
    told = Told()
    places = Places(engine, told)
    assert not places.beyond("main", BOX, 0)
    say(engine, 1, 1)
    told.generation += 1
    assert places.beyond("main", BOX, 0)


def test_all_who_wait_share_one_look_for_each_change(engine: Engine, looks: list[str]) -> None:
    told = Told()
    places = Places(engine, told)
    for box in (BOX, OTHER):
        places.beyond("main", box, 0)
    looks.clear()
    told.generation += 1
    for _ in range(20):
        places.beyond("main", BOX, 0)
        places.beyond("main", OTHER, 0)
    # a slow machine may let a look grow old meanwhile; forty polls of their own would be forty looks
    assert 1 <= len(looks) <= 5


def test_where_nobody_tells_of_changes_every_poll_looks_for_itself(engine: Engine) -> None:
    places = Places(engine, None)
    assert not places.beyond("main", BOX, 0)
    say(engine, 1, 1)
    assert places.beyond("main", BOX, 0)
