"""Samples, plans of spot checks and credit cases are found by their numbers: what became of them, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from single_window.api.app import create_app
from single_window.store.agency_tables.spot_checks import spot_check_plan, spot_check_sample
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.commands import run_command
from tests.described import described_client
from tests.officers import signed_in
from tests.stories.story import WORLD, StoryRunner
from tests.stories.test_credit import case, fined, tell
from tests.stories.test_spot_checks import drawn_lot, inspected_sample, one_sample

WHERE = {"X-Sandbox": "story"}


def client_of(story: StoryRunner) -> FlaskClient:
    return described_client(create_app(story.window, runtime=Runtime(story.window)))


def found(client: FlaskClient, number: str) -> Mapping[str, Any]:
    """The one thing that has a number, as both calls find it."""
    (match,) = client.get("/api/v1/find", query_string={"number": number}, headers=WHERE).json["matches"]
    story = client.get(f"/api/v1/stories/{number}", headers=WHERE).json
    assert (story["matches"], story["declaration"], story["message"]) == ([match], None, None)
    return match  # type: ignore[no-any-return]


def test_a_sample_is_found_by_its_number(story: StoryRunner) -> None:
    sample = drawn_lot(story)
    client = client_of(story)
    match = found(client, sample.sample_no)
    assert (match["what"], match["kind"], match["by"], match["state"]) == ("case", "spot_check", "sampleNo", "notified")
    assert (match["state_en"], match["note"]) == ("notified", sample.gname)
    assert client.get(match["link"], headers=WHERE).json["sample_no"] == sample.sample_no
    story.pass_time(days=12)
    assert found(client, sample.sample_no)["state"] == one_sample(story).state == "qualified"
    folder = str(story.window.settings.data)
    told = run_command("show", sample.sample_no, "--sandbox", "story", "--data", folder)
    assert "qualified — passed" in told.output and f"spot-check show {sample.sample_no}" in told.output, told.output


def test_a_sample_of_an_inspection_is_found_by_its_number(story: StoryRunner) -> None:
    inspected_sample(story, "0")
    (number,) = [row.sample_no for row in story.rows(select(spot_check_sample.c.sample_no))]
    assert number.startswith("QC-") and found(client_of(story), number)["state"] == "qualified"


def test_a_plan_is_found_by_its_number(story: StoryRunner) -> None:
    drawn_lot(story)
    (number,) = [row.plan_no for row in story.rows(select(spot_check_plan.c.plan_no))]
    client = client_of(story)
    match = found(client, number)
    assert (match["kind"], match["state"], match["state_zh"]) == ("spot_check_plan", "open", "执行中")
    assert match["command"] == f"single-window spot-check redraw {number}"
    story.pass_time(days=91)
    assert found(client, number)["state"] == "ended"
    assert client.get(match["link"], headers=WHERE).json["committed"] is True


def test_a_credit_case_is_found_by_its_number(story: StoryRunner) -> None:
    tell(story, fined("1", "2000000.00"))
    match = found(client := client_of(story), case(story).case_no)
    assert (match["kind"], match["by"], match["state"]) == ("credit_case", "caseNo", "proposed")
    assert client.get(match["link"], headers=WHERE).json["case_no"] == case(story).case_no


@pytest.mark.parametrize("own", [True, False])
def test_a_key_finds_the_samples_of_its_own_company_alone(story: StoryRunner, own: bool) -> None:
    sample = drawn_lot(story)
    mailbox = next(
        known.dxp_id for known in WORLD.participants() if (known.code == sample.ebc_code) is own and known.dxp_id
    )
    key, client = bearer(issued(story.window, story.sandbox, [mailbox]), "story"), client_of(story)
    reader = bearer(issued(story.window, story.sandbox, [mailbox], ["read_receipts"]), "story")
    for path, by in (("find?number=", key), ("stories/", key), ("find?number=", reader), ("spot-checks/", reader)):
        answer = client.get(f"/api/v1/{path}{sample.sample_no}", headers=by)
        assert answer.status_code == (200 if own else 404), path
    assert len(client.get("/api/v1/spot-checks", headers=reader).json["samples"]) == own


def test_the_search_of_the_console_leads_to_a_sample_and_to_its_plan(story: StoryRunner) -> None:
    sample = drawn_lot(story)
    browser = signed_in(
        create_app(story.window, runtime=Runtime(story.window)).test_client(), story.window, "qian", "quality_officer"
    )
    for number, page in ((sample.sample_no, f"/spot_checks/{sample.sample_no}"), (sample.plan_no, "/spot_check_plans")):
        answer = browser.get("/declarations", query_string={"number": number, "sandbox": "story"})
        assert answer.status_code == 303 and answer.location.partition("?")[0].endswith(page)
