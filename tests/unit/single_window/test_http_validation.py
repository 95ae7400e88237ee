"""POST /validate: everything about a message, and nothing changed by it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from serving_http import Client, again, in_json, many, sample
from sqlalchemy import func, select

from single_window.process.serving import Server
from single_window.store.tables import metadata
from single_window.wiring import Window
from tests.databases import fetch
from tests.patience import PATIENCE
from tests.tables import each


def validation_of(client: Client, body: bytes, query: str = "") -> Any:
    answer = client.call("POST", f"/api/v1/validate{query}", body)
    assert answer.status == 200
    return answer.json


def codes(validation: Any) -> list[tuple[str, str]]:
    return [(finding["stage"], finding["code"]) for finding in validation["findings"]]


@each("code", ["311", "411", "511", "621", "623", "625", "711"])
def test_every_golden_sample_is_of_good_form(client: Client, code: str) -> None:
    validation = validation_of(client, sample(code))
    assert validation["type"] == f"CEB{code}Message" and validation["count"] == 1
    assert not [finding for finding in validation["findings"] if finding["stage"] == "form"]


@pytest.mark.long
def test_nothing_is_changed(client: Client, served_window: Window, server: Server) -> None:
    assert server.runtime.wait_until_settled(PATIENCE)
    before = _rows(served_window)
    for body in (again(sample("621")), b"hello", again(many("311", 101)), in_json(b"<a/>")):
        validation_of(client, body)
    assert server.runtime.wait_until_settled(PATIENCE)
    assert _rows(served_window) == before


def _rows(window: Window) -> dict[str, int]:
    return {
        table.name: int(fetch(window.engine, select(func.count()).select_from(table)).scalar() or 0)
        for table in metadata.sorted_tables
    }


def test_codes_are_put_into_words(client: Client) -> None:
    result = validation_of(client, again(sample("621", tradeMode="9610")))["documents"][0]["codes"]
    by_field = {(code["field"], code["line"]): code for code in result}
    assert by_field["trade_mode", None]["zh"].startswith("跨境贸易电子商务")
    assert all(code["known"] for code in result)


def test_the_second_of_two_documents_with_one_key_is_answered_with_what_it_does_after_the_first(client: Client) -> None:
    body = again(sample("311", orderNo="TWICE-1")).decode()
    first, last = body.index("<ceb:Order>"), body.index("</ceb:Order>") + len("</ceb:Order>")
    twice = validation_of(client, (body[:last] + body[first:]).encode())
    assert [document["would"] for document in twice["documents"]] == ["insert", "repeat"]
    assert ("port", "-301014") in codes(twice)


def test_a_duplicate_of_what_is_stored_is_recognised(client: Client, server: Server) -> None:
    body = again(sample("311", orderNo="KNOWN-1"))
    first = validation_of(client, body)
    assert first["repeats"] is None and first["documents"][0]["would"] == "insert"
    number = client.post(body).json["id"]
    assert server.runtime.wait_until_settled(PATIENCE)
    same = validation_of(client, body)
    assert same["repeats"] == {"message": number, "same_bytes": True, "same_transmission": True}
    anew = validation_of(client, again(body))
    assert anew["repeats"] is None and anew["documents"][0]["would"] == "repeat"
    assert anew["documents"][0]["stored"]["message"] == number
    assert ("port", "-301014") in codes(anew)
    other = validation_of(client, body.replace(b"327.30", b"327.31"))
    assert ("form", "transmission-id-reused") in codes(other)


def test_the_edition_can_be_chosen(client: Client) -> None:
    assert validation_of(client, sample("311"), "?edition=2018")["edition"] == "2018"
    assert client.call("POST", "/api/v1/validate?edition=1", sample("311")).codes == ["unknown-edition"]


@each(
    "body, code",
    [
        (b'{"messages": ["?"]}', "json-base64"),
        (b'{"messages": ["PGEvPg=="]}', "unknown-root"),
        (json.dumps({"messages": ["PGEvPg=="] * 21}).encode(), "too-large"),
        (b'{"messages": 1}', "json-without-data"),
    ],
)
def test_an_upload_that_cannot_be_taken_is_reported(client: Client, body: bytes, code: str) -> None:
    validation = client.call("POST", "/api/v1/validate", body, Content_Type="application/json").json
    assert [finding["code"] for finding in validation["findings"]] == [code]


def test_what_it_is_compared_with_is_one_of_two(client: Client) -> None:
    answer = client.call("POST", "/api/v1/validate?against=everything", sample("311"))
    assert answer.status == 400 and answer.json["findings"][0]["path"] == "against"
