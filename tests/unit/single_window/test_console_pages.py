"""The pages as a browser gets them: well-formed, escaped, in both languages, with nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from played_trades import HOSTILE, SANDBOX, Played, order_no

from single_window.api import create_app
from single_window.cases.declarations import assembly
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.store.engine import reading
from single_window.wiring import Window
from tests.databases import kept_open
from tests.tables import each

VOID = {"meta", "link", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """Checks that elements nest, and gathers ids, links and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.links: list[str] = []
        self.elements: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        result = dict(attrs)
        self.elements.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if result.get("id"):
            self.ids.append(result["id"] or "")
        if result.get("for"):
            self.labels.append(result["for"] or "")
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action", "formaction"}]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def window(played: Played) -> Iterator[Window]:
    yield from kept_open(Window(Settings(data=played.data, readers=0)))


@pytest.fixture(scope="module")
def browser(window: Window) -> FlaskClient:
    app: Flask = create_app(window, admission=AdmissionQueue(window))
    return app.test_client()


OWN_SCRIPT = '<script src="/console/static/desk.js" defer></script>'


def get(browser: FlaskClient, path: str, status: int = 200, **headers: Any) -> Page:
    response = browser.get(path, headers=headers, follow_redirects=status == 200)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    page = Page(response.text)
    assert page.elements.count("script") == response.text.count(OWN_SCRIPT) == 1
    assert len(page.ids) == len(set(page.ids)) and set(page.labels) <= set(page.ids)
    assert all(link.startswith(("/", "#")) for link in page.links)
    assert page.links[4] == "#content" and "content" in page.ids
    return page


@pytest.fixture(scope="module")
def addresses(window: Window, played: Played) -> dict[str, str]:
    with reading(window.engine) as connection:
        result = {
            name: assembly.of_order(connection, SANDBOX, order_no(getattr(played, name)))
            for name in ("released", "rejected", "reviewed", "waiting", "hostile", "returned", "unregistered")
        }
    return {name: f"/declarations/{story.head.id}" for name, story in result.items() if story.head is not None}


@each("name", ["released", "rejected", "reviewed", "waiting", "hostile", "returned"])
@each("language", ["zh", "en"])
def test_a_list_has_a_page_in_both_languages(
    browser: FlaskClient, addresses: dict[str, str], name: str, language: str
) -> None:
    page = get(browser, f"{addresses[name]}?sandbox={SANDBOX}&lang={language}")
    assert ("时间线" in page.text) == (language == "zh") and ("Timeline" in page.text) == (language == "en")


@each(
    "path",
    [
        "/day",
        "/day?day=all",
        "/day?day=2026-11-20",
        "/day?day=nonsense",
        "/day?day=2026-11-01",
        "/declarations",
        "/declarations?state=released",
        "/declarations?number=nothing",
        "/declarations?before=1",
    ],
)
def test_every_page_is_well_formed(browser: FlaskClient, path: str) -> None:
    for sandbox in ("main", SANDBOX):
        get(browser, f"{path}{'&' if '?' in path else '?'}sandbox={sandbox}")


def test_the_day_counts_what_came(browser: FlaskClient) -> None:
    page = get(browser, f"/day?sandbox={SANDBOX}&lang=en")
    assert "2026-11-20" in page.text and "released" in page.text
    assert re.search(r"Cancellations and returns\s+\S.*accepted\s*1\b", page.text)


def test_a_hostile_name_is_text(browser: FlaskClient, addresses: dict[str, str]) -> None:
    page = get(browser, f"{addresses['hostile']}?sandbox={SANDBOX}")
    assert HOSTILE in page.text
    assert "<script>" in get(browser, "/declarations?number=<script>alert(1)</script>").text


def test_the_tax_working_stands_on_the_page(browser: FlaskClient, addresses: dict[str, str]) -> None:
    page = get(browser, f"{addresses['released']}?sandbox={SANDBOX}&lang=zh")
    assert re.search(r"增值税 = .* × 13% = ", page.text) and "财关税〔2018〕49号" in page.text


