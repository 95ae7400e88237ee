"""The audit counts trace codes and recalled quantities again, and names what does not belong together."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Executable, delete, insert, literal, select, update

from single_window.auditing.traceability import (
    BEYOND_STOCK,
    HELD_BY_NOBODY,
    NO_BATCH,
    NO_CODE,
    NOT_HELD,
    NOT_ITS_CODES,
    TOO_MUCH,
    UNBALANCED,
    audit_ledger,
)
from single_window.store.agency_tables.traceability import recall, trace_batch, trace_code
from single_window.store.tables import account_book, declaration, hold
from tests.databases import by_the_program
from tests.stories.recalled import Sold, sold_in
from tests.stories.story import StoryRunner
from tests.tables import each

BREAKS: dict[str, tuple[str, Executable]] = {
    "a code that is missing": (NOT_ITS_CODES, delete(trace_code)),
    "a batch that is missing": (NO_BATCH, delete(trace_batch)),
    "a code too many": (
        NOT_ITS_CODES,
        insert(trace_code).from_select(
            ["sandbox", "code", "batch_id", "serial"],
            select(trace_code.c.sandbox, literal("X"), trace_code.c.batch_id, trace_code.c.serial + 1),
        ),
    ),
    "a code without its check character": (NO_CODE, update(trace_code).values(code="QD26B00000123T")),
    "a batch of more than was filed": (BEYOND_STOCK, update(trace_batch).values(qty=trace_batch.c.qty + 1)),
    "a drawing of no list": (UNBALANCED, update(account_book).values(drawn=account_book.c.drawn + 1)),
    "a list that drew and is gone": (UNBALANCED, delete(declaration)),
    "more back than sold": (TOO_MUCH, update(recall).values(back=recall.c.sold_qty + 1)),
    "a lot that is not held": (NOT_HELD, delete(hold)),
    "a lot held for a recall that is closed": (HELD_BY_NOBODY, update(recall).values(holding=0)),
}


@pytest.fixture(scope="module")
def recalled(start_story_once: Callable[..., StoryRunner]) -> Sold:
    """A lot is recalled, of which three parcels were sold."""
    sold = sold_in(start_story_once())
    sold.notice()
    sold.progress(1, told="1")
    return sold


def words(story: StoryRunner) -> list[str]:
    return [difference.what for difference in story.read(audit_ledger).differences]


def test_what_is_sound_has_no_differences(recalled: Sold) -> None:
    ledger = recalled.story.read(audit_ledger)
    assert ledger.differences == () and ledger.rows == 2
    assert {name: amount // 100_000 for name, amount in ledger.sums.items()} == {
        "batches": 1,
        "codes": 1,
        "recalls": 1,
        "parcels": 0,
    }


@each("name", BREAKS)
def test_the_audit_names(recalled: Sold, name: str) -> None:
    said, broken = BREAKS[name]
    story = recalled.story
    with story.window.engine.connect().execution_options(write=True) as connection:
        assert connection.execute(by_the_program(broken)).rowcount
        assert said in [difference.what for difference in audit_ledger(connection, story.sandbox).differences]
        connection.rollback()
    assert words(story) == []
