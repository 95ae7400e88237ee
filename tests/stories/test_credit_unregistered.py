"""Events of companies that nobody has registered are refused where they are imported, and said to be so elsewhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gateways.topics.facts import CreditEventHappened
from single_window.api.app import create_app
from single_window.master_data.csv_files import BadFile
from single_window.store import facts
from single_window.store.agency_tables.credit import credit_event
from single_window.store.engine import writing
from single_window.store.tables import participant
from single_window.work.runtime import Runtime
from tests.databases import carry_out
from tests.described import described_client
from tests.stories.story import WORLD, StoryRunner
from tests.stories.test_credit import MERCHANT, fined, tell

STRANGER = WORLD.stranger.code


def test_an_event_of_a_company_that_nobody_registered_is_not_imported(story: StoryRunner) -> None:
    rows = (fined("1", "1.00"), fined("2", "1.00", whose=STRANGER))
    with pytest.raises(BadFile) as refused:
        tell(story, *rows)
    assert [(cell.line, cell.column, cell.found) for cell in refused.value.cells] == [(3, "company", STRANGER)]
    assert story.rows(select(credit_event.c.key)) == []


def test_events_of_a_company_that_is_deregistered_may_still_be_quashed(story: StoryRunner) -> None:
    tell(story, fined("1", "1.00"))
    carry_out(story.window.engine, participant.update().where(participant.c.code == MERCHANT).values(kinds=""))
    tell(story, fined("1", "1.00", further="1,X,A,,2026-11-20"))
    assert [row.withdrawn for row in story.rows(select(credit_event.c.withdrawn))] == ["2026-11-20"]


def test_what_agencies_tell_of_a_code_that_nobody_registered_says_so(story: StoryRunner) -> None:
    told = CreditEventHappened(STRANGER, "201", "G", "spot_checks", "201|S1", "2026-11-20", "2026-11-20", "2026-11-20")
    with writing(story.window.engine) as connection:
        facts.publish(connection, story.window.numbering, story.sandbox, [told])
    story.window.settle()
    client = described_client(create_app(story.window, runtime=Runtime(story.window)))
    where = {"X-Sandbox": story.sandbox}
    answer = client.get(f"/api/v1/credit/{STRANGER}/events", headers=where).json
    assert (answer["registered"], [event["kind"] for event in answer["events"]]) == (False, ["201"])
    assert client.get(f"/api/v1/credit/{STRANGER}", headers=where).status_code == 404
    assert client.get(f"/api/v1/credit/{MERCHANT}/events", headers=where).json == {"events": [], "registered": True}
