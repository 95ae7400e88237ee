"""The decision bar with an act chosen: the case stays in sight above it, and its keys do what they name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desks
from tests.browser.deciding import AGAINST, chosen, first_case

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
ASK = "a"
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1440])
def test_half_of_the_screen_is_the_case_whatever_act_is_chosen(
    desks: Desks, browse: Callable[..., Page], width: int
) -> None:
    page = desks.sign_in(browse(width), "supervisor", REVIEW)
    page.goto(f"{desks.url}{page.locator('[data-open]').first.get_attribute('href')}")
    acts = page.locator(".acts > div > label:visible").count()
    assert acts > 1
    for place in range(acts):
        page.locator(".acts > div > label:visible").nth(place).click()
        bar = page.locator(".bar").bounding_box()
        assert bar is not None and bar["height"] <= 400 and bar["y"] + bar["height"] <= 801
        assert page.evaluate(OVERFLOW) <= 0
        button = page.locator(".armed:visible button[name=act]").bounding_box()
        assert button is not None and bar["y"] <= button["y"] and button["y"] + button["height"] <= 801, "in sight"
    why = page.locator(".why .say").first
    why.scroll_into_view_if_needed()
    seen, bar = why.bounding_box(), page.locator(".bar").bounding_box()
    assert seen is not None and bar is not None and seen["y"] < bar["y"], "the reason is not under the bar"


def test_a_digit_in_the_empty_field_of_words_chooses_and_types_once_there_are_words(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = first_case(desks, browse, "reviewer")
    assert chosen(page, AGAINST) == "reject"
    field = page.locator(".armed:visible [name=reason]")
    for _ in range(2):
        page.keyboard.press("0")
    assert field.input_value() == "" and field.evaluate("field => field === document.activeElement")
    page.keyboard.press("2")
    assert field.input_value() == "" and page.locator(".armed:visible [name=chosen]").nth(1).is_checked()
    page.keyboard.type("See 12 and 3")
    assert field.input_value() == "See 12 and 3" and page.locator(".armed:visible [name=chosen]").nth(1).is_checked()
