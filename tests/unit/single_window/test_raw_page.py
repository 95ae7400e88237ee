"""The page of a message's text: what is archived, opened, masked, cut where it is long."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pytest
from played_trades import HOSTILE, SANDBOX, Played, order_no, play
from sqlalchemy import delete, func, select, update
from test_console_pages import get

from schemas.envelope import Envelope, wrap
from schemas.packing import MESSAGES
from single_window.api import create_app
from single_window.cases.declarations import assembly
from single_window.cases.declarations.archived import MAX_CHARACTERS
from single_window.store.engine import writing
from single_window.store.tables import archive, document, message
from single_window.wiring import Window
from tests.databases import kept_open, read_by, window_in
from tests.officers import Browser, signed_in

NUMBER = "370202199001011234"
XML = f"<a><buyerIdNumber>{NUMBER}</buyerIdNumber></a>"


@pytest.fixture
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("data"))


@pytest.fixture
def window(played: Played) -> Iterator[Window]:
    yield from kept_open(window_in(played.data))


@pytest.fixture
def browser(window: Window) -> Browser:
    return signed_in(create_app(window).test_client(), window)


def archived(window: Window, body: bytes) -> str:
    """The address of the page of the newest message once it holds these bytes."""
    with writing(window.engine) as connection:
        number = connection.execute(select(func.max(message.c.id)).where(message.c.sandbox == SANDBOX)).scalar()
        connection.execute(update(archive).where(archive.c.message_id == number).values(body=MESSAGES.pack(body)))
    return f"/messages/{number}/raw?sandbox={SANDBOX}&lang=en"


def test_each_document_of_a_case_links_to_the_text_of_its_message(
    window: Window, browser: Browser, played: Played
) -> None:
    story = read_by(window.engine, assembly.of_order, SANDBOX, order_no(played.hostile))
    assert story.head is not None
    page = get(browser, f"/declarations/{story.head.id}?sandbox={SANDBOX}&lang=en")
    links = [link for link in page.links if "/raw?" in link]
    assert len(links) == len(story.documents) >= 4
    texts = [get(browser, link).text for link in links]
    assert any("<ceb:orderNo>" in text and escape(HOSTILE, quote=False) in text for text in texts)
    number = played.hostile.inventory.head["buyerIdNumber"]
    assert not any(number in text for text in texts) and any(number[:4] + "****" in text for text in texts)


def test_an_envelope_is_taken_off(window: Window, browser: Browser, played: Played) -> None:
    wrapped = wrap(
        Envelope("1", "DXPENT0000000001", ("DXPEDCCEB0000002",), "2026-11-20T12:00:00", "CEB621Message", played.invalid)
    )
    page = get(browser, archived(window, wrapped))
    assert "<ceb:gnum>one<" in page.text and "envelope of the transmission is taken off" in page.text


def test_of_an_envelope_that_cannot_be_opened_the_contents_are_left_out(window: Window, browser: Browser) -> None:
    page = get(browser, archived(window, b"<DxpMsg><Data>PGE+MzcwMjAy</Data>"))
    assert "<DxpMsg><Data>…</Data>" in page.text


def test_what_is_not_utf_8_is_shown_as_far_as_it_can_be_read(window: Window, browser: Browser) -> None:
    assert "3702****1234" in get(browser, archived(window, XML.encode("utf-16"))).text


def test_a_long_message_is_cut_and_the_page_says_where(window: Window, browser: Browser) -> None:
    long = get(browser, archived(window, b"<a>" + "汉".encode() * MAX_CHARACTERS + XML.encode()))
    assert long.text.count("汉") == MAX_CHARACTERS - len("<a>") and "the first 200,000 characters" in long.text
    assert "Cut here" not in get(browser, archived(window, b"x" * MAX_CHARACTERS)).text
    cut = get(browser, archived(window, b"x" * (MAX_CHARACTERS - 30) + XML.encode())).text
    assert NUMBER[:10] not in cut and "Cut here" in cut, "a number that is cut is masked, too"


def test_a_message_that_was_pruned_has_no_text_and_one_that_is_not_there_no_page(
    window: Window, browser: Browser
) -> None:
    address = archived(window, b"")
    with writing(window.engine) as connection:
        connection.execute(delete(archive))
        assert connection.execute(select(func.count()).select_from(document)).scalar()
    assert "pruned" in get(browser, address).text
    get(browser, f"/messages/999999/raw?sandbox={SANDBOX}", 404)
