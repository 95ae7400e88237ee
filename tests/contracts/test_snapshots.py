"""A sandbox is put back to where it was, row by row; the others notice nothing, and whoever is killed is finished."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from gateways.circumstances import Options
from schemas.packing import AlteredData
from single_window import auditing
from single_window.clock import Clock
from single_window.refused import Refused
from single_window.settings import Settings
from single_window.store import clearing, sandboxes, snapshots
from single_window.store.engine import reading, writing
from single_window.store.failures import DatabaseDamaged
from single_window.store.tables import archive, mailbox, message, metadata, sandbox, sandbox_snapshot
from single_window.wiring import Window, open_window
from single_window.work import resetting
from single_window.work import snapshots as work
from tests.databases import ON_BOTH, kept_open
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
OURS = "ours"
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    yield from kept_open(open_window(Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL")))


def rows(window: Window, name: str) -> Rows:
    """All rows of a sandbox, whatever order the database has them in; what only grows is left out."""
    grows = {*clearing.COUNTERS, *clearing.SNAPSHOTS}
    with reading(window.engine) as connection:
        keyed = [table for table in metadata.sorted_tables if "sandbox" in table.c and table not in grows]
        result: Rows = {
            table.name: sorted(map(tuple, connection.execute(select(table).where(table.c.sandbox == name))), key=repr)
            for table in keyed
        }
        result["archive"] = sorted(
            map(
                tuple,
                connection.execute(
                    select(archive).join(message, message.c.id == archive.c.message_id).where(message.c.sandbox == name)
                ),
            )
        )
        result["sandbox"] = [
            (row.seed, row.settings, row.clock_kind, row.clock_base)
            for row in connection.execute(select(sandbox).where(sandbox.c.name == name))
        ]
    return result


def sent(story: StoryRunner, number: int) -> None:
    story.send(story.trade(number))
    story.window.settle()


def test_it_is_as_it_was_and_goes_on(window: Window) -> None:
    ours, theirs = StoryRunner(window, OURS), StoryRunner(window, "theirs")
    sent(ours, 0)
    sent(theirs, 0)
    before, others = rows(window, OURS), rows(window, "theirs")
    taken = work.take(window, OURS, "one trade", "tester")
    assert taken.rows == sum(map(len, before.values())) - 1 and taken.label == "one trade"
    sent(ours, 1)
    window.set_options(OURS, open=False)
    assert rows(window, OURS) != before
    assert work.restore(window, OURS, taken.id, "tester") == taken.rows
    assert rows(window, OURS) == before and rows(window, "theirs") == others
    assert balanced(window)
    sent(ours, 1)
    assert ours.state(ours.trade(1)) == "released"


def balanced(window: Window) -> bool:
    with reading(window.engine) as connection:
        return all(ledger.balanced for ledger in auditing.audit_ledgers(connection, OURS))


def test_numbers_and_places_in_mailboxes_go_on(window: Window) -> None:
    ours = StoryRunner(window, OURS)
    sent(ours, 0)
    taken = work.take(window, OURS, "", "tester")
    sent(ours, 1)
    given = {ours.column(ours.trade(1), "invt_no"), ours.column(ours.trade(0), "invt_no")}
    with reading(window.engine) as connection:
        places = {box: place for box, place in connection.execute(select(mailbox.c.dxp_id, mailbox.c.next))}
    work.restore(window, OURS, taken.id, "tester")
    sent(ours, 2)
    assert ours.column(ours.trade(2), "invt_no") not in given
    with reading(window.engine) as connection:
        after = {box: place for box, place in connection.execute(select(mailbox.c.dxp_id, mailbox.c.next))}
    assert all(after[box] >= place for box, place in places.items())
    assert sum(after.values()) > sum(places.values())


def test_the_clock_goes_back_with_the_rest(window: Window) -> None:
    window.make_sandbox(OURS, Options(), clock=Clock("virtual", 1_780_000_000_000, 0, Clock().rate * 0))
    taken = work.take(window, OURS, "", "tester")
    before = window.sandbox(OURS).clock
    window.advance(OURS, before.base + 86_400_000)
    work.restore(window, OURS, taken.id, "tester")
    now = window.sandbox(OURS).clock
    assert (now.base, now.rate) == (before.base, before.rate) and now.generation > before.generation


class Interrupted(Exception):
    """The process ended here, as far as the test is concerned."""


def test_whoever_is_killed_over_it_is_finished_by_another(window: Window) -> None:
    ours = StoryRunner(window, OURS)
    sent(ours, 0)
    before = rows(window, OURS)
    taken = work.take(window, OURS, "", "tester")
    sent(ours, 1)

    def killed(point: str) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        resetting.reset(window, OURS, "tester", master_data=False, snapshot=taken.id, fault=killed)
    with reading(window.engine) as connection, pytest.raises(sandboxes.Resetting):
        sandboxes.find(connection, OURS)
    assert resetting.finish(window, 0) == [OURS]
    assert rows(window, OURS) == before and balanced(window)


def test_none_is_taken_while_work_is_open(window: Window) -> None:
    ours = StoryRunner(window, OURS)
    ours.file(ours.message(ours.trade(0), "order"))
    with pytest.raises(Refused, match="Work is open"):
        work.take(window, OURS, "", "tester")
    window.settle()
    assert work.take(window, OURS, "", "tester").rows


def test_a_reset_keeps_it_and_a_deletion_does_not(window: Window) -> None:
    ours = StoryRunner(window, OURS)
    sent(ours, 0)
    before = rows(window, OURS)
    taken = work.take(window, OURS, "", "tester")
    resetting.reset(window, OURS, "tester", master_data=False)
    assert work.restore(window, OURS, taken.id, "tester") and rows(window, OURS) == before
    resetting.reset(window, OURS, "tester", remove=True)
    with reading(window.engine) as connection:
        assert connection.execute(select(sandbox_snapshot.c.id)).all() == []


def test_what_cannot_be_put_back_changes_nothing(window: Window) -> None:
    ours = StoryRunner(window, OURS)
    sent(ours, 0)
    taken, before = work.take(window, OURS, "", "tester"), rows(window, OURS)
    with pytest.raises(Refused, match="no snapshot"):
        work.restore(window, "main", taken.id, "tester")
    with writing(window.engine) as connection:
        body = snapshots.zlib.compress(snapshots._frame(snapshots.msgspec.msgpack.encode(["message", ["id"], []])))
        connection.execute(update(sandbox_snapshot).values(body=body))
    with pytest.raises(Refused, match="older than the tables"):
        work.restore(window, OURS, taken.id, "tester")
    assert rows(window, OURS) == before


def test_one_that_the_disk_altered_is_not_put_back(window: Window) -> None:
    window.make_sandbox(OURS, Options())
    taken = work.take(window, OURS, "", "tester")
    with writing(window.engine) as connection:
        connection.execute(update(sandbox_snapshot).values(body=b"altered"))
    with pytest.raises((AlteredData, DatabaseDamaged), match="not what was stored"):
        work.restore(window, OURS, taken.id, "tester")


def test_there_are_so_many_and_no_more(window: Window) -> None:
    window.make_sandbox(OURS, Options())
    for number in range(work.MAX_SNAPSHOTS):
        assert work.take(window, OURS, str(number), "tester").label == str(number)
    with pytest.raises(Refused, match="20 snapshots"):
        work.take(window, OURS, "", "tester")
    with writing(window.engine) as connection:
        assert snapshots.forget(connection, OURS, snapshots.of_sandbox(connection, OURS)[0].id) == 1
    assert work.take(window, OURS, "again", "tester").rows == 0
