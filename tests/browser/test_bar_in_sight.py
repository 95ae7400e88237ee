"""All that belongs to a chosen act is in sight at once on a desk's screen, and with it the half of the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks
from tests.browser.test_value_determined import opened, queried

pytestmark = pytest.mark.service
HALF = 400
CONTROLS = ".armed:visible :is(input, select, textarea, button):visible"


def all_in_sight(page: Page) -> None:
    """Nothing of the bar is scrolled away, and each control lies within it and within what scrolls in it."""
    bar = page.locator(".bar").bounding_box()
    assert bar is not None and bar["height"] <= HALF
    assert page.locator(".bar").evaluate("bar => bar.scrollHeight <= bar.clientHeight")
    controls = page.locator(CONTROLS)
    assert controls.count() >= 3
    for place in range(controls.count()):
        box = controls.nth(place).bounding_box()
        assert box is not None and bar["y"] <= box["y"] and box["y"] + box["height"] <= 801, place
    cut = "parts => parts.filter(part => part.scrollHeight > part.clientHeight + 1).map(part => part.className)"
    assert page.locator(".armed:visible :is(.questions, .reads, .prices)").evaluate_all(cut) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_question_with_its_day_and_what_follows_from_silence(
    desks: Desks, browse: Callable[..., Page], language: str
) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "reviewer")
    opened(desks, page, queried(desks)[0], language)
    page.keyboard.press("a")
    page.keyboard.press("1")
    assert page.locator(".armed:visible [name=due]").input_value().startswith("20")
    assert page.locator(".armed:visible [name=silence]").count() == 2
    all_in_sight(page)
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_value_that_is_determined_with_the_tax_at_it(
    desks: Desks, browse: Callable[..., Page], language: str
) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "reviewer")
    opened(desks, page, queried(desks)[1], language)
    page.keyboard.press("t")
    page.locator("select[name=method]:visible").select_option("similar")
    page.locator("[name^=price-]:visible").first.fill("12.5")
    page.locator("[name=reason]:visible").fill("同类")
    read = page.locator(".armed:visible .reads").inner_text()
    all_in_sight(page)
    with page.expect_navigation():
        page.locator("button[name=preview]:visible").click()
    assert page.locator(".armed:visible .reads").inner_text() == read, "the server says what the page has said"
    assert "类似货物成交价格估价方法：第1项单价12.50元" in read
    meaning = (
        "customs determined the dutiable value: 同类; transaction value of similar goods: line 1 at 12.50 yuan a unit"
    )
    assert (meaning in read) == (language == "en")
    all_in_sight(page)
    assert page.locator(".armed:visible .worked td").count() >= 6
    assert Axe().run(page).response["violations"] == []
