"""A case is put off by keys and taken up again, and handed to a supervisor, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from declarations.calendar import DAY, day_of
from tests.browser.conftest import Desks

pytestmark = pytest.mark.service
PUT_OFF = "/review?sandbox=desks&lang=en&view=put_off"


def opened(desks: Desks, page: Page) -> str:
    """Open the first free case of a reviewer; gives its address."""
    desks.account("supervisor")
    desks.sign_in(page, "reviewer", "/review?sandbox=desks&lang=en&view=free")
    page.locator("[data-open]").first.click()
    page.wait_for_selector("#hand-on")
    return page.url.partition("?")[0]


def test_a_case_is_put_off_by_keys_and_taken_up_again(desks: Desks, browse: Callable[..., Page]) -> None:
    page = browse()
    case = opened(desks, page)
    page.keyboard.press("s")
    page.keyboard.type(str(day_of(desks.window.now("desks") + 3 * DAY)))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not page.url.startswith(case)
    page.goto(f"{desks.url}{PUT_OFF}")
    with page.expect_navigation():
        page.locator("[data-open]").first.click()
    assert page.url.startswith(case)
    with page.expect_navigation():
        page.get_by_role("button", name="Take it up now").click()
    assert page.locator("button[value=let_go]").count() == 1
    page.keyboard.press("u")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"{desks.url}{PUT_OFF}")
    assert page.locator("[data-open]").count() == 0


def test_tapping_keys_hands_nothing_on(desks: Desks, browse: Callable[..., Page]) -> None:
    page = browse()
    case = opened(desks, page)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.keyboard.press("h")
    meant = "h (detain, stay in review, without a receipt)"
    assert page.inner_text("#nothing-here") == f"{meant}: not possible here; s puts the case off"
    for key in ("s", "Escape", "e", "Escape", "u", "v"):
        page.keyboard.press(key)
    assert (sent, page.url.partition("?")[0]) == ([], case)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_supervisor_gets_a_case_with_the_reason(desks: Desks, browse: Callable[..., Page], scripts: bool) -> None:
    page, why = browse(java_script_enabled=scripts), f"two invoices ({scripts})"
    case = opened(desks, page)
    page.fill("#escalate_why", why)
    with page.expect_navigation():
        page.locator("button[value=escalate]").click()
    assert "Handed to a-supervisor" in page.inner_text(".toast-told"), "the next page says who has it"
    supervisor = desks.sign_in(browse(), "supervisor", "/home?sandbox=desks&lang=en")
    with supervisor.expect_navigation():
        supervisor.locator("#alerts + ul li").filter(has_text=why).locator("a").click()
    assert supervisor.url.startswith(case) and why in supervisor.inner_text("#history")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_aside(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    page = browse(width=width, color_scheme=scheme)
    opened(desks, page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
