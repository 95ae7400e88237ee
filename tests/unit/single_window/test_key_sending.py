"""A key sends under its own DXP ids only, whatever the form, and moves nobody's receipts."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from serving_http import again, in_json, mailbox, sample, wrapped
from sqlalchemy import func, select

from schemas import catalogue
from single_window.accounts.key_keeping import Issued
from single_window.api import create_app
from single_window.channels import connecting
from single_window.intake import samples
from single_window.store import channels
from single_window.store.engine import reading, writing
from single_window.store.names import WEBHOOK
from single_window.store.tables import message, participant
from single_window.wiring import Window
from tests.api_keys import bearer, issued
from tests.databases import fetch, kept_open, read_by, window_in
from tests.mailboxes import put
from tests.tables import each

ORDER = sample("311")
HIS, OTHERS = mailbox(ORDER), "DXPENT0000000002"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path_factory.mktemp("data"), require_keys=1))


@pytest.fixture(scope="module")
def client(window: Window) -> FlaskClient:
    return create_app(window).test_client()


@pytest.fixture(scope="module")
def his(window: Window) -> Issued:
    return issued(window, mailboxes=[HIS])


@pytest.fixture(scope="module")
def others(window: Window) -> Issued:
    return issued(window, mailboxes=[OTHERS])


def test_what_others_sent_is_neither_listed_nor_found(
    window: Window, client: FlaskClient, his: Issued, others: Issued
) -> None:
    body = again(ORDER)
    assert mailbox(body) == HIS
    made = client.post("/api/v1/messages", data=body, content_type="application/xml", headers=bearer(his)).get_json()
    window.settle()
    listed = client.get(f"/api/v1/messages?company={HIS}", headers=bearer(his)).get_json()["messages"]
    (mine,) = [row for row in listed if row["id"] == made["id"]]
    numbers = [mine["guid"], mine["content_hash"], mine["transmission_id"], str(mine["id"])]
    numbers += [row.decode() for row in re.findall(rb"<ceb:guid>([^<]*)", body)]
    codes = select(participant.c.code).where(participant.c.sandbox == "main", participant.c.dxp_id == HIS)
    companies = [HIS, *fetch(window.engine, codes).scalars()]
    for number in numbers:
        found = client.get(f"/api/v1/find?number={number}", headers=bearer(his))
        assert found.status_code == 200 and found.get_json()["matches"], number
        hidden = client.get(f"/api/v1/find?number={number}", headers=bearer(others))
        nowhere = client.get("/api/v1/find?number=NOBODY-HAS-THIS", headers=bearer(others))
        assert hidden.status_code == nowhere.status_code == 404
        assert hidden.get_data(True).replace(number, "NOBODY-HAS-THIS") == nowhere.get_data(True)
    for company in [*companies, "NOBODY", "DXPENT0000000009"]:
        answer = client.get(f"/api/v1/messages?company={company}", headers=bearer(others))
        assert (answer.status_code, answer.get_json()["findings"][0]["code"]) == (404, "no-such-mailbox"), company
    shown = client.get("/api/v1/messages?limit=500", headers=bearer(others)).get_json()["messages"]
    assert {row["sender"] for row in shown} <= {OTHERS}
    of_all = issued(window, mailboxes=["*"], owner="of-all-mailboxes")
    assert client.get(f"/api/v1/find?number={mine['guid']}", headers=bearer(of_all)).status_code == 200


def test_a_story_tells_of_others_neither_documents_nor_receipts(window: Window, client: FlaskClient) -> None:
    whole, paid = issued(window, mailboxes=["*"], owner="whole"), "DXPENT0000000003"
    payer = issued(window, mailboxes=[paid], owner="payer")
    bodies = {code: samples.fresh(catalogue.by_code(code), "told", 0) for code in ("311", "411", "511", "621")}
    for body in bodies.values():
        sent = client.post("/api/v1/messages", data=body, content_type="application/xml", headers=bearer(whole))
        assert sent.status_code == 202
    window.settle()
    found = re.search(rb"orderNo>([^<]+)<", bodies["311"])
    assert found is not None
    path = f"/api/v1/stories/{found[1].decode()}"
    every, own = (client.get(path, headers=bearer(key)).get_json()["declaration"] for key in (whole, payer))
    assert {paper["kind"] for paper in every["documents"]} == {"order", "payment", "waybill", "inventory"}
    assert every["evidence"] is not None and len({receipt["mailbox"] for receipt in every["receipts"]}) > 1
    assert [paper["kind"] for paper in own["documents"]] == ["payment"] and own["evidence"] is None
    assert own["head"] == every["head"] and own["timeline"] == every["timeline"]
    assert {receipt["mailbox"] for receipt in own["receipts"]} <= {paid}


@each("code, kind", [("311", "order"), ("411", "payment"), ("621", "inventory"), ("303", "export_order")])
def test_a_message_is_found_with_the_kind_that_it_holds(
    window: Window, client: FlaskClient, code: str, kind: str
) -> None:
    key = issued(window, mailboxes=["*"], owner=f"finder-{code}")
    headers = {**bearer(key), "Content-Type": "application/xml"}
    made = client.post("/api/v1/messages", data=again(sample(code)), headers=headers).get_json()
    window.settle()
    row = client.get(f"/api/v1/messages?before={made['id'] + 1}&limit=1", headers=bearer(key)).get_json()["messages"][0]
    found = client.get(f"/api/v1/find?number={row['content_hash']}", headers=bearer(key)).get_json()
    flow = "E" if kind.startswith("export_") else "I"
    assert [(match["what"], match["kind"], match["flow"]) for match in found["matches"]] == [("message", kind, flow)]


def bodies() -> list[bytes]:
    """An order in every form."""
    bare = again(ORDER)
    first, second = (wrapped(again(ORDER), f"{uuid4()}", HIS) for _ in range(2))
    return [bare, first, in_json(again(ORDER)), in_json(second)]


def kept(window: Window) -> int:
    return int(fetch(window.engine, select(func.count()).select_from(message)).scalar_one())


@each("form", [0, 1, 2, 3])
def test_a_message_is_sent_by_its_sender_alone(
    window: Window, client: FlaskClient, his: Issued, others: Issued, form: int
) -> None:
    body, before = bodies()[form], kept(window)
    refused = client.post("/api/v1/messages", data=body, headers=bearer(others))
    assert (refused.status_code, refused.json["findings"][0]["code"]) == (403, "other-sender")
    assert refused.json["findings"][0]["found"] == HIS and kept(window) == before
    tried = client.post("/api/v1/validate", data=body, headers=bearer(others)).json
    assert "other-sender" in {finding["code"] for finding in tried["findings"]} and tried["receipts"] is None
    assert client.post("/api/v1/messages", data=body, headers=bearer(his)).status_code == 202


def test_what_cannot_be_read_is_kept_as_the_callers(client: FlaskClient, his: Issued, others: Issued) -> None:
    broken = ORDER.replace(b"</ceb:Order>", b"")
    for body in (broken, json.dumps({"data": b64encode(broken).decode()}).encode(), b"{"):
        answer = client.post("/api/v1/messages", data=body, headers=bearer(others))
        assert answer.status_code == 400
        place = f"/api/v1/messages/{answer.json['id']}"
        assert client.get(place, headers=bearer(others)).json["sender"] == OTHERS
        assert client.get(place, headers=bearer(his)).status_code == 404


def test_a_message_is_its_senders_to_look_at(window: Window, client: FlaskClient, his: Issued, others: Issued) -> None:
    place = client.post("/api/v1/messages", data=again(ORDER), headers=bearer(his)).json["links"]["self"]
    whole = issued(window, mailboxes=["*"], owner="whole")
    for path in (place, f"{place}/body"):
        statuses = [client.get(path, headers=bearer(key)).status_code for key in (his, others, whole)]
        assert statuses == [200, 404, 200]
        for number in (path.split("/")[4], "999999999"):
            finding = client.get(f"/api/v1/messages/{number}", headers=bearer(others)).json["findings"][0]
            assert (finding["code"], finding["en"]) == ("no-such-message", f"the sandbox main has no message {number}")


@each(
    ("by", "code"),
    [("3702W12345", ""), ("370296T088", "other-company"), ("nobody", "other-company"), ("", "wrong-parameter")],
)
def test_a_key_acts_for_companies_of_its_own(window: Window, client: FlaskClient, by: str, code: str) -> None:
    with writing(window.engine) as connection:
        connection.execute(participant.delete())
        connection.execute(
            participant.insert(),
            [
                {"sandbox": "main", "code": "3702W12345", "dxp_id": HIS},
                {"sandbox": "main", "code": "370296T088", "dxp_id": OTHERS},
            ],
        )
    key = issued(window, mailboxes=[HIS], owner=f"by-{by}")
    body = {"flow": "I", "customs_code": "4240", "trade_mode": "9610", "by": by}
    answer = client.post("/api/v1/batches", json=body, headers=bearer(key))
    assert answer.status_code == {"": 202, "other-company": 403}.get(code, 400), answer.text
    assert not code or answer.json["findings"][0]["code"] == code


@each(
    ("method", "path", "body"),
    [
        ("PUT", "webhook", {"url": "http://8.8.4.4/stolen", "new_secret": True, "from": 1}),
        ("DELETE", "webhook", None),
        ("POST", "webhook/redeliver", {"from": 1}),
        ("POST", "webhook/test", None),
        ("PUT", "amqp", {}),
    ],
)
def test_a_strangers_call_moves_nobodys_receipts(
    window: Window, client: FlaskClient, others: Issued, method: str, path: str, body: dict[str, Any] | None
) -> None:
    put(window, HIS, ["312"])
    connecting.make_webhook(window, "main", HIS, "http://8.8.8.8/receipts", first=1)
    before = read_by(window.engine, channels.find, "main", HIS, WEBHOOK)
    place = f"/api/v1/channels/{HIS}/{path}"
    for headers, status in ((bearer(others), 404), ({}, 401)):
        assert client.open(place, method=method, json=body, headers=headers).status_code == status
    with reading(window.engine) as connection:
        assert channels.find(connection, "main", HIS, WEBHOOK) == before
        assert [channel.kind for channel in channels.of_sandbox(connection, "main")] == [WEBHOOK]


def test_the_description_says_that_keys_call(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json").json
    assert answer["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert {"key": []} in answer["security"]
    for path, calls in answer["paths"].items():
        for call in calls.values():
            assert {"401", "403", "404", "429"} <= set(call["responses"]), path


def test_an_open_window_requires_no_key_but_checks_one_that_is_sent(tmp_path: Path) -> None:
    opened = window_in(tmp_path)
    client, key = create_app(opened).test_client(), issued(opened, mailboxes=[OTHERS])
    assert client.post("/api/v1/messages", data=again(ORDER)).status_code == 202
    assert client.post("/api/v1/messages", data=again(ORDER), headers=bearer(key)).status_code == 403
    assert client.get(f"/api/v1/receipts?mailbox={HIS}", headers=bearer(key)).status_code == 404
    assert client.get("/").status_code == 200
    opened.close()


def test_where_keys_are_required_pages_ask_for_sign_in(client: FlaskClient) -> None:
    assert client.get("/").status_code == 303 and client.get("/healthz").status_code == 200
