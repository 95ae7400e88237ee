"""A reviewer determines the value of a list in price query: he works out the tax at his prices before he decides, and
the declarant reads method and price."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from single_window.store.tables import work_case
from tests.browser.conftest import Desks, in_sight
from tests.databases import fetch

pytestmark = pytest.mark.service
CODES = ("14024", "14025")


def queried(desks: Desks) -> list[int]:
    """The lists that wait because a price is queried."""
    case = work_case.c
    waiting = select(case.declaration_id).where(
        case.sandbox == "desks", case.waiting == 1, case.state == "in_review", case.reason.in_(CODES)
    )
    return sorted(fetch(desks.window.engine, waiting.order_by(case.declaration_id)).scalars())


def opened(desks: Desks, page: Page, number: int, language: str) -> str:
    address = f"{desks.url}/declarations/{number}?sandbox=desks&lang={language}"
    page.goto(address)
    return address


@pytest.mark.parametrize(("place", "language", "width"), [(0, "en", 1280), (1, "zh", 390)])
def test_the_tax_is_worked_out_before_it_is_decided(
    desks: Desks, browse: Callable[..., Page], place: int, language: str, width: int
) -> None:
    page = desks.sign_in(browse(width, bypass_csp=True), "reviewer")
    number = queried(desks)[place]
    address = opened(desks, page, number, language)
    page.keyboard.press("t")
    assert page.locator("input[name=armed]:checked").get_attribute("value") == "revalue"
    page.keyboard.press("3")  # similar goods
    expect(page.locator("select[name=method]:visible")).to_have_value("similar")
    if page.locator("[name^=price-]:visible").first.input_value() in {"", "0.00"}:
        page.locator("[name^=price-]:visible").first.fill("12.00")
    before = desks.decided_by("reviewer")
    with page.expect_navigation():
        page.locator("button[name=preview]:visible").click()
    table = page.locator(".worked:visible").inner_text()
    assert table.count(".") >= 9 and page.locator("[role=alert]:visible").count() == 0
    assert "类似货物成交价格估价方法" in page.locator(".armed:visible q").first.inner_text()
    assert desks.decided_by("reviewer") == before, "nothing is decided yet"
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("[name=reason]:visible").fill("同类商品成交价")
    in_sight(page)
    page.locator("[name^=then]:visible").uncheck()
    with page.expect_navigation():
        page.locator("button[value=revalue]:visible").last.click()
    page.goto(address)
    assert "类似货物成交价格估价方法" in page.inner_text("#receipts")
    assert any("核定完税价格，同类商品成交价" in told for told in desks.received())
    working = page.inner_text("table.steps")
    assert ("determined by customs" if language == "en" else "海关核定货值") in working
    page.emulate_media(media="print")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 2, "two sheets"


def test_a_price_that_is_none_is_told_at_once_and_what_was_typed_stays(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = desks.sign_in(browse(), "reviewer")
    opened(desks, page, queried(desks)[-1], "en")
    page.keyboard.press("t")
    page.locator("select[name=method]:visible").select_option("similar")
    page.locator("[name^=price-]:visible").first.fill("cheap")
    with page.expect_navigation():
        page.locator("button[name=preview]:visible").click()
    assert "“cheap” is no price" in page.locator("[role=alert]:visible").first.inner_text()
    assert page.locator("[name^=price-]:visible").first.input_value() == "cheap"
    assert page.locator(".worked").count() == 0


def test_the_page_of_a_price_query_is_light(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor")
    for number in queried(desks):
        opened(desks, page, number, "en")
        assert page.locator("#documents details").count() == 4, "no document is left out"
        assert page.evaluate("document.querySelectorAll('*').length") <= 1_500
        assert len(page.content().encode()) <= 60_000, number
