"""The page of parked work as a browser uses it, without a script: look, mark, send again or dismiss."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from test_console_pages import Page, get
from werkzeug.test import TestResponse

from single_window.api import create_app
from single_window.cases.parked.pages import PAGE_SIZE
from single_window.intake.admission_queue import AdmissionQueue
from single_window.store.deliveries import file_deliveries
from single_window.store.engine import writing
from single_window.store.names import DISMISSED, PARKED
from single_window.store.numbering import ROWS
from single_window.store.parking import parked_deliveries
from single_window.store.tables import delivery
from single_window.wiring import Window
from tests.databases import carry_out, kept_open, read_by, window_in
from tests.officers import Browser, signed_in

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def browser(window: Window) -> Browser:
    made = create_app(window, admission=AdmissionQueue(window)).test_client()
    return signed_in(made, window, "admin", "administrator")


@pytest.fixture
def park(window: Window) -> Iterator[Callable[[int], list[int]]]:
    """`park(3)` parks so many deliveries; they are gone after the test."""

    def parked(count: int) -> list[int]:
        window.numbering.ensure(ROWS, "row", count)
        ids = window.numbering.take(ROWS, "row", count)
        with writing(window.engine) as connection:
            file_deliveries(
                connection, [(number, "main", "customs", "import.order", 0, "[]", 1, PARKED, 0, 1) for number in ids]
            )
            connection.execute(delivery.update().values(reason=f"ValueError: {HOSTILE}", traceback="Traceback …"))
        return ids

    yield parked
    carry_out(window.engine, delete(delivery))


def send(browser: Browser, query: str = "?lang=en", **fields: Any) -> TestResponse:
    return browser.post(f"/parked{query}", data=fields)


def ids_in(window: Window, *states: str) -> list[int]:
    return sorted(parked.id for parked in read_by(window.engine, parked_deliveries, "main", states))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", ["", "&state=dismissed", "&state=nonsense", "&before=7", "&before=-1", "&before=x"])
def test_the_page_is_well_formed_in_both_languages_with_and_without_work(
    browser: Browser, park: Any, language: str, state: str
) -> None:
    get(browser, f"/parked?lang={language}{state}")
    park(3)
    page = get(browser, f"/parked?lang={language}{state}")
    assert ("异常报文" in page.text) == (language == "zh")


def test_why_it_failed_is_text_and_each_delivery_can_be_marked(browser: Browser, park: Any) -> None:
    ids = park(2)
    page = get(browser, "/parked?lang=en")
    assert page.text.count(HOSTILE) == 2 and all(str(number) in page.text for number in ids)
    source = browser.get("/parked").text
    assert re.findall(r'name="id" value="(\d+)"', source) == [str(number) for number in ids[::-1]]
    assert source.index('value="dismiss"') < source.index('value="retry"'), "Enter presses the first button"


def test_what_is_marked_is_sent_again_and_the_page_says_how_many(browser: Browser, park: Any, window: Window) -> None:
    first, two, three = park(3)
    answer = send(browser, id=[first, two], which="marked", act="retry")
    assert answer.status_code == 303 and "lang=en" in answer.location
    page = Page(browser.get(answer.location).text)
    assert "2 sent again" in " ".join(page.text.split()) and ids_in(window, PARKED) == [three]
    again = browser.get(send(browser, id=[first], which="marked", act="retry").location).text
    assert "1 unchanged" in " ".join(Page(again).text.split())


def test_all_that_is_parked_is_dismissed_with_a_reason_and_seen_among_the_dismissed(
    browser: Browser, park: Any, window: Window
) -> None:
    ids = park(3)
    send(browser, which="all", act="dismiss", reason=" sent by mistake ")
    assert ids_in(window, DISMISSED) == ids and ids_in(window, PARKED) == []
    page = get(browser, "/parked?lang=en&state=dismissed")
    assert page.text.count("sent by mistake") == 3 and "admin" in page.text
    send(browser, "?state=dismissed", id=ids[0], which="marked", act="retry")
    assert ids_in(window, DISMISSED) == ids[1:]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"which": "marked", "act": "retry"}, "Mark"),
        ({"which": "marked", "act": "retry", "id": "x"}, "Mark"),
        ({"which": "all", "act": "dismiss", "reason": " "}, "needs a reason"),
        ({"which": "all", "act": "drop"}, "Mark"),
        ({"which": "all"}, "Mark"),
        ({"which": "marked", "act": "retry", "id": "9" * 30}, "Mark"),
    ],
)
def test_a_form_that_lacks_something_is_shown_again_and_changes_nothing(
    browser: Browser, park: Any, window: Window, fields: dict[str, str], message: str
) -> None:
    ids = park(2)
    answer = send(browser, **fields)
    assert answer.status_code == 400 and message in Page(answer.text).text and ids_in(window, PARKED) == ids


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_site_sends_nothing_again(
    browser: Browser, park: Any, window: Window, headers: dict[str, str]
) -> None:
    ids = park(1)
    answer = browser.post("/parked", data={"which": "all", "act": "retry"}, headers=headers)
    assert answer.status_code == 403 and ids_in(window, PARKED) == ids


def test_many_are_shown_page_by_page(browser: Browser, park: Any) -> None:
    ids = park(PAGE_SIZE + 1)
    page = get(browser, "/parked?lang=en")
    (after,) = [link for link in page.links if "before=" in link]
    assert f"before={ids[1]}" in after and str(ids[0]) in get(browser, after).text


def test_an_unknown_sandbox_has_no_parking(browser: Browser, tmp_path: Path) -> None:
    get(browser, "/parked?sandbox=nobody", 404)
    assert send(browser, "?sandbox=nobody", which="all", act="retry").status_code == 404


def test_the_day_leads_to_what_is_parked(browser: Browser, park: Any) -> None:
    park(1)
    assert any(link.startswith("/parked") for link in get(browser, "/day?lang=en").links)
