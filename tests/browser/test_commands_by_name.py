"""Whatever can be done on a page is found by its name, in either language, with two keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desks, in_sight

pytestmark = pytest.mark.service
FOUND = "#commands-found li"


def ask(page: Page, words: str, first: str) -> None:
    """Open the menu and type, until the first that is found is this one."""
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    expect(page.locator(FOUND).first).to_contain_text(first)


@pytest.fixture
def case(desks: Desks, browse: Callable[..., Page]) -> Page:
    page = desks.sign_in(browse(bypass_csp=True), "reviewer")
    page.locator("[data-open]").first.click()
    in_sight(page)
    return page


@pytest.mark.parametrize("words", ["reject", "退单"])
def test_an_act_is_chosen_by_its_name_in_either_language_and_not_carried_out(
    desks: Desks, case: Page, words: str
) -> None:
    before = desks.decided_by("reviewer")
    ask(case, words, "reject")
    assert Axe().run(case).response["violations"] == []
    case.keyboard.press("Enter")
    assert case.locator("#act-reject").is_checked() and desks.decided_by("reviewer") == before


def test_a_page_a_case_and_a_number_are_found(case: Page) -> None:
    ask(case, "batches", "Batches")
    case.keyboard.press("ArrowDown")
    case.keyboard.press("ArrowUp")
    case.keyboard.press("Enter")
    case.wait_for_url("**/batches?**")
    ask(case, "no such thing", "find “no such thing”")
    case.keyboard.press("Enter")
    case.wait_for_url("**number=no+such+thing**")


def test_the_menu_is_left_as_it_was_found(case: Page) -> None:
    ask(case, "reject", "reject")
    case.keyboard.press("Escape")
    assert not case.locator("#commands").is_visible()
    assert not case.locator(".acts > div > input:checked").count()


def test_the_help_of_keys_has_those_of_this_page_and_is_seen_whole(case: Page) -> None:
    case.keyboard.press("?")
    told = case.locator("#keys li:visible").all_inner_texts()
    acts = [label.removeprefix(label[0]).strip() for label in case.locator(".acts > div > label").all_inner_texts()]
    assert set(acts) <= {line.removeprefix(line[0]).strip() for line in told}, (acts, told)
    assert not any("tick the row" in line or "all lines as declared" in line for line in told), told
    button = case.locator("#keys button").first.bounding_box()
    assert button is not None and button["y"] + button["height"] <= 800
    assert Axe().run(case).response["violations"] == []
    case.keyboard.press("Escape")
    assert not case.locator("#keys").is_visible()
