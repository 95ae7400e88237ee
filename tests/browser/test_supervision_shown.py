"""A browser draws the plots of the page of supervision, in light and in dark, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks

pytestmark = pytest.mark.service
PAGE = "/supervision?sandbox=desks&lang=en"
INK = """async picture => {
  const canvas = document.createElement("canvas"); canvas.width = 640; canvas.height = 320;
  const context = canvas.getContext("2d"); context.drawImage(picture, 0, 0);
  const points = context.getImageData(0, 0, 640, 320).data; let lightest = 0, darkest = 255;
  for (let place = 0; place < points.length; place += 4) if (points[place + 3] == 255) {
    lightest = Math.max(lightest, points[place]); darkest = Math.min(darkest, points[place]); }
  return [darkest, lightest] }"""
"""The darkest and the lightest red of what is drawn in full."""


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(320, "dark", marks=pytest.mark.long)])
def test_the_page_is_accessible_and_its_plots_are_drawn(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    page = desks.sign_in(browse(width, color_scheme=scheme, bypass_csp=True), "supervisor", PAGE)
    assert [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
    ] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    pictures = page.locator("img.plot")
    assert pictures.count() == 1, "no picture of a table that stands beside it"
    for place in range(pictures.count()):
        darkest, lightest = pictures.nth(place).evaluate(INK)
        assert lightest > darkest, "nothing is drawn"
        assert darkest < 0x40 if scheme == "light" else lightest > 0xD0, "text stands out from the paper"


def test_the_pictures_need_no_script_and_obey_the_policy(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(java_script_enabled=False), "auditor", PAGE)
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    answer = page.goto(f"{desks.url}/supervision/hours.svg?sandbox=desks&lang=zh")
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml; charset=utf-8")
    assert messages == []


def test_the_backlog_fits_a_phone_with_all_its_numbers(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(390), "supervisor", PAGE)
    backlog = page.locator("main .wide").first
    assert backlog.evaluate("box => box.scrollWidth <= box.clientWidth"), "nothing scrolls inside its box"
    row = backlog.locator("tbody tr").first
    assert row.locator("td[data-of]:visible").count() == 5
    assert [row.locator("td[data-of]").nth(place).get_attribute("data-of") for place in (0, 4)] == [
        *backlog.locator("th:not(.by-age)").evaluate_all("all => [all[1].textContent, all[5].textContent]")
    ]


def test_ten_late_cases_stand_and_the_others_are_folded(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(390), "supervisor", PAGE)
    boxes = page.locator("form[action*='/supervision'] input[name=case]")
    assert boxes.count() > 10 and sum(box.is_visible() for box in boxes.all()) == 10
    assert len(page.content().encode()) <= 60_000, "fifty late cases with their sentences are light"
    page.locator("details.fold:has([name=case]) > summary").click()
    assert all(box.is_visible() for box in boxes.all()), "they are in the same form"


def test_a_row_without_goods_names_its_company(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "registrar", "/review?sandbox=desks&lang=en&desk=registrations")
    titles = page.locator("[data-open]").all_inner_texts()
    assert titles and len(set(titles)) == len(titles), "no two are alike"
    desks.sign_in(page, "supervisor", "/review?sandbox=desks&lang=en&desk=registrations")
    kinds = page.locator("[data-row] .firm").all_inner_texts()
    assert set(kinds) == {"Registration of a company"}, "whoever has several desks reads the kind beneath"


@pytest.mark.parametrize("height", [800, 600])
def test_the_places_of_the_rail_scroll_within_it_and_signing_out_stays_in_reach(
    desks: Desks, browse: Callable[..., Page], height: int
) -> None:
    page = desks.sign_in(browse(1280), "supervisor", PAGE)
    page.set_viewport_size({"width": 1280, "height": height})
    assert page.locator(".rail details.idle").count() == 2, "desks at which nothing waits are folded, and other lists"
    out, last = page.get_by_role("button", name="Sign out"), page.locator(".places > section > ul a").last
    box = out.bounding_box()
    assert box is not None and box["y"] + box["height"] <= height
    assert page.evaluate("document.querySelector('.rail').scrollHeight <= innerHeight")
    marked, places = page.locator(".places a[aria-current]").bounding_box(), page.locator(".places").bounding_box()
    assert (
        marked is not None and places is not None and places["y"] <= marked["y"] <= places["y"] + places["height"] - 20
    )
    last.scroll_into_view_if_needed()
    seen, who = last.bounding_box(), page.locator(".rail .who").bounding_box()
    assert seen is not None and who is not None and seen["y"] + seen["height"] <= who["y"] + 1
    assert page.evaluate("scrollY") == 0


def test_the_picture_stands_for_its_table_which_is_folded(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor", PAGE)
    numbers = page.get_by_role("region", name="Arrivals and decisions")
    assert page.locator("img.plot").is_visible() and numbers.count() == 0
    page.get_by_text("The same as numbers").click()
    assert numbers.is_visible()


def test_the_rail_marks_the_desk_of_a_waiting_case_however_it_was_reached(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = desks.sign_in(browse(), "reviewer", "/review?sandbox=desks&lang=en&desk=review")
    assert page.get_by_role("navigation", name="All desks").count() == 0, "they stand in the rail"
    place = page.locator("[data-open][href*='/declarations/']").first.get_attribute("href")
    page.goto(f"{desks.url}{str(place).partition('?')[0]}?sandbox=desks&lang=en")
    marked = [text.split()[0] for text in page.locator(".places a[aria-current]").all_inner_texts()]
    assert marked == ["Review"]
