"""The pages of exports: case with evidence, review queue of both flows, decisions, notes of transport."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from played_exports import NAMES, SANDBOX, PlayedExports, play
from sqlalchemy import select
from test_console_pages import Page, get

from single_window.api import create_app
from single_window.cases import stories
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.store.engine import reading, writing
from single_window.store.tables import declaration, request
from single_window.wiring import Window
from tests.tables import each

HERE = f"sandbox={SANDBOX}"


@pytest.fixture
def played(tmp_path_factory: pytest.TempPathFactory) -> PlayedExports:
    return play(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> PlayedExports:
    return play(tmp_path_factory.mktemp("data"))


def opened(played: PlayedExports) -> Window:
    return Window(Settings(data=played.data, readers=0))


@pytest.fixture(scope="module")
def window(shown: PlayedExports) -> Iterator[Window]:
    window = opened(shown)
    yield window
    window.close()


@pytest.fixture(scope="module")
def browser(window: Window) -> FlaskClient:
    return create_app(window, admission=AdmissionQueue(window)).test_client()


def list_id(window: Window, order_no: str) -> int:
    with reading(window.engine) as connection:
        return stories.of_order(connection, SANDBOX, order_no, flow="E").head.id


def case(browser: FlaskClient, window: Window, played: PlayedExports, name: str, language: str = "en") -> Page:
    return get(browser, f"/declarations/{list_id(window, played.sales[name].id)}?{HERE}&lang={language}")


@each("name", NAMES)
@each("language", ["zh", "en"])
def test_an_export_has_a_page_with_its_evidence(
    browser: FlaskClient, window: Window, shown: PlayedExports, name: str, language: str
) -> None:
    page = case(browser, window, shown, name, language)
    assert ("单证比对" in page.text) == (language == "zh") and ("Documents compared" in page.text) == (language == "en")
    assert shown.sales[name].waybill in page.text
    assert ("≠" in page.text) == (name == "rejected")
    assert ("Export" if language == "en" else "出口") in page.text.replace("export list", "Export")


def test_the_page_offers_what_a_receipt_can_say(
    browser: FlaskClient, window: Window, shown: PlayedExports
) -> None:
    number = list_id(window, shown.sales["reviewed"].id)
    source = browser.get(f"/declarations/{number}?{HERE}&lang=en").text
    offered = set(re.findall(r'name="act" value="(\w+)"', source))
    assert offered == {"reject", "inspect", "conclude"}
    keys = re.findall(r'accesskey="(\w)"', source)
    assert len(keys) == len(set(keys)) and {"s", "c", "j", "i"} <= set(keys)
    assert "suspend" not in source


def test_the_queue_holds_both_flows_with_a_filter(browser: FlaskClient, shown: PlayedExports) -> None:
    page = get(browser, f"/review?{HERE}&lang=en")
    assert shown.sales["reviewed"].id in page.text and shown.sales["asked"].id in page.text
    assert re.search(r"import \(0\).*export \(2\)", page.text)
    assert shown.sales["reviewed"].id not in get(browser, f"/review?{HERE}&flow=I").text
    get(browser, f"/review?{HERE}&flow=E&after=99999999999999999999")


def test_the_queue_leads_to_every_request_that_waits(played: PlayedExports) -> None:
    window = opened(played)
    with writing(window.engine) as connection:
        one = connection.execute(select(request).where(request.c.kind == "export_refund",
                                                       request.c.state == "accepted")).first()
        assert one is not None
        connection.execute(request.insert(), [
            {**one._mapping, "id": one.id + 10_000 + number, "key": f"A|MORE{number:03d}"} for number in range(60)])
    browser = create_app(window, admission=AdmissionQueue(window)).test_client()
    place = f"/review?{HERE}&flow=E&lang=en"
    first, last = browser.get(place).text, one.id + 10_000 + 48
    second = browser.get(f"{place}&asked={last}").text
    window.close()
    assert re.search(rf"[?&;]asked={last}\b", first) and "MORE048" in first and "MORE049" not in first
    assert "MORE049" in second and "MORE059" in second and "MORE048" not in second
    assert "→" not in second.partition("MORE049")[2]


@each(("flow", "count"), [("I", 1), ("E", 7), ("", 8)])
def test_lists_are_filtered_by_flow_and_counted_by_it(
    browser: FlaskClient, window: Window, flow: str, count: int
) -> None:
    page = get(browser, f"/declarations?{HERE}&lang=en&flow={flow}")
    assert len({link for link in page.links if re.match(r"/declarations/\d", link)}) == count
    with reading(window.engine) as connection:
        counts = stories.counts(connection, SANDBOX, None)
    assert not flow or sum(counts.of_flow(flow).values()) == count
    day = get(browser, f"/?{HERE}&lang=en&day=all").text
    assert "Lists · import" in day and "Lists · export" in day


def test_a_number_of_both_flows_is_shown_as_two_things(browser: FlaskClient, shown: PlayedExports) -> None:
    page = get(browser, f"/declarations?{HERE}&lang=en&number={shown.shared}")
    assert re.search(r"import\s*orderNo", page.text) and re.search(r"export\s*orderNo", page.text)


@each(("number", "text"), [("YD2", "parts missing: 2, 3"), ("YD1", "1/1"), ("LJ1", "closed")])
@each("language", ["zh", "en"])
def test_a_note_has_a_page(browser: FlaskClient, number: str, text: str, language: str) -> None:
    page = get(browser, f"/declarations?{HERE}&lang={language}&number={number}")
    assert number in page.text and (language == "zh" or text in page.text)
    assert any(link.startswith("/declarations/") for link in page.links)


@each("path", ["/notes/999999", "/notes/99999999999999999999999"])
def test_a_note_that_is_not_there_is_a_page_too(browser: FlaskClient, path: str) -> None:
    get(browser, f"{path}?{HERE}", 404)


def state_of(window: Window, number: int) -> str:
    with reading(window.engine) as connection:
        return str(connection.execute(select(declaration.c.state).where(declaration.c.id == number)).scalar())


def test_an_officer_decides_on_the_page(played: PlayedExports) -> None:
    window = opened(played)
    browser = create_app(window, admission=AdmissionQueue(window)).test_client()
    number = list_id(window, played.sales["reviewed"].id)
    path = f"/declarations/{number}/decision?{HERE}&lang=en"
    late = browser.post(path, data={"act": "conclude", "state": "awaiting_arrival"})
    assert late.status_code == 409 and "Look again" in late.text
    blank = browser.post(path, data={"act": "reject", "state": "in_review", "reason": " "})
    assert blank.status_code == 400 and "needs a reason" in blank.text
    forbidden = browser.post(path, data={"act": "suspend", "state": "in_review", "reason": "x"})
    assert forbidden.status_code == 409 and "says 600" in forbidden.text
    assert state_of(window, number) == "in_review"
    done = browser.post(path, data={"act": "reject", "state": "in_review", "reason": "单证不实", "who": "王"})
    assert done.status_code == 303 and "filed=reject" in done.location
    assert "The decision is filed" in browser.get(done.location).text
    window.settle()
    page = Page(browser.get(f"/declarations/{number}?{HERE}&lang=zh").text)
    assert state_of(window, number) == "rejected" and "单证不实" in page.text and "王" in page.text
    assert browser.post(f"/declarations/0/decision?{HERE}", data={"act": "reject"}).status_code == 404
    window.close()


def test_a_return_of_an_export_is_decided_like_one_of_an_import(played: PlayedExports) -> None:
    window = opened(played)
    browser = create_app(window, admission=AdmissionQueue(window)).test_client()
    with reading(window.engine) as connection:
        asked, = [one for one in stories.find(connection, SANDBOX, played.refund_no) if one.what == "request"]
    source = browser.get(f"/declarations/{list_id(window, played.sales['asked'].id)}?{HERE}&lang=en").text
    assert f"/requests/{asked.id}/decision" in source
    path = f"/requests/{asked.id}/decision?{HERE}"
    done = browser.post(path, data={"act": "approve", "state": asked.state, "who": "王"})
    assert done.status_code == 303
    window.settle()
    with reading(window.engine) as connection:
        assert connection.execute(select(request.c.state).where(request.c.id == asked.id)).scalar() == "approved"
    again = browser.post(path, data={"act": "approve", "state": asked.state})
    assert again.status_code == 409
    assert browser.post(f"/requests/0/decision?{HERE}", data={"act": "approve"}).status_code == 404
    window.close()


def test_a_page_of_another_site_decides_nothing(browser: FlaskClient, window: Window, shown: PlayedExports) -> None:
    number = list_id(window, shown.sales["reviewed"].id)
    answer = browser.post(f"/declarations/{number}/decision?{HERE}", data={"act": "conclude"},
                          headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
