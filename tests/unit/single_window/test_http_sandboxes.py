"""Sandboxes over HTTP: made, listed, changed by whoever may control tests; hostile names and options are refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from serving_http import codes

from single_window.api import create_app
from single_window.store.sandboxes import begin_reset
from single_window.wiring import Window
from tests.databases import write_by
from tests.described import described_client
from tests.officers import account
from tests.tables import each

PLACE = "/api/v1/sandboxes"
NAMED = {"Host": "customs.example.org"}


@pytest.fixture
def client(window: Window) -> FlaskClient:
    return described_client(create_app(window))


def make(client: FlaskClient, name: str = "ci", **more: Any) -> Any:
    return client.post(PLACE, json={"name": name, **more})


def test_a_sandbox_is_made_with_options_seed_and_clock(client: FlaskClient, window: Window) -> None:
    made = make(
        client,
        options={"open": False, "rounding": "P2"},
        preset="plain",
        seed="seven",
        clock={"mode": "frozen", "at": "2026-06-01T08:00"},
    )
    assert made.status_code == 201
    answer = made.get_json()
    assert (answer["seed"], answer["clock"]) == ("seven", {"mode": "frozen", "now": "2026-06-01T00:00:00.000Z"})
    assert answer["options"]["open"] is False and answer["options"]["rounding"] == "P2"
    assert answer["options"]["inspection"] is False and answer["options"]["pre_check"] is False
    assert client.get(answer["links"]["self"]).get_json() == answer
    assert window.sandbox("ci").seed == "seven"
    assert client.get("/api/v1/declarations", headers={"X-Sandbox": "ci"}).status_code == 200


def test_without_more_than_a_name_it_follows_the_machine(client: FlaskClient) -> None:
    answer = make(client).get_json()
    assert (answer["seed"], answer["clock"]["mode"]) == ("ci", "real")


def test_a_virtual_clock_runs_at_its_rate(client: FlaskClient, window: Window) -> None:
    answer = make(client, clock={"mode": "virtual", "at": "2026-06-01", "rate": "3600"}).get_json()
    assert (answer["clock"]["mode"], answer["clock"]["rate"]) == ("virtual", "3600")
    clock = window.sandbox("ci").clock
    assert clock.now(clock.set_at + 1_000) - clock.now(clock.set_at) == 3_600_000


def test_a_name_is_taken_once(client: FlaskClient) -> None:
    assert make(client).status_code == 201
    again = make(client, seed="other")
    assert (again.status_code, codes(again)) == (409, ["sandbox-exists"])
    assert client.get(f"{PLACE}/ci").get_json()["seed"] == "ci"


def test_sandboxes_are_listed_page_by_page(client: FlaskClient) -> None:
    for name in ("b", "c", "a"):
        make(client, name)
    first = client.get(f"{PLACE}?limit=3").get_json()
    assert [sandbox["name"] for sandbox in first["sandboxes"]] == ["a", "b", "c"] and first["next"] == "c"
    last = client.get(f"{PLACE}?after=c").get_json()
    assert [sandbox["name"] for sandbox in last["sandboxes"]] == ["main"] and last["next"] is None


def test_only_the_options_that_are_named_change(client: FlaskClient) -> None:
    make(client, options={"pre_check": True})
    changed = client.patch(f"{PLACE}/ci", json={"options": {"open": False}})
    assert changed.status_code == 200
    options = changed.get_json()["options"]
    assert (options["open"], options["pre_check"]) == (False, True)


@each(
    ("options", "code", "near"),
    [
        ({"opne": True}, "unknown-option", "open"),
        ({"automatic_oficer": True}, "unknown-option", "automatic_officer"),
        ({"\U0001f600" * 100: True}, "unknown-option", "rounding"),
        ({"": 1}, "unknown-option", "open"),
        ({"open": "yes"}, "bad-option", "true | false"),
        ({"open": 1}, "bad-option", "true | false"),
        ({"rounding": "P3"}, "bad-option", "P1 | P2"),
        ({"rounding": None}, "bad-option", "P1 | P2"),
        ({"batches": ["arrival"]}, "bad-option", "master_waybill"),
        ({"open": {"open": True}}, "bad-option", "true"),
    ],
)
def test_a_wrong_option_is_refused_with_what_there_is(
    client: FlaskClient, options: dict[str, Any], code: str, near: str
) -> None:
    answer = client.patch(f"{PLACE}/main", json={"options": {"pre_check": True, **options}})
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert near in str(answer.get_json()["findings"][0])
    assert client.get(f"{PLACE}/main").get_json()["options"]["pre_check"] is False


@each("name", ["", " a", "a ", "a/b", "a\\b", "..", ".hidden", "x" * 41, "a\tb", "a\nb", "\u200b", "\u202eabc"])
def test_a_hostile_name_makes_nothing(client: FlaskClient, name: str) -> None:
    answer = make(client, name)
    assert answer.status_code == 400
    assert len(client.get(PLACE).get_json()["sandboxes"]) == 1


@each("name", ["june", "六月", "a b", "ci-1.2_3", "100%", "x" * 40, "a'b\"c", "<b>", "?&#"])
def test_any_other_name_is_found_again(client: FlaskClient, name: str) -> None:
    made = make(client, name)
    assert made.status_code == 201
    assert client.get(made.get_json()["links"]["self"]).get_json()["name"] == name


@each(
    "body",
    [
        {},
        {"name": 7},
        {"name": "ci", "seed": "x" * 101},
        {"name": "ci", "options": []},
        {"name": "ci", "preset": "none"},
        {"name": "ci", "clock": {}},
        {"name": "ci", "clock": {"mode": "backwards"}},
        {"name": "ci", "clock": "frozen"},
        {"name": "ci", "clock": {"mode": "real", "at": "2026-06-01"}},
        {"name": "ci", "more": 1},
        {"name": "ci", "clock": {"mode": "frozen", "rate": "2"}},
        {"name": "ci", "clock": {"mode": "real", "rate": "1"}},
        *(
            {"name": "ci", "clock": {"mode": "virtual", "rate": rate}}
            for rate in ("0", "-1", "1e9", "NaN", "1000001", "x")
        ),
        *(
            {"name": "ci", "clock": {"mode": "frozen", "at": at}}
            for at in (
                "2009-12-31",
                "2100-01-01",
                "2026-13-01",
                "2026-06-31",
                "tomorrow",
                "2026-06-01T25:00",
                "٢٠٢٦-٠٦-٠١",
                "0001-01-01T00:00:00+14:00",
                "9999-12-31T23:59:59-12:00",
            )
        ),
    ],
)
def test_what_is_out_of_bounds_makes_nothing(client: FlaskClient, body: dict[str, Any]) -> None:
    answer = client.post(PLACE, json=body)
    assert answer.status_code == 400 and codes(answer)
    assert len(client.get(PLACE).get_json()["sandboxes"]) == 1


def test_a_sandbox_that_nobody_made_is_not_there(client: FlaskClient) -> None:
    for answer in (client.get(f"{PLACE}/none"), client.patch(f"{PLACE}/none", json={"options": {"open": True}})):
        assert (answer.status_code, codes(answer)) == (404, ["unknown-sandbox"])


@each(("role", "status"), [("administrator", 201), ("supervisor", 201), ("reviewer", 403), ("auditor", 403)])
def test_an_open_window_authenticates_who_controls_tests(exposed: Window, role: str, status: int) -> None:
    client = described_client(create_app(exposed))
    assert client.get(PLACE, headers=NAMED).status_code == 401
    unnamed = client.post(PLACE, json={"name": "ci"}, headers=NAMED)
    assert (unnamed.status_code, codes(unnamed)) == (401, ["credentials-missing"])
    assert client.post(PLACE, json={"name": ""}, headers=NAMED).status_code == 401
    named = account(exposed, f"li.{role}", role)
    assert client.post(PLACE, json={"name": role}, headers=NAMED, auth=named).status_code == status


def test_with_nothing_left_the_clock_may_be_put_back(client: FlaskClient) -> None:
    make(client, clock={"mode": "frozen", "at": "2026-06-01"})
    client.post(f"{PLACE}/ci/reset", json={"clock": {"mode": "frozen", "at": "2025-01-01T00:00Z"}})
    assert client.get(f"{PLACE}/ci").get_json()["clock"]["now"] == "2025-01-01T00:00:00.000Z"
    client.post(f"{PLACE}/ci/reset", json={"clock": {"mode": "real"}})
    assert client.get(f"{PLACE}/ci").get_json()["clock"]["mode"] == "real"


def test_a_deleted_sandbox_can_be_made_again_and_main_cannot_be_deleted(client: FlaskClient) -> None:
    make(client)
    assert client.delete(f"{PLACE}/ci").status_code == 200
    assert codes(client.delete(f"{PLACE}/ci")) == ["unknown-sandbox"]
    assert make(client).status_code == 201
    refused = client.delete(f"{PLACE}/main")
    assert (refused.status_code, codes(refused)) == (409, ["sandbox-main"])
    assert client.post(f"{PLACE}/main/reset").status_code == 200


def test_while_it_is_reset_a_sandbox_answers_nobody(client: FlaskClient, window: Window) -> None:
    make(client)
    write_by(window.engine, begin_reset, "ci", "mark", True, False)
    for answer in (
        client.get("/api/v1/declarations", headers={"X-Sandbox": "ci"}),
        client.get(f"{PLACE}/ci"),
        client.get("/api/v1/receipts?mailbox=DXPENT0000000001", headers={"X-Sandbox": "ci"}),
    ):
        assert (answer.status_code, codes(answer)) == (503, ["sandbox-resetting"])
        assert answer.headers["Retry-After"] == "1"
    for answer in (client.post(f"{PLACE}/ci/reset"), client.delete(f"{PLACE}/ci")):
        assert (answer.status_code, codes(answer)) == (409, ["already-resetting"])
    assert [sandbox["name"] for sandbox in client.get(PLACE).get_json()["sandboxes"]] == ["ci", "main"]
