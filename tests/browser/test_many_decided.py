"""An officer decides many ticked cases at once: one field for the reason and one button serve all acts of the bar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"


def ticked(desks: Desks, page: Page, role: str, places: tuple[int, ...], key: str, review: str = REVIEW) -> Page:
    """The queue of the lists that wait for review, with ticked rows and an act chosen for them."""
    desks.sign_in(page, role, review)
    for place in places:
        page.locator("li[data-row] [name=case]").nth(place).check()
    page.keyboard.press("Escape")
    page.keyboard.press(key)
    return page


def outcome(page: Page) -> str:
    in_sight(page)
    with page.expect_navigation():
        page.locator(".shared button").click()
    return page.locator(".outcomes").inner_text()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_declarants_read_what_stands_in_the_bar(desks: Desks, browse: Callable[..., Page], width: int) -> None:
    page = ticked(desks, browse(width, bypass_csp=True), "reviewer", (0, 1), "d")
    assert page.locator(".shared button:visible, .shared input:visible").count() == 2, "nothing of a question"
    page.locator(".armed:visible .reasons label", has_text="price is not credible").click()
    page.locator("#reason").fill("同类商品")
    read = page.locator(".armed:visible q").inner_text()
    assert read.endswith("申报价格不实; 同类商品") or read.endswith("申报价格不实；同类商品")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "2/2" in outcome(page)
    assert sum(read in told for told in desks.received()) >= 2


def test_a_refusal_without_its_reason_is_not_sent(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(), "supervisor", (2,), "d")
    in_sight(page)
    before = desks.decided_by("supervisor")
    page.keyboard.press("Enter")
    assert page.locator("#reason-refused:visible").count() == 1 and desks.decided_by("supervisor") == before
    page.locator("#reason").fill("价格不实")
    assert "1/1" in outcome(page)


def test_many_are_asked_at_once_with_what_goes_with_a_question(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(), "supervisor", (0, 1), "a", f"{REVIEW}&reason=14204")  # the same is asked of both
    page.keyboard.press("1")
    page.locator(".shared [name=returns][value=message]").check()
    page.locator(".shared [name=silence][value=refuse]").check()
    page.keyboard.press("0")
    page.keyboard.type("请说明用途")
    read = page.locator(".armed:visible q").inner_text()
    assert "请说明用途" in read and "变更报文" in read and "逾期予以退单" in read
    assert "2/2" in outcome(page)
    assert any(read.partition("，")[2] in told for told in desks.received())


def test_many_are_decided_without_a_script(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(java_script_enabled=False), "supervisor", REVIEW)
    page.locator("li[data-row] [name=case]").nth(5).check()
    page.locator("label[for^=act-]", has_text="reject").first.click()
    page.locator("#reason").fill("材料不齐")
    with page.expect_navigation():
        page.locator(".shared button").click()
    assert "1/1" in page.locator(".outcomes").inner_text()
