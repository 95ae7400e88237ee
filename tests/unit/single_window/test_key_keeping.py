"""Keys are issued, replaced, listed and revoked: at the command line, over HTTP, in several processes at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from single_window.accounts import api_keys, key_keeping, key_rows, keyring
from single_window.accounts.api_keys import ApiKey, BadKey
from single_window.accounts.key_keeping import BadKeyRequest, TooManyKeys
from single_window.accounts.keyring import Keyring
from single_window.api import create_app
from single_window.clock import timed_by
from single_window.store.engine import writing
from single_window.store.tables import api_key
from single_window.wiring import Window
from tests.api_keys import MAILBOX, bearer, issued
from tests.commands import run_command
from tests.databases import fetch, window_in, write_by
from tests.officers import account
from tests.tables import each

SEND = ["send_messages"]
DAY = 24 * 60 * 60


def run(window: Window, *arguments: str) -> Any:
    return run_command("key", *arguments, "--data", window.settings.data)


def test_only_a_hash_is_kept_and_the_text_is_shown_once(window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(run(window, "issue", MAILBOX, "--expires", "90d", "--json").output)
    token, id = made["key"], made["id"]
    assert token.startswith(f"sw_{id}_") and len(token) == 59 and made["owner"] == MAILBOX
    assert made["rights"] == ["read_receipts", "send_messages", "manage_channels"]
    listed = run(window, "list", "--json").output
    kept = str(fetch(window.engine, select(api_key)).all())
    for text in (listed, kept, run(window, "list").output, run(window, "revoke", id).output, capsys.readouterr().err):
        assert token not in text and token[16:] not in text
    assert api_keys.digest(token) in kept and api_keys.digest(token) not in listed


def test_a_holder_has_two_keys_that_are_alive(window: Window) -> None:
    first, _ = issued(window), issued(window)
    with pytest.raises(TooManyKeys, match=first.key.id):
        issued(window)
    with pytest.raises(TooManyKeys):
        key_keeping.rotate(window.engine, "main", first.key.id)
    issued(window, owner="somebody-else")
    key_keeping.revoke(window.engine, "main", first.key.id)
    issued(window)


def test_a_key_that_is_replaced_opens_for_a_while_more(window: Window) -> None:
    old = issued(window, wanted=SEND, seconds=90 * DAY)
    new = key_keeping.rotate(window.engine, "main", old.key.id, overlap=3_600)
    assert (new.key.owner, new.key.mailboxes, new.key.rights) == (old.key.owner, old.key.mailboxes, old.key.rights)
    assert new.key.expires_at - new.key.made_at == 90 * DAY * 1_000
    window.keyring.forget()
    assert {window.keyring.verify(key.token).id for key in (old, new)} == {old.key.id, new.key.id}
    kept = {kept_key.id: kept_key for kept_key in key_keeping.keys_of(window.engine, "main")}
    assert 0 < kept[old.key.id].expires_at - kept[new.key.id].made_at <= 3_600_000


def test_a_key_that_is_replaced_ends_no_later_than_it_would_have(window: Window) -> None:
    old = issued(window, seconds=3_600)
    key_keeping.rotate(window.engine, "main", old.key.id, overlap=7_200)
    kept = {kept_key.id: kept_key for kept_key in key_keeping.keys_of(window.engine, "main")}
    assert kept[old.key.id].expires_at == old.key.expires_at


class Hands:
    """The machine's clock, set by hand."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def now(self) -> int:
        return int(self.seconds * 1_000)

    def monotonic(self) -> float:
        return self.seconds


def test_a_key_expires_by_the_machines_clock(window: Window) -> None:
    hands = Hands()
    with timed_by(hands):
        key = issued(window, seconds=60)
        hands.seconds += 59
        assert window.keyring.verify(key.token).id == key.key.id
        hands.seconds += 1
        with pytest.raises(BadKey) as bad:
            window.keyring.verify(key.token)
        with pytest.raises(BadKeyRequest, match="expired"):
            key_keeping.rotate(window.engine, "main", key.key.id)
    assert str(bad.value.why) == "expired" and key.token not in str(bad.value)


