"""Proposals about lists at every desk that may see them, keys that are tapped, and the bar of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import AGAINST, IN_FAVOUR, carry_out, chosen, typed

pytestmark = pytest.mark.service
INSPECTIONS = "/review?sandbox=desks&lang=en&desk=inspection"
APPROVALS = "/review?sandbox=desks&lang=en&desk=approvals"
TAPS, PAUSE_MS = 20, 75


def proposed(desks: Desks, browse: Callable[..., Page]) -> Page:
    """The page of a list of which an inspector has just proposed that it is seized."""
    page = desks.sign_in(browse(), "inspector", INSPECTIONS)
    waiting = (
        page.locator("[data-row]")
        .filter(has_text="Chosen for inspection")
        .filter(has_text=re.compile(r"\d{4}\s*\d{4}\s*I"))
    )
    place = waiting.first.locator("[data-open]").get_attribute("href")
    propose(page, f"{desks.url}{place}")
    return page


def propose(page: Page, place: str) -> None:
    """Propose on the page of an inspection that its goods are seized."""
    page.goto(place.replace("/declarations/", "/inspections/"))
    page.locator("[data-all]").click()
    page.locator("label[for=act-detain_for_smuggling]").click()
    page.locator("[name^=reason]:visible").fill("contraband in the parcel")
    page.locator("[name^=then]:visible").uncheck()
    in_sight(page)
    with page.expect_navigation():
        page.locator("button[value=detain_for_smuggling]:visible").click()
    assert "Proposed; it is carried out once another officer has approved it" in page.inner_text("main")


@pytest.mark.parametrize(
    "settled", ["approve", *(pytest.param(act, marks=pytest.mark.long) for act in ("decline", "withdraw"))]
)
def test_a_seizure_is_proposed_seen_by_all_and_settled(desks: Desks, browse: Callable[..., Page], settled: str) -> None:
    author = proposed(desks, browse)
    case = author.url.partition("?")[0]
    for role in ("supervisor", "auditor", "guest"):
        page = browse()
        if role == "guest":
            page.goto(f"{desks.url}{APPROVALS}")
        else:
            desks.sign_in(page, role, APPROVALS)
        row = page.locator(f"[data-row]:has(a[href^='{case.removeprefix(desks.url)}?'])")
        assert row.count() == 1, role
        told = row.locator("p").first.inner_text()
        assert "proposes: " in told and "contraband in the parcel" in told, "what is proposed, and why"
        page.goto(f"{case}?sandbox=desks&lang=en")
        assert "Decision that waits for approval" in page.inner_text("main") or page.locator(".bar").count(), role
        offered = page.locator("button[value=approve]").count()
        assert offered == (role == "supervisor"), role
        if role == "supervisor":
            second = page
            page.goto(f"{desks.url}/home?sandbox=desks&lang=en")
            assert "Customs approvals" in page.locator(".kpis li").first.inner_text(), "what waits for him alone"
            page.goto(f"{case}?sandbox=desks&lang=en")
    acting = author if settled == "withdraw" else second
    acting.goto(f"{case}?sandbox=desks&lang=en")
    act = "approve" if settled == "approve" else "decline"
    acting.locator(f"label[for=act-{act}-proposal]").click()
    if settled == "decline":
        acting.locator("[name=reason]:visible").fill("no proof")
    in_sight(acting)
    acting.locator("[name=then]:visible").uncheck()
    with acting.expect_navigation():
        acting.locator(f"button[value={act}]:visible").click()
    acting.goto(f"{case}?sandbox=desks&lang=en")
    assert ("detained" in acting.inner_text(".head")) == (settled == "approve")
    assert acting.locator("form[action*='/proposals/']").count() == 0


def test_one_that_is_declined_with_words_is_proposed_again_and_approved(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    author = proposed(desks, browse)
    case = f"{author.url.partition('?')[0]}?sandbox=desks&lang=en"
    second = desks.sign_in(browse(bypass_csp=True), "supervisor", APPROVALS)
    second.goto(case)
    seen = second.inner_text(".proposed")
    assert "a-inspector" in seen and "contraband in the parcel" in seen and "deadlines stand still" in seen
    assert second.locator(".proposed q[lang=zh-CN]").inner_text().count("contraband in the parcel") == 1
    assert "as declared" in second.inner_text(".found"), "the results of each line"
    assert Axe().run(second).response["violations"] == []
    assert chosen(second, AGAINST) == "decline"
    typed(second, "show me a photo")
    second.locator("[name=then]:visible").uncheck()
    carry_out(second)
    author.goto(case)
    assert "declined" in author.inner_text(".body") and "show me a photo" in author.inner_text(".body")
    author.goto(f"{desks.url}/my-decisions?sandbox=desks&lang=en")
    assert "show me a photo" in author.inner_text("main")
    propose(author, case)
    second.goto(case)
    assert "show me a photo" not in second.inner_text(".body")
    assert chosen(second, IN_FAVOUR) == "approve"
    second.locator("[name=then]:visible").uncheck()
    carry_out(second)
    second.goto(case)
    assert "detained" in second.inner_text(".head") and second.locator(".proposed").count() == 0


def test_a_key_that_is_tapped_again_and_again_decides_nothing_unread(desks: Desks, browse: Callable[..., Page]) -> None:
    """Time passes on the page by hand, however long a tap takes here."""
    page = browse()
    page.add_init_script("window.passed = 0; performance.now = () => window.passed")
    desks.sign_in(page, "registrar")
    with page.expect_navigation():
        page.keyboard.press("n")
    before, shown = desks.decided_by("registrar"), page.url
    chosen(page, IN_FAVOUR)
    for _ in range(TAPS):
        page.evaluate(f"window.passed += {PAUSE_MS}")
        page.keyboard.press("Enter")
    assert (page.url, desks.decided_by("registrar")) == (shown, before) and page.locator("#too-soon").is_visible()
    page.evaluate("window.passed += Number(document.body.dataset.decideAfter)")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert desks.decided_by("registrar") == before + 1


def test_the_bar_of_a_phone_covers_no_goods(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(390), "inspector", INSPECTIONS)
    page.goto(f"{desks.url}{page.locator('[data-open]').first.get_attribute('href')}")
    page.mouse.wheel(0, 100_000)
    page.wait_for_function("scrollY + innerHeight >= document.documentElement.scrollHeight - 1")
    goods = page.locator("fieldset.goods").last.bounding_box()
    bar = page.locator(".bar").first.bounding_box()
    assert goods is not None and bar is not None and bar["y"] >= goods["y"] + goods["height"]
