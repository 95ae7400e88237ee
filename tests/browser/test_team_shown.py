"""A supervisor distributes what waits and marks an absence, an officer hands over, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from declarations.calendar import DAY, day_of
from tests.browser.conftest import Desks

pytestmark = pytest.mark.service
SUPERVISION, HOME = "/supervision?sandbox=desks&lang=en", "/home?sandbox=desks&lang=en"


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_waits_is_distributed_and_handed_over(desks: Desks, browse: Callable[..., Page], scripts: bool) -> None:
    name, _ = desks.account("reviewer")
    page = desks.sign_in(browse(java_script_enabled=scripts), "supervisor", SUPERVISION)
    page.select_option("#desk", "review")
    page.fill("#most", "3")
    press(page, "#distribute button")
    assert f"Distributed: {name} 3" in page.inner_text("#distribute")
    officer = desks.sign_in(browse(java_script_enabled=scripts), "reviewer", HOME)
    assert officer.locator("main [data-row]").count() >= 3
    assert not officer.locator("button[value=hand_over]").is_visible(), "the form is folded"
    officer.click("#away summary")
    press(officer, "button[value=hand_over]")
    assert "Handed over: 3" in officer.inner_text("#away")


def test_an_absence_is_marked_seen_and_cancelled(desks: Desks, browse: Callable[..., Page]) -> None:
    name, _ = desks.account("reviewer")
    now = desks.window.now("desks")
    first, last = str(day_of(now + 3 * DAY)), str(day_of(now + 5 * DAY))
    page = desks.sign_in(browse(), "supervisor", SUPERVISION)
    page.click("#away summary")
    page.select_option("#account", name)
    page.fill("#away-since", first)
    page.fill("#away-until", last)
    press(page, "button[value=mark]")
    officer = desks.sign_in(browse(width=390), "reviewer", HOME)
    assert f"{first} – {last}" in officer.inner_text("#away")
    press(officer, "button[value=end]")
    assert first not in officer.inner_text("#away")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
@pytest.mark.parametrize("path", [SUPERVISION, HOME])
def test_axe_finds_nothing_and_nothing_scrolls_aside(
    desks: Desks, browse: Callable[..., Page], path: str, width: int, scheme: str
) -> None:
    page = desks.sign_in(browse(width=width, color_scheme=scheme), "supervisor", path)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_an_auditor_keeps_and_checks_an_anchor_on_his_first_page(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    page = desks.sign_in(browse(width=width, color_scheme=scheme), "auditor", HOME)
    press(page, "button:text('Make an anchor')")
    assert "its head is kept as an anchor" in page.inner_text("#log") and "agrees" in page.inner_text(".kpis")
    tops = {tile.bounding_box()["y"] for tile in page.locator(".kpis li").all()}  # type: ignore[index]
    assert len(tops) == 1 or width < 992, "tiles in one row"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#anchor", page.inner_text("#log code.hash"))
    press(page, "button:text-is('Check')")
    assert "anchors that agree: 1" in page.inner_text("main")


@pytest.mark.parametrize("role", ["reviewer", "inspector", "registrar", "supervisor", "auditor"])
def test_the_rail_counts_what_its_links_list(desks: Desks, browse: Callable[..., Page], role: str) -> None:
    page = desks.sign_in(browse(), role, HOME)
    rail = page.locator(".rail a[href*='/review']:has(.n)")
    told = {str(each.get_attribute("href")): int(each.locator(".n").text_content() or "") for each in rail.all()}
    assert told
    for place, count in told.items():
        page.goto(f"{desks.url}{place}")
        listed = page.locator("main nav.views a[aria-current]").filter(has_text=re.compile(r"^All \d")).inner_text()
        assert listed == f"All {count}", place


def test_who_distributes_nothing_reads_why(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor", "/supervision?sandbox=desks&lang=en")
    page.locator("#distribute [name=company]").fill("no such company")
    press(page, "#distribute button")
    assert "Nothing was distributed" in page.inner_text("#distribute")
