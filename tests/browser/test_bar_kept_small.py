"""The decision bar with an act chosen: the case stays in sight above it, and its keys do what they name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from single_window.store.tables import work_case
from tests.browser.conftest import Desks
from tests.browser.deciding import ACTS, AGAINST, chosen, first_case, touch
from tests.databases import fetch

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
ASK = "a"
UNREADABLE, QUERIED = "14021", "14025"
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1440])
def test_half_of_the_screen_is_the_case_whatever_act_is_chosen(
    desks: Desks, browse: Callable[..., Page], width: int
) -> None:
    page = desks.sign_in(browse(width), "supervisor", REVIEW)
    page.goto(f"{desks.url}{page.locator('[data-open]').first.get_attribute('href')}")
    acts = page.locator(ACTS).count()
    assert acts > 1
    for place in range(acts):
        touch(page, ACTS, place)
        bar = page.locator(".bar").bounding_box()
        assert bar is not None and bar["height"] <= 400 and bar["y"] + bar["height"] <= 801
        assert page.evaluate(OVERFLOW) <= 0
        button = page.locator(".armed:visible button[name=act]").bounding_box()
        assert button is not None and bar["y"] <= button["y"] and button["y"] + button["height"] <= 801, "in sight"
    why = page.locator(".why .say").first
    why.scroll_into_view_if_needed()
    seen, bar = why.bounding_box(), page.locator(".bar").bounding_box()
    assert seen is not None and bar is not None and seen["y"] < bar["y"], "the reason is not under the bar"


PHONES = [(390, 844), (360, 740), (320, 700)]
ROLES = ("reviewer", "inspector", "tax_officer", "exchange_officer", "registrar")
CASES = 6
"""Cases of a role that are looked at, at most."""
BELOW = """() => [...document.querySelectorAll(".armed button")].filter((button) => {
  if (!button.offsetParent) return false;
  const [at, bar] = [button, document.querySelector(".bar")].map((each) => each.getBoundingClientRect());
  return at.top < bar.top || at.bottom > Math.min(bar.bottom, innerHeight) + 1;
}).map((button) => button.value)"""


READ_BELOW = """() => [...document.querySelectorAll(".bar .reads > p:first-of-type")].filter((told) => {
  const at = told.getClientRects()[0];
  if (!at) return false;
  const over = document.elementFromPoint(at.left + 4, at.top + at.height / 2);
  return !(over && told.contains(over));
}).length"""
"""Of what the declarant will be told by the chosen act, how much is not in sight."""


def waiting_for(desks: Desks, reason: str) -> list[str]:
    """The pages of lists in review for a reason."""
    case = work_case.c
    chosen = select(case.declaration_id).where(
        case.sandbox == "desks", case.waiting == 1, case.reason == reason, case.state == "in_review"
    )
    return [f"/declarations/{number}?sandbox=desks" for number in sorted(fetch(desks.window.engine, chosen).scalars())]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("width", "height"), PHONES)
def test_on_a_phone_the_button_of_every_act_is_in_sight_once_it_is_chosen(
    desks: Desks, browse: Callable[..., Page], role: str, width: int, height: int
) -> None:
    language = "zh" if width == 360 else "en"
    page = desks.sign_in(browse(width), role, f"/review?sandbox=desks&lang={language}")
    page.set_viewport_size({"width": width, "height": height})
    found = [str(link.get_attribute("href")) for link in page.locator("[data-open]").all()]
    if role == "reviewer":
        found = [*waiting_for(desks, UNREADABLE)[:2], *waiting_for(desks, QUERIED)[:2], *found]
    below = []
    for address in found[:: max(1, len(found) // CASES)] if role != "reviewer" else found[:CASES]:
        page.goto(f"{desks.url}{address}")
        for place in range(page.locator(ACTS).count()):
            touch(page, ACTS, place)
            below += [(address, act) for act in page.evaluate(BELOW)]
            below += [(address, "what is read") for _ in range(page.evaluate(READ_BELOW))]
            assert page.evaluate(OVERFLOW) <= 0, address
    assert below == []


@pytest.mark.parametrize("role", ["reviewer", "inspector"])
def test_what_is_read_of_many_questions_is_scrolled_by_whoever_uses_keys_too(
    desks: Desks, browse: Callable[..., Page], role: str
) -> None:
    page = first_case(desks, browse, role)
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press(ASK)
    for question in page.locator(".armed:visible .questions input").all():
        question.check()
    reads = page.locator(".armed:visible .reads")
    assert reads.evaluate("reads => reads.scrollHeight > reads.clientHeight")
    assert Axe().run(page).response["violations"] == []


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
