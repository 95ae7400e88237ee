"""Registrations over HTTP and on the command line: applied for, listed, one with its history, decided by officers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from single_window.api.app import create_app
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import window_in
from tests.described import described_client
from tests.stories.registering import CARRIER, MERCHANT, MILK, NEWCOMER, application, goods
from tests.stories.story import WORLD, StoryRunner

FORM = {
    "code": NEWCOMER.code,
    "creditCode": NEWCOMER.credit_code,
    "name": NEWCOMER.name,
    "kinds": "merchant",
    "dxpId": NEWCOMER.dxp_id,
    "customsCode": "4227",
    "netAssets": "5000000.5",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A window with the companies of master data, an application that waits, and filed goods."""
    window = window_in(tmp_path)
    story = StoryRunner(window, "s")
    story.submit(application(NEWCOMER, kinds="merchant;warehouse"), goods(MERCHANT, ("A-1", MILK)))
    window.close()
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[FlaskClient]:
    window = window_in(folder)
    window.set_options("s", open_desks=True)
    runtime = Runtime(window)
    with described_client(create_app(window, runtime=runtime)) as made:
        made.environ_base["HTTP_X_SANDBOX"] = "s"
        runtime.start()
        yield made
    runtime.stop()
    window.close()


def decide(folder: Path, code: str, action: str, *values: str) -> Result:
    """An act at the command line."""
    where = ("--about", "registration", "--data", str(folder), "--sandbox", "s")
    return run_command("act", code, action, *values, *where)


def call(folder: Path, *arguments: object) -> Result:
    given = ["registration", *map(str, arguments), "--data", str(folder), "--sandbox", "s"]
    return run_command(*given)


def answer(folder: Path, *arguments: object) -> Any:
    return json.loads(call(folder, *arguments, "--json").stdout)


def test_the_command_lists_and_shows(folder: Path) -> None:
    everybody = answer(folder, "list", "--most", 1000)["registrations"]
    assert len(everybody) == len(WORLD.participants()) + 1
    assert [registration["code"] for registration in everybody] == sorted(
        registration["code"] for registration in everybody
    )
    (waiting,) = answer(folder, "list", "--state", "in_review")["registrations"]
    assert (waiting["code"], waiting["grade"]) == (NEWCOMER.code, "")
    following = answer(folder, "list", "--most", 1, "--after", everybody[2]["code"])
    assert (
        [registration["code"] for registration in following["registrations"]]
        == [everybody[3]["code"]]
        == [following["next"]]
    )
    shown = answer(folder, "show", MERCHANT.credit_code)
    assert (shown["state"], shown["channel"]) == ("registered", "imported")
    assert [goods_row["item_no"] for goods_row in shown["goods"]] == ["A-1"]
    assert "待" not in call(folder, "show", MERCHANT.code).stdout
    assert call(folder, "show", "3702960000").exit_code == 1


def test_the_command_decides(folder: Path) -> None:
    assert "registered (done)" in decide(folder, NEWCOMER.code, "approve").stdout
    assert [line["event"] for line in answer(folder, "show", NEWCOMER.code)["history"]] == [
        "review",
        "officer_approve",
        "registered",
    ]
    assert decide(folder, NEWCOMER.code, "suspend", "--reason", "立案调查").exit_code == 0
    assert answer(folder, "list", "--state", "suspended")["registrations"][0]["suspended_at"].startswith(
        "2026-11-20T04:00"
    )
    assert decide(folder, NEWCOMER.code, "resume").exit_code == 0
    assert decide(folder, NEWCOMER.code, "grade", "--grade", "certified").exit_code == 0
    assert decide(folder, NEWCOMER.code, "correct", "--until", "2027-02-28").exit_code == 0
    shown = answer(folder, "show", NEWCOMER.code)
    assert (shown["grade"], [grade["grade"] for grade in shown["grades"]]) == ("certified", ["certified"])
    assert shown["history"][-1]["event"] == "correcting"


