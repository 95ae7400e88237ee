"""Officers clear fifty mixed cases by keys alone, with three keystrokes at most for a plain decision."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import (
    AGAINST,
    IN_FAVOUR,
    OFFICERS,
    WANTED,
    carry_out,
    chosen,
    decided,
    first_case,
    needs_reason,
    plain_key,
    typed,
)

pytestmark = pytest.mark.service
PAGES = (
    "/",
    "/home",
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
    page = desks.sign_in(browse(), "supervisor", "/review?sandbox=desks&lang=en&desk=review&reason=14204")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    case = page.url
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("?")
    assert chosen(page, AGAINST) == "reject"
    in_sight(page)
    page.keyboard.press("Enter")
    assert page.url == case, "a refusal needs its reason: nothing is sent"
    page.keyboard.press("1")
    read = page.locator(".acts > div:has(> input:checked) q").inner_text()
    assert read == "人工退单，税款担保不足或失效", "the reason that fits stands first"
    carry_out(page)
    assert page.url.partition("?")[0] != case.partition("?")[0], "the next case comes by itself"
    page.goto(case.replace("lang=en", "lang=zh"))
    assert f"Desc:{read}]" in page.inner_text("#receipts") or read in page.inner_text("#receipts"), (
        "the receipt reads as the page has shown before"
    )
    with page.expect_navigation():
        page.keyboard.press("q")
    assert "/review" in page.url


def test_a_letter_alone_sends_nothing_and_another_letter_puts_another_act_in_its_place(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = first_case(desks, browse, "reviewer")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    in_sight(page)
    for key in "cdiw.hbrpayzx1":
        page.keyboard.press(key)
    assert page.locator(".acts > div > input:checked").count() == 1 and "POST" not in sent
    page.keyboard.press("Escape")
    assert page.locator(".acts > div > input:checked").count() == 0
    page.keyboard.press("Control+c")
    page.keyboard.press("Enter")
    assert page.locator(".acts > div > input:checked").count() == 0 and "POST" not in sent


@pytest.mark.long
def test_no_page_has_two_acts_on_one_key_and_no_two_pages_two_keys_for_one_act(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    keys: dict[str, set[str]] = {}
    for role in OFFICERS:
        page = first_case(desks, browse, role)
        bar = page.locator(".acts > div > input[data-key]").all()
        named = [(radio.get_attribute("data-key"), radio.get_attribute("value")) for radio in bar]
        single = [key for key, _ in named if key != "."]
        assert len(single) == len(set(single)), f"{role}: {named}"
        for key, act in named:
            keys.setdefault(str(act), set()).add(str(key))
    assert {act: found for act, found in keys.items() if len(found) > 1} == {}


def test_officers_decide_without_a_script_and_the_second_is_informed(desks: Desks, browse: Callable[..., Page]) -> None:
    first = desks.sign_in(browse(java_script_enabled=False), "reviewer", "/review?sandbox=desks&lang=en&desk=review")
    case = first.locator("[data-open]").last.get_attribute("href")
    second = desks.sign_in(browse(), "supervisor")
    for page in (first, second):
        page.goto(f"{desks.url}{case}")
        page.locator("label[for^=act-reject]").last.click()
        page.locator("[name=reason]:visible").fill("agreed with the company")
        page.locator("[name=then]:visible").uncheck()
        if page is second:
            in_sight(page)
    for page in (first, second):
        with page.expect_navigation():
            page.locator("button[value=reject]:visible").click()
    assert "rejected" in first.inner_text(".head")
    assert "rejected" in second.inner_text(".head") and second.locator("[role=alert]:visible").count() == 1


@pytest.mark.long
def test_a_held_or_doubled_key_decides_one_case_at_every_desk(desks: Desks, browse: Callable[..., Page]) -> None:
    for role in OFFICERS:
        page = first_case(desks, browse, role)
        assert "/review" not in page.url, role
        before = desks.decided_by(role)
        if page.locator("[data-all]").count():
            page.keyboard.press("y")
        chosen(page, plain_key(page, IN_FAVOUR))
        if needs_reason(page):
            typed(page, "复检合格")
        in_sight(page)
        with page.expect_navigation():
            page.keyboard.down("Enter")
        shown = page.url
        in_sight(page)
        for _ in range(20):
            page.keyboard.down("Enter")
        page.keyboard.up("Enter")
        page.keyboard.press("Escape")
        assert (page.url, desks.decided_by(role)) == (shown, before + 1), f"{role}: a held key decided again"


def test_a_second_press_on_the_page_that_came_just_now_decides_nothing(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = first_case(desks, browse, "exchange_officer")
    before = desks.decided_by("exchange_officer")
    page.add_init_script("window.performance.now = () => 0")  # the next page has only just come, however long it takes
    chosen(page, IN_FAVOUR)
    carry_out(page)
    shown = page.url
    chosen(page, plain_key(page, IN_FAVOUR))
    if needs_reason(page):
        typed(page, "复检合格")
    page.keyboard.press("Enter")
    assert page.locator("#too-soon").is_visible()
    page.locator("button[name=act]:visible").first.click()
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


@pytest.mark.long
def test_cases_of_every_desk_are_decided_without_the_mouse(desks: Desks, browse: Callable[..., Page]) -> None:
    for role in OFFICERS:
        page = first_case(desks, browse, role)
        assert [decided(page) for _ in range(2) if "/review" not in page.url], role


@pytest.mark.long
def test_fifty_mixed_cases_are_cleared_without_the_mouse(desks: Desks, browse: Callable[..., Page]) -> None:
    cleared = 0
    for role in OFFICERS:
        page = first_case(desks, browse, role)
        while "/review" not in page.url:
            cleared += decided(page)
    assert cleared >= WANTED
