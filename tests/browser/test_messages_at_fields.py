"""What is lacking in a form is said at its field, in the language of the page and not of the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight

pytestmark = pytest.mark.service


@pytest.mark.parametrize(
    ("language", "day", "missing"),
    [("en", "A day is written as 2026-11-30.", "This is needed."), ("zh", "日期格式为2026-11-30。", "此项必填。")],
)
def test_a_field_says_what_it_lacks_in_the_language_of_the_page(
    desks: Desks, browse: Callable[..., Page], language: str, day: str, missing: str
) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "reviewer")
    page.locator("[data-open]").first.click()
    in_sight(page)
    page.goto(page.url.replace("lang=en", f"lang={language}"))
    for field, typed, said in (("#until", "tomorrow", day), ("#note", "", missing)):
        page.fill(field, typed)
        page.locator(f"form:has({field}) button").first.click()
        told = page.locator(f"{field}-refused")
        assert told.inner_text() == said and told.get_attribute("role") == "alert"
        assert page.locator(field).evaluate("field => field === document.activeElement")
        assert Axe().run(page).response["violations"] == []
        page.fill(field, "2027-02-03")
        assert told.count() == 0, "it is said until it is mended"
