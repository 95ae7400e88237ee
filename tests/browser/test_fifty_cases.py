"""Officers clear fifty mixed cases by keys alone, with three keystrokes at most for a plain decision."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import OFFICERS, WANTED, decided, first_case, plain_key, prepare

pytestmark = pytest.mark.service
PAGES = (
    "/",
    "/review",
    "/review?desk=refunds",
    "/declarations",
    "/batches",
    "/summaries",
    "/refunds",
    "/exchange",
    "/registrations",
    "/parked",
    "/channels",
    "/supervision",
    "/sign-in",
)


def test_a_reason_is_chosen_by_its_number_and_read_by_the_declarant(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor", "/review?sandbox=desks&lang=en&desk=review")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    case = page.url
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("?")
    page.keyboard.press("j")
    assert page.url == case, "a refusal needs its reason: nothing is sent"
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    in_sight(page)
    preview = page.locator("[data-act=reject]").text_content()
    assert preview == "[Code:1300;Desc:人工退单，申报价格不实 The declared price is not credible]"
    with page.expect_navigation():
        page.keyboard.press("j")
    assert page.url.partition("?")[0] != case.partition("?")[0], "the next case comes by itself"
    page.goto(case.replace("lang=en", "lang=zh"))
    assert preview in page.inner_text("main"), "the receipt reads as the page has shown before"
    with page.expect_navigation():
        page.keyboard.press("q")
    assert "/review" in page.url


def test_officers_decide_without_a_script_and_the_second_is_informed(desks: Desks, browse: Callable[..., Page]) -> None:
    first = desks.sign_in(browse(java_script_enabled=False), "reviewer", "/review?sandbox=desks&lang=en&desk=review")
    case = first.locator("[data-open]").last.get_attribute("href")
    second = desks.sign_in(browse(), "supervisor")
    for page in (first, second):
        page.goto(f"{desks.url}{case}")
        page.locator("[name=reason]").last.fill("agreed with the company")
        page.locator("[name=then]").last.uncheck()
        if page is second:
            in_sight(page)
    with first.expect_navigation():
        first.locator("button[value=reject]").last.click()
    assert "rejected" in first.inner_text("h1")
    with second.expect_navigation():
        second.locator("button[value=reject]").last.click()
    assert "rejected" in second.inner_text("h1") and second.locator("[role=alert]:visible").count() == 1


@pytest.mark.long
def test_a_held_or_doubled_key_decides_one_case_at_every_desk(desks: Desks, browse: Callable[..., Page]) -> None:
    for role, key in OFFICERS.items():
        page = first_case(desks, browse, role)
        assert "/review" not in page.url, role
        before = desks.decided_by(role)
        in_sight(page)
        plain = plain_key(page, key)
        prepare(page, plain, "复检合格")
        with page.expect_navigation():
            page.keyboard.down(plain)
        shown = page.url
        in_sight(page)
        for _ in range(20):
            page.keyboard.down(plain)
        page.keyboard.up(plain)
        page.keyboard.press("Escape")
        assert (page.url, desks.decided_by(role)) == (shown, before + 1), f"{role}: a held key decided again"


def test_a_second_press_on_the_page_that_came_just_now_decides_nothing(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = first_case(desks, browse, "exchange_officer")
    before = desks.decided_by("exchange_officer")
    page.evaluate("document.body.dataset.decideAfter")
    page.add_init_script("window.performance.now = () => 0")  # the next page has only just come, however long it takes
    in_sight(page)
    with page.expect_navigation():
        page.keyboard.press("a")
    shown = page.url
    page.keyboard.press(plain_key(page, "a"))
    assert page.locator("#too-soon").is_visible()
    page.locator("button[name=act]").first.click()
    assert (page.url, desks.decided_by("exchange_officer")) == (shown, before + 1)


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_without_scrolling_sideways(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    page = desks.sign_in(browse(width, color_scheme=scheme, bypass_csp=True), "supervisor")
    firsts = [
        page.locator(f"[data-open][href*='/{kind}/']").first.get_attribute("href")
        for kind in ("declarations", "exchange")
    ]
    wrong = []
    for path in (*PAGES, *firsts):
        page.goto(f"{desks.url}{path}{'&' if '?' in str(path) else '?'}sandbox=desks&lang=en")
        report = Axe().run(page)
        wrong += [
            f"{path}: {violation['id']}: {violation['nodes'][0]['html'][:160]}"
            for violation in report.response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{path}: wider than {width}")
    assert wrong == []


def test_cases_of_every_desk_are_decided_without_the_mouse(desks: Desks, browse: Callable[..., Page]) -> None:
    for role, key in OFFICERS.items():
        page = first_case(desks, browse, role)
        assert [decided(page, key) for _ in range(2) if "/review" not in page.url], role


@pytest.mark.long
def test_fifty_mixed_cases_are_cleared_without_the_mouse(desks: Desks, browse: Callable[..., Page]) -> None:
    cleared = 0
    for role, key in OFFICERS.items():
        page = first_case(desks, browse, role)
        while "/review" not in page.url:
            cleared += decided(page, key)
    assert cleared >= WANTED
