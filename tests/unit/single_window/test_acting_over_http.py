"""Officers act over HTTP with their accounts, at the command line as the operator or with --as."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from serving_http import codes

from single_window.api import create_app
from single_window.store.decisions import decisions_about
from single_window.wiring import Window
from tests.commands import run_command
from tests.databases import read_by
from tests.described import described_client
from tests.officers import PASSWORD, account
from tests.tables import each

OPENING = {"flow": "I", "customs_code": "4240", "trade_mode": "9610"}
OFFICER = {**OPENING, "role": "officer"}
NAMED = {"Host": "customs.example.org"}


@pytest.fixture
def client(window: Window) -> FlaskClient:
    return described_client(create_app(window))


def deciders(window: Window, subject: str = "batch", subject_id: int = 0) -> list[str]:
    return [decision.by for decision in read_by(window.engine, decisions_about, "main", subject, subject_id)]


ACTS = (
    ("cases/declaration/X/decisions", {"action": "conclude"}),
    ("cases/refund_claim/X/decisions", {"action": "approve"}),
    ("cases/registration/X/decisions", {"action": "approve"}),
    ("batches", OFFICER),
    ("cases/batch/X/decisions", {"action": "review"}),
)
"""Calls that decide as an officer."""


@each(("path", "body"), ACTS)
def test_nobody_decides_as_an_officer_without_saying_who_he_is(
    client: FlaskClient, window: Window, path: str, body: dict[str, Any]
) -> None:
    answer = client.post(f"/api/v1/{path}", json=body)
    assert (answer.status_code, codes(answer)) == (401, ["desks-closed"]), path
    assert "X-Open-Desks" not in answer.headers and deciders(window) == []
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@each("header", ["single_window.person", "Single-Window-Person", "X-Person"])
def test_no_header_says_who_acts_as_a_command_in_this_process_does(
    client: FlaskClient, window: Window, header: str
) -> None:
    answer = client.post("/api/v1/batches", json=OFFICER, headers={header: "operator"})
    assert (answer.status_code, codes(answer)) == (401, ["desks-closed"]), "who it is says nobody"
    assert deciders(window) == []


def test_a_sandbox_for_tests_may_open_its_desks_and_every_answer_says_so(client: FlaskClient, window: Window) -> None:
    window.set_options("main", open_desks=True)
    assert client.post("/api/v1/batches", json=OFFICER).status_code == 202
    assert deciders(window) == ["operator"]
    for path in ("batches", "receipts?mailbox=X", "declarations/none", "sandboxes", "nothing"):
        assert client.get(f"/api/v1/{path}").headers["X-Open-Desks"] == "main", path
    assert "X-Open-Desks" not in client.get("/api/v1/batches", headers={"X-Sandbox": "other"}).headers
    page = client.get("/review?lang=en").get_data(as_text=True)
    assert "Open desks" in page and "open_desks" in page


def test_open_desks_open_nothing_to_others_than_this_machine(exposed: Window) -> None:
    exposed.set_options("main", open_desks=True)
    client = described_client(create_app(exposed))
    answer = client.post("/api/v1/batches", json=OFFICER, headers=NAMED)
    assert (answer.status_code, codes(answer)) == (401, ["credentials-missing"])
    assert "X-Open-Desks" not in answer.headers


def test_an_account_acts_with_its_name(client: FlaskClient, window: Window) -> None:
    account(window, "li", "reviewer", office="4240")
    assert client.post("/api/v1/batches", json=OFFICER, auth=("li", PASSWORD)).status_code == 202
    assert client.post("/api/v1/batches", json={**OFFICER, "by": "somebody"}, auth=("li", PASSWORD)).status_code == 202
    assert deciders(window) == ["li", "li"]


@each(
    ("role", "office", "right"),
    [
        ("auditor", "", "keep batches"),
        ("tax_officer", "", "keep batches"),
        ("administrator", "", "keep batches"),
        ("reviewer", "4227", "keep batches"),
    ],
)
def test_who_has_no_right_is_refused_with_whose_it_is(
    client: FlaskClient, window: Window, role: str, office: str, right: str
) -> None:
    name = f"li.{role}"
    account(window, name, role, office=office)
    answer = client.post("/api/v1/batches", json=OFFICER, auth=(name, PASSWORD))
    assert (answer.status_code, codes(answer)) == (403, ["no-right"])
    assert right in answer.get_json()["findings"][0]["en"]
    assert deciders(window) == []


@each(
    ("path", "body"),
    [
        ("cases/refund_claim/X/decisions", {"action": "approve"}),
        ("cases/registration/X/decisions", {"action": "approve"}),
        ("parked/retry", {"all": True}),
        ("parked/dismiss", {"all": True, "reason": "x"}),
        ("batches", OFFICER),
        ("cases/batch/X/decisions", {"action": "review"}),
    ],
)
def test_every_act_of_officers_needs_an_account_at_a_window_that_is_open(
    exposed: Window, path: str, body: dict[str, Any]
) -> None:
    account(exposed, "li", "auditor")
    client = described_client(create_app(exposed))
    missing = client.post(f"/api/v1/{path}", json=body, headers=NAMED)
    assert (missing.status_code, codes(missing)) == (401, ["credentials-missing"])
    assert missing.headers["WWW-Authenticate"].startswith("Basic ")
    auditor = client.post(f"/api/v1/{path}", json=body, headers=NAMED, auth=("li", PASSWORD))
    assert (auditor.status_code, codes(auditor)) == (403, ["no-right"])


def test_whoever_comes_through_a_proxy_is_not_the_operator(client: FlaskClient) -> None:
    answer = client.post("/api/v1/parked/retry", json={"all": True}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, codes(answer)) == (401, ["credentials-of-proxy"])


@each("header", ["Basic", "Basic !!", "Digest x", "Basic bGk=", "Basic bGk6d3Jvbmc="])
def test_wrong_credentials_are_never_the_operators(client: FlaskClient, window: Window, header: str) -> None:
    answer = client.post("/api/v1/parked/retry", json={"all": True}, headers={"Authorization": header})
    assert (answer.status_code, codes(answer)) == (401, ["credentials-wrong"])
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_guesses_over_http_are_answered_with_a_pause(client: FlaskClient, window: Window) -> None:
    account(window, "li")
    answers = [client.post("/api/v1/parked/retry", json={"all": True}, auth=("li", "wrong")) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] and answers[-1].headers["Retry-After"] == "1"


@each("by", ["li", "LI", "operator", "system", "officer", " li "])
def test_a_participant_cannot_call_himself_by_the_name_of_an_account(
    client: FlaskClient, window: Window, by: str
) -> None:
    account(window, "li")
    answer = client.post("/api/v1/batches", json={**OPENING, "by": by})
    assert (answer.status_code, codes(answer)) == (403, ["name-of-account"])
    answer = client.post("/api/v1/tax/bills/X/payment", json={"by": by})
    assert (answer.status_code, codes(answer)) == (403, ["name-of-account"])


@each(
    ("path", "body"),
    [
        ("cases/refund_claim/X/decisions", {"action": "approve"}),
        ("cases/registration/X/decisions", {"action": "approve"}),
        ("parked/retry", {"all": True}),
    ],
)
def test_who_decides_cannot_be_written_into_the_body(client: FlaskClient, path: str, body: dict[str, Any]) -> None:
    answer = client.post(f"/api/v1/{path}", json={**body, "by": "li"})
    assert (answer.status_code, codes(answer)) == (400, ["wrong-parameter"])


def test_a_participant_says_who_he_is(client: FlaskClient, window: Window) -> None:
    assert codes(client.post("/api/v1/batches", json=OPENING)) == ["wrong-parameter"]
    assert client.post("/api/v1/batches", json={**OPENING, "by": "4101985556"}).status_code == 202
    assert deciders(window) == ["4101985556"]


def test_the_description_says_which_calls_need_an_account(client: FlaskClient) -> None:
    description = client.get("/api/v1/openapi.json").get_json()
    assert description["components"]["securitySchemes"]["officer"]["scheme"] == "basic"
    secured = {path for path, calls in description["paths"].items() for call in calls.values() if call.get("security")}
    assert secured == {
        "/api/v1/keys",
        "/api/v1/keys/{id}",
        "/api/v1/keys/{id}/rotate",
        "/api/v1/parked/retry",
        "/api/v1/parked/dismiss",
        "/api/v1/cases/{subject}/{number}/decisions",
        "/api/v1/cases/{subject}/decisions",
        "/api/v1/cases/{subject}/{number}/files",
        "/api/v1/cases/{subject}/{number}/notes",
        "/api/v1/cases/{subject}/{number}/assignment",
        *(f"/api/v1/{name}" for name in ("absences", "absences/{name}", "handovers", "alerts", "distributions")),
        "/api/v1/forex/enterprises/{code}",
        "/api/v1/master-data/{kind}",
        "/api/v1/quality",
        "/api/v1/mailboxes/{mailbox}/receipts",
        *(f"/api/v1/sandboxes/{{name}}/snapshots{rest}" for rest in ("", "/{number}", "/{number}/restore")),
        *(
            f"/api/v1/sandboxes{rest}"
            for rest in (
                "",
                "/{name}",
                "/{name}/reset",
                "/{name}/clock",
                "/{name}/clock/advance",
                "/{name}/faults",
                "/{name}/triggers",
                "/{name}/triggers/{number}",
            )
        ),
    }


def run(window: Window, *arguments: str) -> Any:
    return run_command(*arguments, "--data", window.settings.data)


def test_the_command_line_is_the_operators_unless_it_names_an_account(window: Window) -> None:
    account(window, "li", "reviewer", office="4240")
    assert run(window, "batch", "open", "I", "4240", "9610").exit_code == 0
    assert run(window, "batch", "open", "I", "4240", "9610", "--as", "li").exit_code == 0
    other = run(window, "batch", "open", "I", "4227", "9610", "--as", "li")
    assert other.exit_code == 1 and "keep batches (who has it: reviewer or supervisor" in other.output
    assert run(window, "batch", "open", "I", "4240", "9610", "--as", "nobody").exit_code == 1
    assert run(window, "batch", "open", "I", "4240", "9610", "--as", "li", "--participant", "X").exit_code == 2
    assert run(window, "batch", "open", "I", "4240", "9610", "--participant", "4101985556").exit_code == 0
    assert deciders(window) == ["operator", "li", "4101985556"]


@pytest.mark.long
def test_accounts_are_kept_by_command(window: Window, tmp_path: Path) -> None:
    kept = tmp_path / "password"
    kept.write_text(f"{PASSWORD}\n", "utf-8")
    made = run(window, "account", "add", "li", "--role", "reviewer", "--office", "4240", "--password-file", str(kept))
    assert made.exit_code == 0 and PASSWORD not in made.output
    generated = json.loads(run(window, "account", "add", "admin", "--role", "administrator", "--json").output)
    listed = json.loads(run(window, "account", "list", "--json").output)["accounts"]
    assert [(row["name"], row["role"], row["agency"], row["office"], row["disabled"]) for row in listed] == [
        ("admin", "administrator", "", "", False),
        ("li", "reviewer", "customs", "4240", False),
    ]
    assert "password" not in listed[0] and generated["password"] not in json.dumps(listed)
    again = json.loads(run(window, "account", "password", "li", "--json").output)
    assert again["password"] not in {PASSWORD, generated["password"]}
    assert run(window, "account", "disable", "li").exit_code == 0
    assert run(window, "batch", "open", "I", "4240", "9610", "--as", "li").exit_code == 1
    assert run(window, "account", "enable", "li").exit_code == run(window, "account", "unlock", "li").exit_code == 0
    for wrong in (
        ("disable", "nobody"),
        ("password", "nobody"),
        ("add", "li", "--role", "reviewer"),
        ("add", "wang", "--role", "king"),
    ):
        assert run(window, "account", *wrong).exit_code == 1, wrong
