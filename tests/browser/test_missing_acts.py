"""An act that is not possible is greyed, with why it is missing and what would make it possible; for ticked rows it
names those that stand in the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
SHORT, PRICED = "li[data-row]:has-text('the guarantee has')", "li[data-row]:has-text('asked below')"


def address(page: Page, row: str) -> str:
    return str(page.locator(f"{row} [data-open]").first.get_attribute("href"))


@pytest.mark.parametrize(
    ("language", "why", "where"),
    [
        ("en", "yuan left of the", "possible where customs queries a declared price"),
        ("zh", "担保企业追加担保", "仅在海关质疑申报价格时可办理"),
    ],
)
def test_a_short_guarantee_and_another_state_are_told_on_the_case(
    desks: Desks, browse: Callable[..., Page], language: str, why: str, where: str
) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "reviewer", REVIEW)
    page.goto(f"{desks.url}{address(page, SHORT)}".replace("lang=en", f"lang={language}"))
    said = page.locator(".bar p.why-off")
    assert said.count() == 1 and why in said.inner_text() and said.locator(".off kbd").inner_text() == "c"
    assert page.locator("input[data-key=c]").count() == 0, "no key chooses it"
    page.locator(".bar details.why-off summary").click()
    assert where in page.inner_text(".bar details.why-off")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_acts_of_a_case_that_another_holds_stay_in_sight(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "reviewer", REVIEW)
    with page.expect_navigation():
        page.keyboard.press("n")
    other = desks.sign_in(browse(), "supervisor", REVIEW)
    other.goto(page.url)
    assert other.locator(".bar .acts > .off").count() >= 3 and other.locator(".bar .armed").count() == 0
    assert "a-reviewer" in other.inner_text(".bar")


def test_ticked_rows_that_stand_in_the_way_are_named(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "supervisor", REVIEW)
    numbers = []
    for row in (SHORT, PRICED):
        page.locator(f"{row} [name=case]").first.check()
        numbers.append(page.locator(f"{row} .no").first.inner_text().replace(" ", ""))
    said = page.locator(".bulk .why-off:visible").all_inner_texts()
    (told,) = [text for text in said if text.startswith("conclude")]
    assert numbers[0] in told and numbers[1] not in told and "untick" in told
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    assert page.locator(".bulk .acts > div > input:checked").count() == 0, "its key does nothing"
    assert Axe().run(page).response["violations"] == []
    page.locator(f"{SHORT} [name=case]").first.uncheck()
    assert not [text for text in page.locator(".bulk .why-off:visible").all_inner_texts() if "conclude" in text]
