"""Ticked cases that wait for different things: each gets the reason that fits why it waits, else it is kept out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks
from tests.browser.deciding import carry_out

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
OWN = "Each by what it waits for"
CHOSEN = ".bulk .acts > div:has(> input:checked)"
ALL_BACK = "All the goods of the claim came back"
SHORT, CODE, DEAR = "the guarantee has", "looks shortened", ", asked below"
FITTING = {SHORT: "税款担保不足或失效", CODE: "商品归类有误", DEAR: "申报价格不实"}
"""Words of a row → the prepared reason for a refusal that fits why it waits."""


def ticked(desks: Desks, page: Page, *words: str) -> Page:
    """The queue of the review desk with the first row ticked that has each of some words."""
    desks.sign_in(page, "reviewer", REVIEW)
    for said in words:
        page.locator("li[data-row]", has_text=said).locator("[name=case]:not(:checked)").first.check()
    page.keyboard.press("Escape")
    return page


def offered(page: Page) -> list[str]:
    """The prepared reasons of the chosen act in their order."""
    return [text.split("\n")[-1].strip() for text in page.locator(f"{CHOSEN} .reasons li:visible").all_inner_texts()]


def test_rows_that_wait_for_the_same_are_offered_its_reason_first(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(), CODE, CODE)
    page.keyboard.press("d")
    assert offered(page)[0] == "The goods are classified wrongly" and OWN not in offered(page)
    page.keyboard.press("1")
    assert "商品归类有误" in page.locator(f"{CHOSEN} q").inner_text()
    assert not page.locator(".row-reads").count(), "all read the same, which stands in the bar"


@pytest.mark.parametrize("width", [1280, 390])
def test_each_row_says_what_its_own_declarant_reads(desks: Desks, browse: Callable[..., Page], width: int) -> None:
    page = ticked(desks, browse(width, bypass_csp=True), *FITTING)
    page.keyboard.press("d")
    assert offered(page)[0] == OWN
    page.keyboard.press("1")
    for said, reason in FITTING.items():
        row = page.locator("li[data-row]:has(:checked)", has_text=said)
        assert row.locator(".row-reads q").inner_text() == f"人工退单，{reason}"
        assert f"1 × 人工退单，{reason}" in page.locator(f"{CHOSEN} q").inner_text()
    assert page.locator("[data-groups]").is_hidden(), "none is kept out"
    box = page.locator(".shared button").bounding_box()
    assert box is not None and box["y"] + box["height"] <= 800
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("2")
    assert not page.locator(".row-reads").count(), "one reason for all"


def test_each_declarant_reads_his_own(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(), *FITTING)
    page.keyboard.press("d")
    page.keyboard.press("1")
    shown = page.locator(".row-reads q").all_inner_texts()
    before = desks.received()
    carry_out(page)
    told = page.locator(".outcomes").inner_text()
    assert "3/3" in told and "carried out: The guarantee does not cover the tax" in told
    after = desks.received()
    for read in shown:
        assert sum(read in words for words in after) == sum(read in words for words in before) + 1, read


def test_whoever_uses_no_script_lets_each_have_its_own(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(java_script_enabled=False), SHORT, CODE)
    page.locator("label[for^=act-]", has_text="reject").first.click()
    page.locator(f"{CHOSEN} label", has_text=OWN).click()
    with page.expect_navigation():
        page.locator(".shared button").click()
    told = page.locator(".outcomes").inner_text()
    assert "The guarantee does not cover the tax" in told and "The goods are classified wrongly" in told


def test_what_is_true_of_few_cases_alone_is_offered_if_it_is_of_all_ticked_ones(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    """Why a claim waits stands in its last step, not with its case."""
    page = desks.sign_in(browse(), "tax_officer", "/review?sandbox=desks&lang=en&desk=refunds")
    rows = page.locator("li[data-row]", has_text="oods came back")
    for row in (all_back := rows.filter(has_text="All goods came back")).all():
        row.locator("[name=case]").check()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    assert offered(page)[0] == ALL_BACK
    page.keyboard.press("1")
    assert "已全部退运" in page.locator(f"{CHOSEN} q").inner_text()
    rows.filter(has_not=all_back.locator("*")).filter(has_not_text="All goods").first.locator("[name=case]").check()
    assert ALL_BACK not in offered(page) and "已全部退运" not in page.locator(f"{CHOSEN} q").inner_text()


def test_what_is_typed_is_read_by_those_that_no_reason_fits(desks: Desks, browse: Callable[..., Page]) -> None:
    page = ticked(desks, browse(), CODE, DEAR)
    page.keyboard.press("i")
    assert offered(page)[0] == OWN
    page.keyboard.press("1")
    assert "1 × 查验，价格异常" in page.locator(f"{CHOSEN} q").inner_text()
    page.keyboard.press("0")
    page.keyboard.type("见附件")
    page.keyboard.press("Escape")
    reads = page.locator(".row-reads q").all_inner_texts()
    assert sorted(reads) == sorted(["查验，价格异常; 见附件", "查验，见附件"])
