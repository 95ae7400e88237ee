"""Identity numbers on pages: masked for everybody, shown to an officer who asks, who is named in the log."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from played_trades import SANDBOX, Played, order_no
from test_console_pages import Page, get

from single_window.api import create_app
from single_window.cases.declarations import assembly
from single_window.cases.declarations.parts import Story
from single_window.observe import logs
from single_window.wiring import Window
from tests.databases import kept_open, read_by, window_in
from tests.officers import Browser, signed_in
from tests.tables import each

HERE = f"sandbox={SANDBOX}&lang=en"


@pytest.fixture(scope="module")
def window(played: Played) -> Iterator[Window]:
    yield from kept_open(window_in(played.data))


@pytest.fixture(scope="module")
def app(window: Window) -> Flask:
    return create_app(window)


@pytest.fixture(scope="module")
def record(window: Window, played: Played) -> Story:
    return read_by(window.engine, assembly.of_order, SANDBOX, order_no(played.released))


@pytest.fixture(scope="module")
def number(played: Played) -> str:
    assert played.released.inventory is not None
    return played.released.inventory.head["buyerIdNumber"]


def revealed(browser: Browser, story: Story, kind: str = "order", **form: Any) -> tuple[Any, list[Any]]:
    """What the form of a document is answered, and what the log says."""
    paper = next(document for document in story.documents if document.kind == kind)
    stream, before, handlers = io.StringIO(), structlog.get_config(), logging.getLogger().handlers
    logs.configure(stream, logs.JSON, "info")
    try:
        answer = browser.post(f"/documents/{paper.id}/reveal?{HERE}", data=form)
    finally:
        structlog.configure(**before)
        logging.getLogger().handlers = handlers
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return answer, [line for line in lines if line["event"] == "officer.revealed"]


def test_a_case_page_masks_them_and_only_officers_get_a_button(
    app: Flask, window: Window, record: Story, number: str
) -> None:
    assert record.head is not None
    address = f"/declarations/{record.head.id}?{HERE}"
    guest = get(Browser(app.test_client()), address)  # type: ignore[arg-type]
    assert number not in guest.text and guest.text.count(f"{number[:4]}****{number[-4:]}") == 6, "papers and comparison"
    assert not [link for link in guest.links if "/reveal" in link]
    officer = signed_in(app.test_client(), window)
    assert len([link for link in get(officer, address).links if "/reveal" in link]) == 3  # type: ignore[arg-type]


def test_a_request_reveals_the_number_of_that_document_and_is_logged(
    app: Flask, window: Window, record: Story, number: str
) -> None:
    assert record.head is not None
    browser = signed_in(app.test_client(), window, "li", "reviewer")
    answer, lines = revealed(browser, record, list=record.head.id)
    page = Page(answer.text)
    assert (page.text.count(number), page.text.count(f"{number[:4]}****{number[-4:]}")) == (2, 4)
    paper = next(document for document in record.documents if document.kind == "order")
    (line,) = lines
    assert {name: line[name] for name in ("level", "by", "role", "sandbox", "document", "kind", "order")} == {
        "level": "info",
        "by": "li",
        "role": "reviewer",
        "sandbox": SANDBOX,
        "document": paper.id,
        "kind": "order",
        "order": record.order_no,
    }
    assert number not in json.dumps(line)
    assert answer.headers["Cache-Control"] == "no-store"


def test_from_the_page_of_a_message_it_leads_to_that_page(
    app: Flask, window: Window, record: Story, number: str
) -> None:
    browser = signed_in(app.test_client(), window)
    answer, lines = revealed(browser, record, "payment")
    assert answer.status_code == 200 and number in answer.text and len(lines) == 1
    paper = next(document for document in record.documents if document.kind == "payment")
    again = browser.get(f"/documents/{paper.id}/reveal?{HERE}")
    assert again.location == f"/messages/{paper.message_id}?{HERE}"
    assert number not in browser.get(again.location).text


@each(
    ("name", "role", "more"),
    [
        ("audit", "auditor", {}),
        ("grace", "registrar", {}),
        ("sun", "reviewer", {"office": "0100"}),
    ],
)
def test_who_lacks_the_right_or_is_of_another_office_sees_nothing(
    app: Flask, window: Window, record: Story, number: str, name: str, role: str, more: dict[str, str]
) -> None:
    answer, lines = revealed(signed_in(app.test_client(), window, name, role, **more), record)
    assert answer.status_code == 403 and number not in answer.text and lines == []


def test_a_form_without_its_token_shows_nothing(app: Flask, window: Window, record: Story, number: str) -> None:
    browser = signed_in(app.test_client(), window)
    answer = browser.client.post(f"/documents/{record.documents[0].id}/reveal?{HERE}")
    assert answer.status_code in {400, 403} and number not in answer.text


def test_a_document_that_is_not_there_has_no_page(app: Flask, window: Window) -> None:
    browser = signed_in(app.test_client(), window)
    assert browser.post("/documents/99999999999999999999/reveal", data={}).status_code == 404
    assert browser.get("/documents/1/reveal?sandbox=main").status_code == 404


def test_no_page_of_the_sandbox_shows_a_whole_number(app: Flask, window: Window, played: Played) -> None:
    browser = signed_in(app.test_client(), window, "audit", "auditor")
    for trade in (played.rejected, played.reviewed, played.refused, played.unregistered):
        document = trade.inventory or trade.order
        assert document is not None
        source = browser.client.get(f"/orders/{order_no(trade)}?{HERE}", follow_redirects=True).text
        for message in sorted(set(re.findall(r"/messages/\d+", source))):
            source += browser.get(f"{message}?{HERE}").text
        assert document.head["buyerIdNumber"] not in source
