"""The queue beside a case: the open case is in it and marked, wherever it stands, and whatever kind it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

from simulators.demo import OPTIONS
from simulators.desks import SANDBOX, leave_work
from simulators.entry import DEMO, FIRST_DAY, open_sandbox, settings_for
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.api.app import create_app
from single_window.cases.case_pages import page_of
from single_window.cases.queue_beside import BESIDE
from single_window.store import case_queue
from single_window.store.case_queue import QueuedCase, QueueFilter
from single_window.store.desks import desks
from single_window.store.engine import reading
from single_window.wiring import Window
from tests.officers import signed_in

ROLES = {"review": "reviewer", "inspection": "inspector", "refunds": "tax_officer", "exchange": "exchange_officer"}
OPEN = re.compile(r'<li data-row class="open" aria-current="true">.*?<a href="([^"]+)" data-open>', re.DOTALL)
MARKED = re.compile(r'<a href="[^"]*?(?:desk=(\w+))?"[^>]* aria-current="page"')
ROW = re.compile(r"<li data-row")


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    settings = settings_for(tmp_path_factory.mktemp("beside"), synchronous="NORMAL", readers=0)
    with open_sandbox(settings, DEMO, World(1), OPTIONS, FIRST_DAY) as session:
        leave_work(session, World(1), 1, 20, NoDisplay())
        yield session.window


def waiting_at(window: Window, desk: str) -> list[QueuedCase]:
    with reading(window.engine) as connection:
        return case_queue.page(connection, SANDBOX, QueueFilter(desks=[desk]), most=500)


def test_the_open_case_is_marked_in_the_queue_beside_it(window: Window) -> None:
    app = create_app(window)
    long = {desk for desk in ROLES if len(waiting_at(window, desk)) > BESIDE}
    assert long, "no desk has more cases than stand beside one"
    for desk, role in ROLES.items():
        browser = signed_in(app.test_client(), window, f"officer-{desk}", role)
        cases = waiting_at(window, desk)
        browser.get(f"/review?sandbox={SANDBOX}&desk={desk}")
        for case in (cases[0], cases[-1]):
            with app.test_request_context(f"/review?sandbox={SANDBOX}"):
                address = page_of(case)
            page = browser.get(address).text
            assert [unescape(at).partition("?")[0] for at in OPEN.findall(page)] == [address.partition("?")[0]], desk
            assert len(ROW.findall(page)) <= BESIDE
            assert MARKED.findall(page) == [desk], "the rail marks the desk, not the list of all such cases"
    assert set(ROLES) <= set(desks())


def test_a_group_that_goes_on_says_so(window: Window) -> None:
    browser = signed_in(create_app(window).test_client(), window, "officer-of-groups", "reviewer")
    cases = waiting_at(window, "review")
    assert len(cases) > BESIDE
    browser.get(f"/review?sandbox={SANDBOX}&desk=review")
    page = browser.get(f"/declarations/{cases[0].subject_id}?sandbox={SANDBOX}").text
    groups = re.findall(r'<h2 class="group"><span>[^<]*</span>\s*<span>(\d+\+?)</span>', page)
    assert [count.endswith("+") for count in groups] == [*[False] * (len(groups) - 1), True]
