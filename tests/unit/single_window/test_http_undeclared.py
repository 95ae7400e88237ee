"""What ended without a declaration is found by each of its numbers, with code, place and remedy, and ends a wait."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import pytest
from serving_http import Client

from single_window.process.serving import Server
from single_window.wiring import Window
from tests.stories.exporting import Sale, cancellation, note, refund
from tests.stories.story import StoryRunner
from tests.tables import each

_numbers = count(1)
SALE = Sale(7)


Begin = Callable[[], StoryRunner]


@pytest.fixture
def begin(served_window: Window, server: Server) -> Begin:
    """Makes a sandbox of its own for each row."""
    return lambda: StoryRunner(served_window, f"undeclared-{next(_numbers)}")


class Case(NamedTuple):
    """A refused document: its kind, what is changed in it, the awaited status, the end of the path of its first
    finding, and the elements whose values lead to it."""

    kind: str
    changes: dict[str, str]
    status: str
    path: str
    numbers: tuple[str, ...]


CASES = [
    Case("inventory", {"netWeight": "9999"}, "-621001", "/netWeight", ("orderNo", "copNo", "guid")),
    Case("inventory", {"customsCode": "0000"}, "-621001", "/customsCode", ("orderNo", "copNo")),
    Case("order", {"buyerIdType": "2"}, "-301008", "/buyerIdType", ("orderNo", "guid")),
    Case("payment", {"appType": "9"}, "-401009", "/appType", ("orderNo", "payTransactionId")),
    Case("waybill", {"packNo": "2"}, "-504011", "/packNo", ("orderNo", "logisticsNo")),
    Case("export_order", {"currency": "777"}, "-302001", "/currency", ("orderNo",)),
    Case("export_waybill", {"currency": "777"}, "-502001", "/currency", ("logisticsNo",)),
    Case("cancellation", {"customsCode": "9999"}, "-606001", "/customsCode", ("CX9",)),
    Case("refund", {"customsCode": "9999"}, "-213001", "/customsCode", ("TH9",)),
    Case("note", {"customsCode": "0000"}, "-802001", "/customsCode", ("ND9",)),
    Case("export_inventory", {"portCode": "9999"}, "-602001", "/portCode", ("orderNo", "copNo")),
]


def message_of(story: StoryRunner, case: Case) -> tuple[bytes, dict[str, str]]:
    """(the message, its head)"""
    if case.kind == "cancellation":
        return cancellation("42272026E00000000001", "CX9", **case.changes), {}
    if case.kind == "refund":
        return refund(SALE, "42272026E00000000001", "TH9", **case.changes), {}
    if case.kind == "note":
        return note("arrival_note", [SALE], "ND9", **case.changes), {}
    if case.kind.startswith("export"):
        head, _ = getattr(SALE, f"_{case.kind}")()
        return SALE.message(case.kind, **case.changes), head
    trade = story.trade()
    document = trade.document(case.kind)
    assert document is not None
    return story.message(trade, case.kind, **case.changes), document.head


@pytest.mark.long
@each("case", CASES, ids=[f"{case.kind} {case.status}" for case in CASES])
def test_a_refused_document_is_found_by_its_numbers(client: Client, begin: Begin, case: Case) -> None:
    story = begin()
    body, head = message_of(story, case)
    number = client.post(body, X_Sandbox=story.sandbox).json["id"]
    for element in case.numbers:
        sent = head.get(element, element)
        answer = client.get(f"/declarations/{sent}?wait_for={case.status},800&timeout=30", X_Sandbox=story.sandbox)
        assert answer.status == 200 and answer.json["given"] == [case.status], element
        (found,) = answer.json["undeclared"]
        assert (found["status"], found["message_id"]) == (case.status, number)
        (finding,) = found["findings"]
        assert finding["path"].endswith(case.path) and finding["code"].startswith(case.status)
        assert finding["line"] and finding["remedy_zh"] and finding["remedy_en"] and "{" not in finding["en"]
        shown = client.get(f"/stories/{sent}", X_Sandbox=story.sandbox).json
        told = shown["declaration"]["undeclared"][0] if shown["declaration"] else shown["message"]
        assert finding in told["findings"]
    message = client.get(f"/messages/{number}", X_Sandbox=story.sandbox).json
    assert (message["state"], message["findings"]) == ("read", [finding])
    told = client.get(f"/stories/{number}", X_Sandbox=story.sandbox).json["message"]
    assert told["findings"] == [finding] and "refused" in told["state_words"]["en"]


def test_a_list_that_is_released_keeps_what_was_refused_of_it(client: Client, begin: Begin) -> None:
    story = begin()
    trade = story.trade()
    story.send(trade)
    again = story.message(trade, "inventory", appTime="20991231235959", guid="B" * 36)
    number = client.post(again, X_Sandbox=story.sandbox).json["id"]
    answer = client.get(f"/declarations/{trade.id}?wait_for=-621041&timeout=30", X_Sandbox=story.sandbox).json
    assert answer["given"] == ["-621041"] and answer["declarations"][0]["state"] == "released"
    assert [found["message_id"] for found in answer["undeclared"]] == [number]
    (finding,) = client.get(f"/messages/{number}", X_Sandbox=story.sandbox).json["findings"]
    assert finding["code"] == "-621041" and finding["remedy_en"]
    (refused,) = client.get(f"/stories/{trade.id}", X_Sandbox=story.sandbox).json["declaration"]["undeclared"]
    assert refused["message_id"] == number


def test_of_a_message_only_the_refused_document_has_findings(client: Client, begin: Begin) -> None:
    story = begin()
    trade = story.trade()
    story.send(trade)
    number = client.post(
        story.message(trade, "order", guid="C" * 36, appTime="20991231235959"), X_Sandbox=story.sandbox
    ).json["id"]
    answer = client.get(f"/declarations/{trade.id}?wait_for=-301011,-301010&timeout=30", X_Sandbox=story.sandbox)
    assert answer.status == 200
    assert len(client.get(f"/messages/{number}", X_Sandbox=story.sandbox).json["findings"]) == 1
    first = client.get(f"/messages/{answer.json['documents'][0]['message_id']}", X_Sandbox=story.sandbox).json
    assert first["findings"] == []


@each("element", ["orderNo", "copNo"])
def test_what_a_ceb900_refused_is_found_by_its_numbers(client: Client, begin: Begin, element: str) -> None:
    story = begin()
    trade = story.trade()
    body = (
        story.message(trade, "inventory")
        .replace(b"<ceb:ieFlag>I<", b"<ceb:ieFlag>IMPORT<")
        .replace(b"<ieFlag>I<", b"<ieFlag>IMPORT<")
    )
    assert b"IMPORT" in body
    number = client.post(body, X_Sandbox=story.sandbox).json["id"]
    head = trade.document("inventory").head  # type: ignore[union-attr]
    answer = client.get(f"/declarations/{head[element]}?wait_for=900&timeout=30", X_Sandbox=story.sandbox)
    assert answer.status == 200 and answer.json["given"] == ["900"]
    (found,) = answer.json["undeclared"]
    assert found["message_id"] == number and found["findings"][0]["path"].endswith("/ieFlag")
    assert client.get(f"/stories/{head[element]}", X_Sandbox=story.sandbox).json["message"]["id"] == number


@each("element", ["orderNo", "copNo"])
def test_a_staged_list_is_found_by_its_numbers(client: Client, begin: Begin, element: str) -> None:
    story = begin()
    trade = story.trade()
    client.post(story.message(trade, "inventory", appStatus="1"), X_Sandbox=story.sandbox)
    head = trade.document("inventory").head  # type: ignore[union-attr]
    answer = client.get(f"/declarations/{head[element]}?wait_for=1&timeout=30", X_Sandbox=story.sandbox)
    assert answer.status == 200 and answer.json["given"] == ["1"]
    assert [found["status"] for found in answer.json["undeclared"]] == ["1"]


KINDS = ("order", "payment", "waybill", "inventory")


def changed(body: bytes, changes: dict[str, str]) -> bytes:
    """A message with other values, whatever its schema says to them."""
    for name, value in changes.items():
        body, times = re.subn(rf"(<ceb:{name}>)[^<]*".encode(), rb"\g<1>" + value.encode(), body)
        assert times
    return body


@each(
    "kind, changes, wanted",
    [
        ("order", {"country": "777"}, "-301008"),
        ("payment", {"currency": "777"}, "900"),
        ("waybill", {"weight": "0"}, "-504011"),
        ("inventory", {"packNo": "one"}, "900"),
    ],
)
def test_what_was_refused_beside_a_declared_list_is_found_and_ends_a_wait(
    client: Client, begin: Begin, kind: str, changes: dict[str, str], wanted: str
) -> None:
    story = begin()
    trade = story.trade()
    story.send(trade, *[other for other in KINDS if other != kind or kind == "inventory"])
    story.submit(changed(story.message(trade, kind, appTime="20991231235959"), changes))
    if kind != "inventory":
        story.send(trade, kind)
    answer = client.get(f"/declarations/{trade.id}?wait_for={wanted}&timeout=30", X_Sandbox=story.sandbox).json
    assert answer["given"] == [wanted]
    refused = [document for document in answer["undeclared"] if document["kind"] == kind]
    assert refused and all(document["findings"] for document in refused)
    assert len({tuple(map(str, document.values())) for document in refused}) == len(refused), "each once"


def test_a_later_refusal_by_the_schema_is_not_hidden_by_an_earlier_one_by_the_port(
    client: Client, begin: Begin
) -> None:
    story = begin()
    trade = story.trade()
    number = trade.document("inventory").head["copNo"]
    story.send(trade, "inventory", customsCode="9999")
    story.submit(changed(story.message(trade, "inventory", appTime="20991231235959"), {"packNo": "one"}))
    answer = client.get(f"/declarations/{number}?wait_for=900&timeout=30", X_Sandbox=story.sandbox).json
    assert answer["given"] == ["900"]
    assert [document["code"] for document in answer["undeclared"]] == ["900", "622"], "the newest first"


@each(
    "kind, changes, names",
    [
        ("inventory", {"customsCode": "9999"}, ("logisticsNo", "billNo")),
        ("order", {"buyerIdType": "2"}, ("payTransactionId",)),
        ("waybill", {"packNo": "2"}, ("billNo",)),
    ],
)
def test_a_document_that_the_port_refused_is_found_by_any_number_in_it(
    client: Client, begin: Begin, kind: str, changes: dict[str, str], names: tuple[str, ...]
) -> None:
    story = begin()
    trade = story.trade()
    story.send(trade, kind, **changes)
    for name in names:
        number = trade.document(kind).head[name]
        answer = client.get(f"/declarations/{number}?wait_for=-999999&timeout=1", X_Sandbox=story.sandbox).json
        assert [document["kind"] for document in answer["undeclared"]] == [kind], name


def test_a_list_that_was_staged_and_then_declared_is_not_undeclared(client: Client, begin: Begin) -> None:
    story = begin()
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    story.send(trade, "inventory", appStatus="1")
    story.send(trade, "inventory", appTime="20991231235959", guid="B" * 36)
    answer = client.get(f"/declarations/{trade.id}?wait_for=800&timeout=30", X_Sandbox=story.sandbox).json
    assert answer["declarations"][0]["state"] == "released" and answer["undeclared"] == []
    assert client.get(f"/stories/{trade.id}", X_Sandbox=story.sandbox).json["declaration"]["undeclared"] == []
