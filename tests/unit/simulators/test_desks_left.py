"""The demo leaves work at every kind of desk, on the days on which it leaves it: as much as the documents say."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from simulators.demo import OPTIONS
from simulators.desks import SANDBOX, leave_work
from simulators.entry import DEMO, open_sandbox, settings_for
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.store.tables import work_case
from tests.databases import fetch

APRIL = date(2027, 4, 4)
"""The day on which the demo's own trades have ended."""
LEAST = 60
DESKS = {"review", "inspection", "batches", "refunds", "exchange", "registrations"}
DOCS = Path(__file__).parents[3]


@pytest.mark.long
def test_sixty_cases_at_least_wait_and_some_at_every_desk(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, synchronous="NORMAL", readers=0)
    with open_sandbox(settings, DEMO, World(1), OPTIONS, APRIL) as session:
        leave_work(session, World(1), 1, 20, NoDisplay())
        waiting = Counter(
            fetch(
                session.window.engine,
                select(work_case.c.desk).where(work_case.c.sandbox == SANDBOX, work_case.c.waiting == 1),
            ).scalars()
        )
    assert set(waiting) == DESKS and waiting.total() >= LEAST, waiting
    for page in ("README.md", "docs/officers.md"):
        assert "more than sixty cases" in " ".join((DOCS / page).read_text("utf-8").split()), page
