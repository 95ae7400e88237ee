"""The pages of exports: case with evidence, review queue of both flows, decisions, notes of transport."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from played_exports import NAMES, SANDBOX, PlayedExports, play
from sqlalchemy import select
from test_console_pages import Page, get

from single_window.api import create_app
from single_window.cases.declarations import assembly, counting
from single_window.cases.declarations.matches import find
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.store.tables import declaration, request
from single_window.wiring import Window
from tests.databases import fetch, kept_open, read_by
from tests.officers import Browser, signed_in
from tests.tables import each

HERE = f"sandbox={SANDBOX}"


@pytest.fixture
def played(tmp_path_factory: pytest.TempPathFactory) -> PlayedExports:
    return play(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> PlayedExports:
    return play(tmp_path_factory.mktemp("data"))


def opened(played: PlayedExports) -> Window:
    return Window(Settings(data=played.data, readers=0, undo_seconds=0))


@pytest.fixture(scope="module")
def window(shown: PlayedExports) -> Iterator[Window]:
    yield from kept_open(opened(shown))


@pytest.fixture(scope="module")
def browser(window: Window) -> Browser:
    return signed_in(create_app(window, admission=AdmissionQueue(window)).test_client(), window)


def list_id(window: Window, order_no: str) -> int:
    return read_by(window.engine, assembly.of_order, SANDBOX, order_no, flow="E").head.id


def case(browser: Browser, window: Window, played: PlayedExports, name: str, language: str = "en") -> Page:
    return get(browser, f"/declarations/{list_id(window, played.sales[name].id)}?{HERE}&lang={language}")


@each("name", NAMES)
@each("language", ["zh", "en"])
def test_an_export_has_a_page_with_its_evidence(
    browser: Browser, window: Window, shown: PlayedExports, name: str, language: str
) -> None:
    page = case(browser, window, shown, name, language)
    assert ("单证比对" in page.text) == (language == "zh") and ("Documents compared" in page.text) == (language == "en")
    assert shown.sales[name].waybill in page.text
    assert ("≠" in page.text) == (name == "rejected")
    assert ("Export" if language == "en" else "出口") in page.text.replace("export list", "Export")


def test_the_page_offers_what_a_receipt_can_say(browser: Browser, window: Window, shown: PlayedExports) -> None:
    number = list_id(window, shown.sales["reviewed"].id)
    source = browser.get(f"/declarations/{number}?{HERE}&lang=en").text
    offered = set(re.findall(r'name="act" value="(\w+)"', source))
    assert offered == {"reject", "inspect", "conclude", "ask"}
    keys = re.findall(r'data-key="(.)"', source)
    assert sorted(keys) == ["a", "c", "d", "i"]
    assert "act-suspend" not in source


def test_the_queue_holds_both_flows_with_a_filter(browser: Browser, window: Window, shown: PlayedExports) -> None:
    page = get(browser, f"/review?{HERE}&lang=en")
    reviewed = list_id(window, shown.sales["reviewed"].id)
    assert any(f"/declarations/{reviewed}?" in link for link in page.links)
    assert "All 2" in page.text
    imports = get(browser, f"/review?{HERE}&flow=I")
    assert not any(f"/declarations/{reviewed}?" in link for link in imports.links)
    get(browser, f"/review?{HERE}&flow=E&after=99999999999999999999")


@each(("flow", "count"), [("I", 1), ("E", 7), ("", 8)])
def test_lists_are_filtered_by_flow_and_counted_by_it(browser: Browser, window: Window, flow: str, count: int) -> None:
    page = get(browser, f"/declarations?{HERE}&lang=en&flow={flow}")
    assert len({link for link in page.links if re.match(r"/declarations/\d", link)}) == count
    counts = read_by(window.engine, counting.count_day, SANDBOX, None)
    assert not flow or sum(counts.of_flow(flow).values()) == count
    day = get(browser, f"/?{HERE}&lang=en&day=all").text
    assert "Lists · import" in day and "Lists · export" in day


def test_a_number_of_both_flows_is_shown_as_two_things(browser: Browser, shown: PlayedExports) -> None:
    page = get(browser, f"/declarations?{HERE}&lang=en&number={shown.shared}")
    assert re.search(r"import\s*order number", page.text) and re.search(r"export\s*order number", page.text)


@each(("number", "text"), [("YD2", "parts missing: 2, 3"), ("YD1", "1/1"), ("LJ1", "closed")])
@each("language", ["zh", "en"])
def test_a_note_has_a_page(browser: Browser, number: str, text: str, language: str) -> None:
    page = get(browser, f"/declarations?{HERE}&lang={language}&number={number}")
    assert number in page.text and (language == "zh" or text in page.text)
    assert any(link.startswith("/declarations/") for link in page.links)


@each("path", ["/notes/999999", "/notes/99999999999999999999999"])
def test_a_note_that_is_not_there_is_a_page_too(browser: Browser, path: str) -> None:
    get(browser, f"{path}?{HERE}", 404)


def state_of(window: Window, number: int) -> str:
    return str(fetch(window.engine, select(declaration.c.state).where(declaration.c.id == number)).scalar())


def test_an_officer_decides_on_the_page(played: PlayedExports) -> None:
    window = opened(played)
    browser = signed_in(create_app(window, admission=AdmissionQueue(window)).test_client(), window)
    number = list_id(window, played.sales["reviewed"].id)
    path = f"/declarations/{number}/decision?{HERE}&lang=en"
    late = browser.post(path, data={"act": "conclude", "version": "99"})
    assert late.status_code == 409 and "Look again" in late.text
    blank = browser.post(path, data={"act": "reject", "reason": " ", "version": "0"})
    assert blank.status_code == 422 and "needs a reason" in blank.text
    forbidden = browser.post(path, data={"act": "suspend", "reason": "x", "version": "0"})
    assert forbidden.status_code == 422 and "says 600" in forbidden.text
    assert state_of(window, number) == "in_review"
    done = browser.post(path, data={"act": "reject", "reason": "单证不实", "version": "0"})
    assert done.status_code == 303 and "filed=reject" in done.location
    assert "The decision is filed" in browser.get(done.location).text
    window.settle()
    page = Page(browser.get(f"/declarations/{number}?{HERE}&lang=zh").text)
    assert state_of(window, number) == "rejected" and "单证不实" in page.text and "wang" in page.text
    assert browser.post(f"/declarations/0/decision?{HERE}", data={"act": "reject"}).status_code == 404
    window.close()


def test_a_return_of_an_export_is_decided_like_one_of_an_import(played: PlayedExports) -> None:
    window = opened(played)
    browser = signed_in(create_app(window, admission=AdmissionQueue(window)).test_client(), window)
    (match,) = [hit for hit in read_by(window.engine, find, SANDBOX, played.refund_no) if hit.category == "request"]
    source = browser.get(f"/declarations/{list_id(window, played.sales['asked'].id)}?{HERE}&lang=en").text
    assert f"/requests/{match.id}/decision" in source
    path = f"/requests/{match.id}/decision?{HERE}"
    done = browser.post(path, data={"act": "approve", "version": "0"})
    assert done.status_code == 303
    window.settle()
    assert fetch(window.engine, select(request.c.state).where(request.c.id == match.id)).scalar() == "approved"
    again = browser.post(path, data={"act": "approve", "version": "0"})
    assert again.status_code == 422
    assert browser.post(f"/requests/0/decision?{HERE}", data={"act": "approve", "version": "0"}).status_code == 404
    window.close()


def test_a_page_of_another_site_decides_nothing(browser: Browser, window: Window, shown: PlayedExports) -> None:
    number = list_id(window, shown.sales["reviewed"].id)
    answer = browser.post(
        f"/declarations/{number}/decision?{HERE}",
        data={"act": "conclude", "version": "0"},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