def test_when_a_key_was_last_used_is_written_once_a_minute(window: Window) -> None:
    hands = Hands()
    with timed_by(hands):
        ring, key = Keyring(window.engine), issued(window)
        for _ in range(50):
            ring.verify(key.token)
        assert key_keeping.keys_of(window.engine, "main")[0].used_at == 0
        used = hands.now()
        ring.note_used()
        hands.seconds += 5
        ring.verify(key.token)
        assert key_keeping.keys_of(window.engine, "main")[0].used_at == used
        write_by(window.engine, key_rows.note_used, {key.key.id: used - 1})
        assert key_keeping.keys_of(window.engine, "main")[0].used_at == used


def test_when_a_key_was_last_used_is_written_at_the_end(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    key = issued(window)
    window.keyring.verify(key.token)
    window.close()
    again = window_in(tmp_path)
    assert key_keeping.keys_of(again.engine, "main")[0].used_at >= key.key.made_at
    again.close()


def test_what_another_process_revokes_opens_for_half_a_second_more(window: Window) -> None:
    hands = Hands()
    with timed_by(hands):
        key, ring = issued(window), Keyring(window.engine)
        ring.verify(key.token)
        revoked = key_keeping.revoke(window.engine, "main", key.key.id)
        assert ring.verify(key.token).id == key.key.id
        hands.seconds += keyring.FRESH_SECONDS
        with pytest.raises(BadKey, match="revoked"):
            ring.verify(key.token)
        assert key_keeping.revoke(window.engine, "main", key.key.id) == revoked


def test_a_key_in_memory_costs_no_look_at_the_database(window: Window) -> None:
    hands = Hands()
    with timed_by(hands):
        key, ring = issued(window), Keyring(window.engine)
        ring.verify(key.token)
        window.engine.dispose()
        (window.settings.data / "window.sqlite3").rename(window.settings.data / "away")
        assert ring.verify(key.token).id == key.key.id
        (window.settings.data / "away").rename(window.settings.data / "window.sqlite3")


@each(
    ("mailboxes", "wanted", "more"),
    [
        ([], SEND, {}),
        ([MAILBOX], [], {}),
        ([MAILBOX], ["rule"], {}),
        ([MAILBOX], ["manage_keys"], {}),
        (["a b"], SEND, {}),
        (["x" * 31], SEND, {}),
        (["a;b"], SEND, {}),
        (["箱"], SEND, {}),
        ([f"B{number}" for number in range(51)], SEND, {}),
        ([MAILBOX], SEND, {"owner": "a/b"}),
        ([MAILBOX], SEND, {"owner": "x" * 41}),
        ([MAILBOX], SEND, {"owner": "-x"}),
        ([MAILBOX], SEND, {"seconds": -1}),
        ([MAILBOX], SEND, {"seconds": 3_660 * DAY + 1}),
    ],
)
def test_a_key_that_could_not_be_is_not_issued(
    window: Window, mailboxes: list[str], wanted: list[str], more: dict[str, Any]
) -> None:
    with pytest.raises(BadKeyRequest):
        issued(window, mailboxes=mailboxes, wanted=wanted, **more)
    assert key_keeping.keys_of(window.engine, "main") == []


def test_a_key_with_the_most_of_everything_is_issued(window: Window) -> None:
    boxes = ["!" * 30, *(f"B{number}" for number in range(49))]
    made = issued(window, mailboxes=boxes, owner="x" * 40, seconds=3_660 * DAY).key
    assert (made.owner, list(made.mailboxes), made.expires_at - made.made_at) == ("x" * 40, boxes, 3_660 * DAY * 1_000)


def test_keys_that_ended_long_ago_make_room(window: Window) -> None:
    old = ApiKey("", "main", "x", (MAILBOX,), ("send_messages",), 1, "", 0, 1)
    with writing(window.engine) as connection:
        for number in range(key_keeping.MAX_OF_SANDBOX):
            key_rows.add(connection, old._replace(id=f"{number:012d}"), "")
    key = issued(window)
    assert [kept_key.id for kept_key in key_keeping.keys_of(window.engine, "main")] == [key.key.id]


@pytest.fixture
def administrator(window: Window) -> tuple[FlaskClient, tuple[str, str]]:
    return create_app(window).test_client(), account(window, "admin", "administrator")


def test_an_administrator_issues_replaces_and_revokes_over_http(
    window: Window, administrator: tuple[FlaskClient, Any]
) -> None:
    client, auth = administrator
    body = {"mailboxes": [MAILBOX], "rights": ["read_receipts"], "owner": "shop", "seconds": 3_600}
    made = client.post("/api/v1/keys", json=body, auth=auth)
    assert (made.status_code, made.json["made_by"], made.json["state"]) == (201, "admin", "alive")
    assert client.get(f"/api/v1/receipts?mailbox={MAILBOX}", headers=bearer(made.json["key"])).status_code == 200
    place = f"/api/v1/keys/{made.json['id']}"
    again = client.post(f"{place}/rotate", json={"overlap": 60}, auth=auth)
    assert again.status_code == 201 and again.json["key"] != made.json["key"]
    assert client.post(f"{place}/rotate", json={}, auth=auth).status_code == 409
    assert client.delete(place, auth=auth).json["state"] == "revoked"
    assert client.get(f"/api/v1/receipts?mailbox={MAILBOX}", headers=bearer(made.json["key"])).status_code == 401
    listed = client.get("/api/v1/keys?limit=1", auth=auth).json
    assert len(listed["keys"]) == 1 and listed["next"] and "key" not in listed["keys"][0]
    for path, sandbox in ((f"{place}", "other"), ("/api/v1/keys/000000000000", "main"), ("/api/v1/keys/..", "main")):
        answer = client.delete(path, auth=auth, headers={"X-Sandbox": sandbox})
        assert answer.status_code == 404, path
    assert client.post("/api/v1/keys", json={**body, "rights": ["rule"]}, auth=auth).status_code == 400
    auditor = account(window, "wu", "auditor")
    assert client.post("/api/v1/keys", json=body, auth=auditor).status_code == 403


def test_a_key_is_no_account_and_its_name_no_participants(window: Window) -> None:
    client, key = create_app(window).test_client(), issued(window, owner="shop", mailboxes=["*"])
    opening = {"flow": "I", "customs_code": "4240", "trade_mode": "9610"}
    for by in ("key:shop", " KEY:x", "program"):
        answer = client.post("/api/v1/batches", json={**opening, "by": by}, headers=bearer(key))
        assert answer.json["findings"][0]["code"] == "name-of-account"
    acted = client.post("/api/v1/batches", json={**opening, "role": "officer"}, headers=bearer(key))
    assert acted.status_code == 202


def test_the_command_line_keeps_keys(window: Window) -> None:
    assert "No keys" in run(window, "list").output
    made = json.loads(run(window, "issue", "*", "--right", "control_tests", "--owner", "ci", "--json").output)
    assert (made["mailboxes"], made["rights"]) == (["*"], ["control_tests"])
    assert "stays valid for 2h" in run(window, "rotate", made["id"], "--overlap", "2h").output
    assert run(window, "issue", "*", "--right", "control_tests", "--owner", "ci").exit_code == 1
    assert run(window, "revoke", made["id"]).exit_code == run(window, "revoke", made["id"]).exit_code == 0
    for wrong in (("revoke", "000000000000"), ("rotate", made["id"]), ("issue", MAILBOX, "--right", "rule")):
        assert run(window, *wrong).exit_code == 1, wrong
    assert run(window, "issue", MAILBOX, "--expires", "soon").exit_code == 2
    assert {key["state"] for key in json.loads(run(window, "list", "--json").output)["keys"]} == {"alive", "revoked"}
