"""A sandbox that is reset has nothing left, whoever worked on it; the others notice nothing, nothing is half done."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, event, func, insert, select
from sqlalchemy.types import BigInteger, Integer, LargeBinary

from gateways.circumstances import Options
from single_window import auditing
from single_window.settings import Settings
from single_window.store import clearing, sandboxes
from single_window.store.columns import CheckedBytes
from single_window.store.engine import reading, writing
from single_window.store.sandboxes import Resetting, UnknownSandbox
from single_window.store.tables import account_book, archive, metadata, sandbox
from single_window.wiring import Window, open_window
from single_window.work import resetting
from single_window.work.resetting import AlreadyResetting
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, carry_out, fetch, kept_open, read_by, write_by
from tests.patience import PATIENCE
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
OURS, THEIRS = "ours", "theirs"
KEYED = [table for table in metadata.sorted_tables if "sandbox" in table.c and table is not sandbox]
PARENT = {part: (table, column) for table, parts in clearing.PARTS.items() for part, column in parts}
FAR = 2_000_000_000
"""Row ids that no numbering has come to."""


class Interrupted(Exception):
    """The process ended at this point, as far as the test is concerned."""


@pytest.fixture
def settings(address: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL")


@pytest.fixture
def window(settings: Settings) -> Iterator[Window]:
    yield from kept_open(open_window(settings))


def filled(window: Window, name: str, first: int, source: str = "registered") -> None:
    """A row of every table, each part beside what it is part of."""
    window.make_sandbox(name, Options())
    with writing(window.engine) as connection:
        for number, table in enumerate(KEYED):
            values = {column.name: _value(column, first + number) for column in table.primary_key}
            values |= {name: value for name, value in {"source": source}.items() if name in table.c}
            if table in PARENT:
                parent, column = PARENT[table]
                values[column] = first + KEYED.index(parent)
            connection.execute(insert(table).values(**_needed(table), **{**values, "sandbox": name}))
        message_id = first + KEYED.index(metadata.tables["message"])
        connection.execute(insert(archive).values(message_id=message_id, body=b"<x/>"))


def _value(column: Any, number: int) -> Any:
    return number if isinstance(column.type, BigInteger | Integer) else str(number)[-3:][: column.type.length]


def _needed(table: Table) -> dict[str, Any]:
    """What has to be said besides the key."""
    return {
        column.name: b"" if isinstance(column.type, LargeBinary | CheckedBytes) else 1
        for column in table.c
        if not column.primary_key and not column.nullable and column.server_default is None and column.name != "sandbox"
    }


def kept(window: Window, name: str) -> dict[str, int]:
    """Tables that hold rows of a sandbox, and how many."""
    counts = {
        table.name: fetch(
            window.engine, select(func.count()).select_from(table).where(table.c.sandbox == name)
        ).scalar_one()
        for table in KEYED
    }
    return {table: count for table, count in counts.items() if count}


def bodies(window: Window) -> int:
    return int(fetch(window.engine, select(func.count()).select_from(archive)).scalar_one())


COUNTERS = {table.name for table in clearing.COUNTERS}
STAYS = COUNTERS | {table.name for table in clearing.SNAPSHOTS}
"""What a reset of a sandbox that has a row of every table leaves of them."""


def test_nothing_is_left_in_any_table_but_counters_and_the_others_keep_all(window: Window) -> None:
    filled(window, OURS, FAR)
    filled(window, THEIRS, FAR + 1_000)
    theirs = kept(window, THEIRS)
    assert set(theirs) == {table.name for table in KEYED} and bodies(window) == 2
    resetting.reset(window, OURS, "li", master_data=False)
    assert set(kept(window, OURS)) == STAYS
    assert kept(window, THEIRS) == theirs and bodies(window) == 1
    assert window.sandbox(OURS).seed == OURS


def test_imported_master_data_stay_and_what_registered_itself_goes(window: Window) -> None:
    filled(window, OURS, FAR, source="imported")
    carry_out(window.engine, account_book.update().values(drawn=3, booked_out=2))
    resetting.reset(window, OURS, "li")
    assert set(kept(window, OURS)) == STAYS | {table.name for table in clearing.IMPORTED_ROWS}
    gone = select(account_book.c.drawn, account_book.c.booked_out).where(account_book.c.sandbox == OURS)
    assert {tuple(row) for row in fetch(window.engine, gone)} == {(0, 0)}
    filled(window, THEIRS, FAR + 1_000, source="registered")
    resetting.reset(window, THEIRS, "li")
    assert "participant" not in kept(window, THEIRS)


def test_a_deleted_sandbox_is_not_there_any_more(window: Window) -> None:
    filled(window, OURS, FAR)
    assert resetting.reset(window, OURS, "li", remove=True) > len(KEYED) - 3
    with pytest.raises(UnknownSandbox):
        window.sandbox(OURS)
    assert set(kept(window, OURS)) == COUNTERS
    assert window.make_sandbox(OURS, Options())


def test_after_a_reset_the_same_trade_goes_as_it_went_before(window: Window) -> None:
    story = StoryRunner(window, OURS)
    trade = story.trade()
    story.send(trade)
    before, clock = story.statuses(trade), window.now(OURS)
    assert story.state(trade) == "released" and story.guarantee_of(trade) != (0, 0)
    resetting.reset(window, OURS, "li")
    assert (story.state(trade), story.receipts(trade), window.now(OURS)) == ("", [], clock)
    assert set(kept(window, OURS)) == COUNTERS | {"participant", "guarantee", "account_book"}
    story.send(trade)
    assert (story.statuses(trade), story.state(trade)) == (before, "released")


def test_the_auditor_finds_nothing_left_over(window: Window) -> None:
    story = StoryRunner(window, OURS)
    for number in range(3):
        story.send(story.trade(number))
    story.send(story.trade(3, mode="1210"))
    resetting.reset(window, OURS, "li")
    assert all(ledger.balanced for ledger in read_by(window.engine, auditing.audit_ledgers, OURS))
    assert story.guarantee_of(story.trade()) == (0, 0)


def test_a_small_sandbox_is_reset_in_a_few_transactions_however_many_tables_it_is_in(window: Window) -> None:
    story = StoryRunner(window, OURS)
    for number in range(5):
        story.send(story.trade(number))
    points: list[str] = []
    resetting.reset(window, OURS, "li", fault=points.append)
    assert 1 <= points.count("after-piece") <= 5


def interrupted(window: Window, **how: Any) -> None:
    """A reset that ends after its first piece, as its process does."""

    def fault(point: str) -> None:
        raise Interrupted(point)

    with pytest.raises(Interrupted):
        resetting.reset(window, OURS, "li", fault=fault, **how)


def test_the_next_start_finishes_what_was_interrupted(window: Window, settings: Settings) -> None:
    filled(window, OURS, FAR)
    interrupted(window, master_data=False)
    with pytest.raises(Resetting):
        window.sandbox(OURS)
    assert set(kept(window, OURS)) > COUNTERS
    open_window(settings).close()
    assert set(kept(window, OURS)) == STAYS and window.sandbox(OURS).name == OURS


def test_an_interrupted_deletion_is_finished_too(window: Window) -> None:
    filled(window, OURS, FAR)
    interrupted(window, remove=True)
    assert resetting.finish(window) == [], "it may be at work still"
    assert resetting.finish(window, abandoned_for=0) == [OURS]
    with pytest.raises(UnknownSandbox):
        window.sandbox(OURS)


def test_nobody_reads_files_or_works_in_a_sandbox_that_is_being_reset(window: Window) -> None:
    story = StoryRunner(window, OURS)
    trade = story.trade()
    read = window.read(OURS, story.message(trade, "order"))
    interrupted(window)
    with pytest.raises(Resetting):
        window.commit_messages(OURS, "test", [read])
    with pytest.raises(Resetting):
        window.set_options(OURS, open=False)
    assert OURS not in window.clocks()
    assert window.sandbox("main").name == "main"


def test_two_resets_at_once_are_one(window: Window) -> None:
    filled(window, OURS, FAR)
    interrupted(window)
    with pytest.raises(AlreadyResetting):
        resetting.reset(window, OURS, "zhao")
    resetting.finish(window, 0)
    resetting.reset(window, OURS, "zhao")


def test_several_who_finish_at_once_leave_what_comes_afterwards(window: Window) -> None:
    story = StoryRunner(window, OURS)
    trade = story.trade()
    story.send(trade)
    interrupted(window)
    (left,) = read_by(window.engine, sandboxes.resets)
    resetting.finish(window, 0)
    story.send(trade)
    assert not write_by(window.engine, sandboxes.continue_reset, left)
    assert resetting.finish(window, 0) == [] and story.state(trade) == "released"


def test_a_window_at_work_goes_on_with_the_other_sandboxes(window: Window) -> None:
    ours, theirs = StoryRunner(window, OURS), StoryRunner(window, THEIRS)
    trades = [ours.trade(number) for number in range(6)]
    runtime = Runtime(window).start()
    with ThreadPoolExecutor() as pool:
        for trade in trades:
            for story in (ours, theirs):
                story.file(*[story.message(trade, kind) for kind in ("order", "payment", "waybill", "inventory")])
        pool.submit(resetting.reset, window, OURS, "li").result(PATIENCE)
    assert runtime.wait_until_settled(PATIENCE)
    runtime.stop()
    assert {theirs.state(trade) for trade in trades} == {"released"}
    assert set(kept(window, OURS)) <= COUNTERS | {"participant", "guarantee", "account_book"}
    assert runtime.failures == 0


def test_no_piece_reads_a_whole_table(window: Window) -> None:
    if window.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole, whatever index there is")
    queries: list[tuple[str, Any]] = []
    event.listen(
        window.engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, parameters, context, many: queries.append((statement, parameters)),
    )
    filled(window, OURS, FAR)
    queries.clear()
    resetting.reset(window, OURS, "li", master_data=False)
    wanted = {statement for statement in queries if statement[0].startswith(("DELETE", "SELECT"))}
    with reading(window.engine) as connection:
        scans = {
            (row.detail, statement)
            for statement, parameters in wanted
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            if row.detail.startswith("SCAN")
        }
    assert {statement for detail, statement in scans if "handling" not in statement} == set(), "handlings are few"
