"""The demo leaves work at every kind of desk, on the days on which it leaves it: as much as the documents say."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from sqlalchemy import select

from simulators.demo import OPTIONS
from simulators.desks import DECIDED, EXAMPLE_CASES, SANDBOX, leave_work
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.cases.tax_bills.queries import count_overdue
from single_window.cases.waiting_sentences import rows_of
from single_window.store import case_queue
from single_window.store.case_queue import QueueFilter
from single_window.store.engine import reading
from single_window.store.tables import work_case

APRIL = date(2027, 4, 4)
"""The day on which the demo's own trades have ended."""
LEAST = 60
DESKS = {"review", "inspection", "batches", "refunds", "exchange", "registrations", "credit", "quality"}
DOCS = Path(__file__).parents[3]


def test_sixty_cases_at_least_wait_and_some_at_every_desk(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, synchronous="NORMAL", readers=0)
    with open_sandbox(settings, DEMO, World(1), OPTIONS, APRIL) as session, reading(session.window.engine) as reader:
        leave_work(session, World(1), 1, 20, NoDisplay())
        at = work_case.c
        waiting = Counter(reader.execute(select(at.desk).where(at.sandbox == SANDBOX, at.waiting == 1)).scalars())
        checked = case_queue.page(reader, SANDBOX, QueueFilter(desks=["quality"]))
        told = {words.en for own in rows_of(reader, SANDBOX, checked).values() for words in own.told}
        assert count_overdue(reader, SANDBOX) == 1
    assert set(waiting) == DESKS and waiting.total() >= LEAST, waiting
    assert len(checked) == len(EXAMPLE_CASES)
    assert any("Inspected with batch" in words for words in told), told
    assert not any("waits for a" in words or DECIDED in words for words in told), "why it waited, not what was decided"
    for page in ("README.md", "docs/officers.md"):
        assert "more than sixty cases" in " ".join((DOCS / page).read_text("utf-8").split()), page
