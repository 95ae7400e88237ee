"""The form of a refund: one of nothing is not offered as a refund."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import IN_FAVOUR, carry_out, chosen, typed

pytestmark = pytest.mark.service
NOTHING = {"en": "Nothing would be left to refund: refuse the claim", "zh": "核减后为0.00元，即不予退税"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_claim_whose_goods_all_came_back_is_not_offered_to_be_paid_with_nothing(
    desks: Desks, browse: Callable[..., Page], language: str
) -> None:
    page = desks.sign_in(browse(), "tax_officer", f"/review?sandbox=desks&lang={language}")
    amounts = []
    for address in [place.get_attribute("href") for place in page.locator("[data-open]").all()][:4]:
        page.goto(f"{desks.url}{address}")
        page.keyboard.press("p")
        amounts.append(page.locator("[name=amount]").input_value())
        told = page.locator("[data-nothing-left]")
        assert told.is_visible() == (amounts[-1] == "")
        assert amounts[-1] != "0.00" and (amounts[-1] or NOTHING[language] in told.inner_text())
    assert "" in amounts


def test_a_reduction_to_nothing_is_refused_in_words(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "tax_officer", "/review?sandbox=desks&lang=en")
    page.goto(f"{desks.url}{page.locator('[data-open]').first.get_attribute('href')}")
    page.keyboard.press("p")
    page.fill("[name=amount]", "0.00")
    page.fill(".armed:visible [name=reason]", "全部退回")
    in_sight(page)
    with page.expect_navigation():
        page.locator(".armed:visible button[value=reduce]").click()
    assert "where nothing is left, the claim is refused" in page.locator("[role=alert]:visible").inner_text()


def test_a_claim_that_is_decided_asks_its_officer_for_nothing_more(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "tax_officer", "/review?sandbox=desks&lang=en")
    address = f"{desks.url}{page.locator('[data-open]').last.get_attribute('href')}"
    page.goto(address)
    assert "reduce or refuse it, or say why" in page.inner_text("main")
    assert chosen(page, IN_FAVOUR) == "approve"
    typed(page, "复检合格")
    carry_out(page)
    page.goto(address)
    assert "reduce or refuse it, or say why" not in page.inner_text("main")