@each(("name", "warned"), [("unregistered", True), ("rejected", False)])
def test_a_warning_is_marked_as_one(browser: FlaskClient, addresses: dict[str, str], name: str, warned: bool) -> None:
    page = get(browser, f"{addresses[name]}?sandbox={SANDBOX}&lang=en")
    assert ("warning" in page.text) == warned


def test_a_number_leads_straight_to_its_list(browser: FlaskClient, played: Played, addresses: dict[str, str]) -> None:
    response = browser.get(
        f"/declarations?sandbox={SANDBOX}&lang=zh&number={played.released.waybill.head['logisticsNo']}"
    )
    assert response.status_code == 303
    assert response.location.startswith(addresses["released"]) and "lang=zh" in response.location


def test_an_order_without_a_list_has_a_page(browser: FlaskClient, played: Played) -> None:
    assert "-301008" in get(browser, f"/orders/{order_no(played.refused)}?sandbox={SANDBOX}").text


@each(
    "path",
    [
        "/declarations/999999",
        "/orders/nothing",
        "/messages/999999",
        "/?sandbox=nobody",
        "/declarations?sandbox=%3Cb%3E",
        "/declarations/99999999999999999999999",
    ],
)
def test_what_is_not_there_is_reported_on_a_page(browser: FlaskClient, path: str) -> None:
    assert "404" in get(browser, path, 404).text


def test_the_first_page_shows_where_something_came(browser: FlaskClient) -> None:
    away = browser.get("/?lang=zh")
    assert (away.status_code, away.location) == (303, "/?lang=zh&sandbox=story")
    assert browser.get("/?sandbox=main").status_code == 200


@each(
    ("header", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh", "zh-CN"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("en,zh;q=0.5", "en"),
    ],
)
def test_the_browsers_language_is_spoken(browser: FlaskClient, header: str, expected: str) -> None:
    response = browser.get("/?sandbox=story", headers={"Accept-Language": header})
    assert f'<html lang="{expected}">' in response.text
    assert "Accept-Language" in response.headers["Vary"]


def test_pages_allow_nothing_from_elsewhere(browser: FlaskClient) -> None:
    response = browser.get("/?sandbox=story")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert browser.get("/console/static/desk.css").mimetype == "text/css"


def test_the_pages_change_nothing(browser: FlaskClient) -> None:
    assert browser.post("/").status_code == 405 and browser.delete("/declarations/1").status_code == 405


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@each(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/messages/99999999999999999999999x", 404),
        ("POST", "/", 405),
        ("GET", "/?sandbox=a%00", 400),
        ("GET", "/?number=%00&lang=zh", 400),
    ],
)
def test_a_browser_gets_a_page_for_what_is_refused_and_a_program_json(
    browser: FlaskClient, method: str, path: str, status: int
) -> None:
    for language, lang in (("zh-CN", "zh-CN"), ("en", "en")):
        page = browser.open(path, method=method, headers={"Accept": BROWSER, "Accept-Language": language})
        assert (page.status_code, page.mimetype) == (status, "text/html")
        assert f'<html lang="{"zh-CN" if "lang=zh" in path else lang}">' in page.text
        assert str(status) in Page(page.text).text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for accept in ("application/json", "*/*", "application/json, text/html;q=0.5"):
        response = browser.open(path, method=method, headers={"Accept": accept})
        assert (response.status_code, response.mimetype) == (status, "application/problem+json")


def test_the_api_answers_a_browser_in_json(browser: FlaskClient) -> None:
    answer = browser.get("/api/v1/nothing", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@each(("day", "missing"), [("0001-01-01", "←"), ("9999-12-31", "→")])
def test_the_first_and_the_last_day_of_the_calendar_have_one_neighbour(
    browser: FlaskClient, day: str, missing: str
) -> None:
    links = re.search(r'<p class="days">.*?</p>', browser.get(f"/day?sandbox=story&day={day}").text, re.DOTALL)
    assert links and missing not in links[0] and links[0].count("day=") == 2
