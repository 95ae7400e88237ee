"""Samples, plans of spot checks and credit cases are found by their numbers: what became of them, and where to look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from simulators.imports.stories import refund
from single_window.api.app import create_app
from single_window.cases.declarations.story_answers import story_out
from single_window.store.agency_tables.spot_checks import spot_check_plan, spot_check_sample
from single_window.store.engine import reading
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.commands import run_command
from tests.described import described_client
from tests.officers import signed_in
from tests.stories.exporting import Sale, cancellation, tally
from tests.stories.exporting import refund as export_refund
from tests.stories.story import WORLD, StoryRunner
from tests.stories.test_credit import case, fined, tell
from tests.stories.test_spot_checks import drawn_lot, inspected_sample, one_sample

WHERE = {"X-Sandbox": "story"}
SAMPLES = Path(__file__).parents[2] / "schemas/samples"
SAMPLED = {"625": "TH20220610000001", "213": "TH20220901000001", "605": "CX20220601000001", "623": "CX20220601000001"}


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


SALE = Sale(3)
WHAT = ("decisions", "notes", "files")
REQUESTS: list[tuple[str, bytes]] = [
    ("CX9", cancellation("42272026E00000000001", "CX9")),
    ("TH9", export_refund(SALE, "42272026E00000000001", "TH9")),
    ("LH9", tally("TH8", "LH9")),
    *((copNo, (SAMPLES / f"CEB{code}Message.xml").read_bytes()) for code, copNo in SAMPLED.items()),
]


@pytest.mark.parametrize(("number", "body"), REQUESTS, ids=[number for number, _ in REQUESTS])
def test_a_request_about_a_list_that_is_not_there_is_found_with_its_message(
    story: StoryRunner, number: str, body: bytes
) -> None:
    story.submit(body)
    client = client_of(story)
    told = client.get(f"/api/v1/stories/{number}", headers=WHERE).json
    assert told["matches"][0]["what"] == "request" and told["message"]["receipts"]
    shown = run_command("show", number, "--sandbox", "story", "--data", str(story.window.settings.data))
    assert shown.exit_code == 0 and number in shown.output, shown.output
    status = story_of_receipts(told)[-1]
    awaited = client.get(f"/api/v1/declarations/{number}?wait_for={status}&timeout=30", headers=WHERE).json
    assert (awaited["given"], [row["state"] for row in awaited["documents"]]) == ([status], ["rejected"])


def story_of_receipts(told: Mapping[str, Any]) -> list[str]:
    return [receipt["status"] for receipt in told["message"]["receipts"]]


def test_a_request_of_somebody_else_is_found_without_its_message(story: StoryRunner) -> None:
    story.submit(cancellation("42272026E00000000001", "CX9"))
    with reading(story.window.engine) as connection:
        told = story_out(connection, "story", "CX9", "", frozenset({"DXPENT9"}))
    assert told is not None and told.message is None


def test_a_return_leads_to_its_list_and_is_awaited_by_its_own_number(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade)
    client, back = client_of(story), refund(trade, str(story.column(trade, "invt_no")))
    story.submit(back.body)
    (number,) = re.findall("<ceb:copNo>([^<]*)", back.body.decode())
    answer = client.get(f"/api/v1/declarations/{number}?wait_for=120&timeout=30", headers=WHERE).json
    assert [row["order_no"] for row in answer["declarations"]] == [trade.id]
    assert answer["given"] == ["120"]
    assert client.get(f"/api/v1/declarations/{number}?wait_for=800&timeout=0", headers=WHERE).json["given"] == [], (
        "the list was released, and nothing of the kind was said about its return"
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [*(("GET", f"/cases/{{subject}}/{{number}}/{what}") for what in WHAT), ("POST", "/dossiers/{subject}/{number}")],
)
def test_a_number_that_leads_to_several_cases_or_to_none_is_answered_as_documented(
    story: StoryRunner, method: str, path: str
) -> None:
    client, trade = client_of(story), story.trade()
    story.send(trade, "order")
    call = path.format(subject="declaration", number=trade.id)
    assert client.open(f"/api/v1{call}", method=method, headers=WHERE).status_code == 422
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert "422" in paths[f"/api/v1{path}"][method.lower()]["responses"]