def test_an_application_in_json_becomes_the_message_that_others_send(client: FlaskClient) -> None:
    refusal = {"action": "refuse", "reason": "材料不全"}
    refused = client.post(f"/api/v1/cases/registration/{NEWCOMER.code}/decisions", json=refusal)
    assert refused.json["after"] == "rejected"
    sent = client.post("/api/v1/registrations", json=FORM)
    assert (sent.status_code, sent.json["type"]) == (202, "RegistrationMessage")
    assert sent.json["links"]["registration"] == f"/api/v1/registrations/{NEWCOMER.code}"
    assert b"<ceb:netAssets>5000000.5</ceb:netAssets>" in client.get(sent.json["links"]["body"]).data
    # the clock of the sandbox stands still, so that the same fields make the same message
    assert client.post("/api/v1/registrations", json=FORM).json["repeated"] is True


def test_an_application_of_a_registered_company_is_shown_beside_what_is_registered(folder: Path) -> None:
    window = window_in(folder)
    story = StoryRunner(window, "s")
    story.submit(
        application(MERCHANT, kinds="merchant;warehouse", netAssets="5000000.5", taxpayerKind="1", refundKind="1")
    )
    shown = (
        described_client(create_app(window))
        .get(f"/api/v1/registrations/{MERCHANT.code}", headers={"X-Sandbox": "s"})
        .json
    )
    assert shown["state"] == "in_review"
    applied = {row["field"]: (row["registered"], row["applied_for"]) for row in shown["application"]}
    assert applied["net_assets"] == ("0.00", "5000000.50") and applied["kinds"][1] == "merchant;warehouse"
    assert (applied["taxpayer_kind"], applied["refund_kind"]) == (("", "1"), ("", "1"))
    page = create_app(window).test_client().get(f"/registrations/{MERCHANT.code}?sandbox=s&lang=en").text
    assert "Applied for" in page and "5,000,000.50" in page
    window.close()
    assert "≠ net_assets: 0.00 → applied for 申请 5000000.50" in call(folder, "show", MERCHANT.code).output


def test_what_makes_no_message_is_refused_with_every_finding(client: FlaskClient) -> None:
    refused = client.post("/api/v1/registrations", json={**FORM, "creditCode": "9", "customsCode": "42270"})
    assert refused.status_code == 400
    assert {finding["path"].rpartition("/")[2] for finding in refused.json["findings"]} == {"creditCode", "customsCode"}
    assert client.post("/api/v1/registrations", json={"code": "1"}).status_code in {400, 422}
    assert client.post("/api/v1/registrations", json={**FORM, "appType": "9"}).status_code in {400, 422}


def test_http_lists_shows_and_decides(client: FlaskClient) -> None:
    page = client.get("/api/v1/registrations?limit=2").json
    assert len(page["registrations"]) == 2
    following = client.get(f"/api/v1/registrations?limit=1&after={page['next']}").json["registrations"]
    assert following[0]["code"] > page["next"]
    assert [
        registration["code"]
        for registration in client.get("/api/v1/registrations?state=in_review").json["registrations"]
    ] == [NEWCOMER.code]
    place = f"/api/v1/registrations/{CARRIER.code}"
    decisions = f"/api/v1/cases/registration/{CARRIER.code}/decisions"
    done = client.post(decisions, json={"action": "suspend", "reason": "许可证过期"})
    assert (done.status_code, done.json["after"]) == (200, "suspended")
    assert client.get(place).json["suspended_at"]
    again = client.post(decisions, json={"action": "suspend", "reason": "许可证过期"})
    assert again.status_code == 422 and "已暂停" not in again.json["findings"][0]["en"]
    graded = client.post(decisions, json={"action": "grade", "grade": "severely", "since": "2026-12-01"})
    assert graded.status_code == 422 and "Order 282" in graded.json["findings"][0]["en"]
    assert [line["event"] for line in client.get(place).json["history"]] == ["suspended", "action_refused"]
    assert client.get("/api/v1/registrations/3702960000").status_code == 404
    assert client.post("/api/v1/cases/registration/3702960000/decisions", json={"action": "resume"}).status_code == 404
