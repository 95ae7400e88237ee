"""The public page of open data on a phone: it fits, its links suit a thumb, and it needs neither script nor sign-in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from simulators.entry.windows import SandboxClient, WindowClient
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario
from tests.browser.conftest import Desks

pytestmark = pytest.mark.service
THUMB = 44


@pytest.fixture(scope="module")
def published(desks: Desks) -> str:
    """The query of a sandbox in which a month is published."""
    scenario = read_scenario(shipped_scenarios()["month-of-one-merchant"])
    with ExitStack() as clients:

        def caller(sandbox: str, role: str) -> SandboxClient:
            person = WindowClient(desks.url, ":".join(desks.account(role)))
            return clients.enter_context(person).sandbox(sandbox)

        client = clients.enter_context(WindowClient(desks.url))
        played = play(client, scenario, keep=True, desks=caller)
    assert played.ok, played.mismatches
    return f"?sandbox={played.sandbox}"


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_fit_and_their_links_suit_a_thumb(
    desks: Desks, browse: Callable[..., Page], published: str, width: int, language: str
) -> None:
    page = browse(width, bypass_csp=True)
    for path in ("/open-data/", "/open-data/2026-10/1/"):
        page.goto(f"{desks.url}{path}{published}&lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert Axe().run(page).response["violations"] == []
        boxes = [link.bounding_box() for link in page.locator("main a").all()]
        assert len(boxes) > 6 and (width > 767 or all(box and box["height"] >= THUMB for box in boxes)), path
        assert width > 767 or not page.locator("thead", has=page.locator("th:text-is('Files')")).is_visible()


def test_a_month_wraps_nowhere_and_each_chapter_says_that_it_is_one(
    desks: Desks, browse: Callable[..., Page], published: str
) -> None:
    page = browse(390, java_script_enabled=False)
    page.goto(f"{desks.url}/open-data/2026-10/1/{published}&lang=en")
    month = page.locator("th a").bounding_box()
    assert month is not None and month["height"] < 2 * THUMB
    assert "chapter 96" in page.inner_text("main").lower()
