"""The window drafts the return of a parcel that Korea sent back, and takes it as it is."""

from __future__ import annotations

from typing import Any

import pytest

from single_window.api.app import create_app
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.stories.exporting import AGENT, Sale, invt_no, note, statuses
from tests.stories.korea import Korea
from tests.stories.story import WORLD

SOLD = Sale(1)


@pytest.fixture
def korea(start_story: Any) -> Korea:
    """A parcel has left for Korea, whose list there is wrong."""
    story = start_story(korea="on")
    korea = Korea(story)
    story.file(*SOLD.messages())
    for kind in ("consolidation", "arrival_note", "departure_note"):
        story.submit(note(kind, [SOLD], f"N{kind}"))
    korea.manifest(SOLD.waybill)
    korea.list(korea.line(SOLD.waybill, zip="99999"))
    return korea


def draft(korea: Korea, **headers: str) -> Any:
    window = korea.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    path = f"/api/v1/korea/parcels/{korea.parcels()[0].parcel_no}/return"
    return client.get(path, headers={"X-Sandbox": korea.story.sandbox, **headers})


def test_the_draft_is_taken_as_it_is(korea: Korea) -> None:
    assert draft(korea).status_code == 404, "Korea still asks"
    korea.story.pass_time(hours=48)
    assert korea.states() == {SOLD.waybill: "sent_back"}
    answer = draft(korea)
    assert answer.status_code == 200, answer.text
    korea.story.submit(answer.data)
    assert statuses(korea.story, SOLD.id, "export_refund") == [("120", "1800")]
    assert invt_no(korea.story, SOLD).encode() in answer.data
    assert draft(korea).data == answer.data, "the same parcel makes the same draft"


def test_only_its_companies_read_it(korea: Korea) -> None:
    korea.story.pass_time(hours=48)
    own = next(company.dxp_id for company in WORLD.agents if company.code == AGENT["agentCode"])
    agent, other = (
        issued(korea.story.window, korea.story.sandbox, [box], ["read_receipts"], owner=box)
        for box in (own, "DXPENT0000009999")
    )
    assert [draft(korea, **bearer(key)).status_code for key in (agent, other)] == [200, 404]
