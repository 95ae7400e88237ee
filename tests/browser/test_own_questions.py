"""Ticked cases that wait for different things are asked together: each declarant about what his own case waits for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desks
from tests.browser.deciding import carry_out

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
OWN = "Each the question about what it waits for"
CHOSEN = ".bulk .acts > div:has(> input:checked)"
SHORT, CODE, DEAR = "the guarantee has", "looks shortened", ", asked below"
ASKED = {CODE: "不足十位，请补全商品编码并说明归类依据", DEAR: "请提供发票、付款凭证或促销规则"}
"""Words of a row → the end of the prepared question about what it waits for; none is about a short guarantee."""


def ticked(desks: Desks, page: Page, *words: str) -> Page:
    """The queue of the review desk with the first row ticked that has each of some words, and the act of asking."""
    desks.sign_in(page, "reviewer", REVIEW)
    for said in words:
        page.locator("li[data-row]", has_text=said).locator("[name=case]:not(:checked)").first.check()
    page.keyboard.press("Escape")
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_each_row_says_what_its_own_declarant_is_asked(desks: Desks, browse: Callable[..., Page], width: int) -> None:
    page = ticked(desks, browse(width, bypass_csp=True), *ASKED, SHORT)
    page.keyboard.press("a")
    page.keyboard.press("1")
    assert page.locator(f"{CHOSEN} .questions li:has(:checked)").inner_text().endswith(OWN)
    for said, asked in ASKED.items():
        row = page.locator("li[data-row]:has(:checked)", has_text=said)
        expect(row.locator(".row-reads q")).to_contain_text(asked)
        expect(row.locator(".row-reads q")).to_contain_text("逾期按现有材料办理")
    kept_out = page.locator("[data-groups] li", has_text="no prepared question fits")
    assert kept_out.count() == 1 and not page.locator("li[data-row]:has(:checked)", has_text=SHORT).locator("q").count()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(page).response["violations"] == []
    assert page.locator(f"{CHOSEN} q").inner_text() == "2 × 挂起，…"
    button = page.locator(".shared button").bounding_box()
    assert width < 1280 or (button is not None and button["y"] + button["height"] <= 800)
    page.keyboard.press("0")
    page.keyboard.type("并附照片")
    page.keyboard.press("Escape")
    assert page.locator("[data-groups]").is_hidden(), "what is typed is asked of all"
    assert page.locator(".row-reads").count() == 3


def test_each_declarant_reads_his_own_question(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(), *ASKED, SHORT)
    page.keyboard.press("a")
    page.keyboard.press("1")
    expect(page.locator(".row-reads q").nth(1)).to_contain_text("请")
    shown = page.locator(".row-reads q").all_inner_texts()
    assert len(shown) == 2 and not [read for read in shown if "{" in read or "…" in read]
    before = desks.received()
    carry_out(page)
    told = page.locator(".outcomes").inner_text()
    assert "2/3" in told and "1 × " in told
    assert page.locator("li[data-row]:has(:checked)", has_text="no prepared question fits why it waits").count() == 1
    after = desks.received()
    for read in shown:
        assert sum(read in words for words in after) == sum(read in words for words in before) + 1, read


def test_whoever_uses_no_script_asks_each_its_own(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(java_script_enabled=False), CODE)
    page.locator("label[for^=act-]", has_text="ask").first.click()
    page.locator(f"{CHOSEN} label", has_text=OWN).click()
    before = desks.received()
    with page.expect_navigation():
        page.locator(".shared button").click()
    assert "1/1" in page.locator(".outcomes").inner_text()
    assert sum(ASKED[CODE] in told for told in desks.received()) == sum(ASKED[CODE] in told for told in before) + 1


def test_a_claim_is_asked_about_what_its_page_says(desks: Desks, browse: Callable[..., Page]) -> None:
    """Why a claim waits stands in its last step, not with its case: that question comes first, with its numbers."""
    page = desks.sign_in(browse(), "tax_officer", "/review?sandbox=desks&lang=en&desk=refunds")
    page.locator("li[data-row] a[data-open]").first.click()
    page.wait_for_selector("main.case")
    page.keyboard.press("a")
    page.keyboard.press("1")
    assert "请企业说明:申报的货物" in page.locator(".acts > div:has(> input:checked) q").inner_text()
