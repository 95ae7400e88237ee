"""A recall on both databases: a lot is traced, sold, recalled, followed and audited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from single_window import auditing
from single_window.settings import Settings
from single_window.store import trace_codes
from single_window.store.engine import writing
from single_window.wiring import Window, open_window
from tests.databases import ON_BOTH, read_by
from tests.stories.recalled import SOLD, sold_in, trail_of
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    opened = open_window(Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL"))
    yield opened
    opened.close()


def test_a_recall_finds_the_same_on_both(window: Window) -> None:
    sold = sold_in(StoryRunner(window))
    story = sold.story
    taken = sold.notice()
    assert (taken.return_status, taken.fields["lists"], taken.fields["precision"]) == ("120", str(SOLD), "lot")
    first = str(story.column(sold.trades[0], "invt_no"))
    line = {"invtNo": first, "outcome": "B", "qty": sold.trades[0].document("inventory").lines[0]["qty"]}
    assert sold.progress(1, line, told="1", back=line["qty"]).return_status == "399"
    assert [(found.list == first, found.state) for found in trail_of(story, "RC1")].count((True, "back")) == 1
    (batch,) = story.read(trace_codes.batches_with, sold.batch["gtin"], "L1")
    with writing(window.engine) as connection:
        looked = trace_codes.look_up_code(connection, story.sandbox, batch.batch_no, 7)
        again = trace_codes.look_up_code(connection, story.sandbox, batch.batch_no, 9)
    assert looked is not None and again is not None
    assert (looked.looked_up, again.looked_up, again.first_looked_up) == (1, 2, 7)
    ledgers = read_by(window.engine, lambda c: list(auditing.audit_ledgers(c, story.sandbox)))
    assert [found for ledger in ledgers for found in ledger.differences] == []
