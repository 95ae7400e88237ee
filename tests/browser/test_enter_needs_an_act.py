"""Enter carries out the act that was chosen, and nothing where none was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import AGAINST, IN_FAVOUR, carry_out, chosen, needs_reason

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"


@pytest.mark.parametrize("way", ["a click", "the keyboard"])
def test_enter_on_a_ticked_row_sends_nothing(desks: Desks, browse: Callable[..., Page], way: str) -> None:
    page = desks.sign_in(browse(), "reviewer", REVIEW)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    box = page.locator("li[data-row] [name=case]").first
    if way == "a click":
        box.click()
    else:
        box.focus()
        page.keyboard.press("Space")
    assert box.is_checked()
    page.keyboard.press("Enter")
    assert page.evaluate("document.title") and sent == [] and box.is_checked(), "the page is the same"


def test_enter_in_a_field_of_another_form_carries_no_act_out(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "reviewer", REVIEW)
    before = desks.decided_by("reviewer")
    page.locator("li[data-row] [name=case]").first.check()
    page.locator("details:has(#name) summary").click()
    page.keyboard.press("Escape")
    assert chosen(page, AGAINST).endswith("reject")
    page.locator(".armed:visible .reasons input").first.check()
    in_sight(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.fill("#name", "价格")
    with page.expect_navigation():
        page.press("#name", "Enter")
    assert [url.partition("?")[0] for url in sent] == [f"{desks.url}/review/filters"], "the view is saved"
    assert desks.decided_by("reviewer") == before and "价格" in page.inner_text(".filters")


def test_a_missing_reason_is_said_at_its_field_and_letters_stay_keys(desks: Desks, browse: Callable[..., Page]) -> None:
    """The claim whose goods all came back is approved with a reason only; the officer changes his mind."""
    page = desks.sign_in(browse(), "tax_officer", "/review?sandbox=desks&lang=en")
    page.goto(f"{desks.url}{page.locator('[data-open]').last.get_attribute('href')}")
    before = desks.decided_by("tax_officer")
    assert chosen(page, IN_FAVOUR) == "approve" and needs_reason(page)
    in_sight(page)
    page.keyboard.press("Enter")
    field = page.locator(".armed:visible [name^=reason]")
    assert page.locator("[role=alert]:visible").count() == 1 and desks.decided_by("tax_officer") == before
    assert "refused" in (field.get_attribute("aria-describedby") or "")
    assert page.evaluate("document.activeElement.type") == "radio"
    assert chosen(page, AGAINST) == "refuse" and field.count() <= 1
    page.keyboard.press("1")
    read = page.locator(".armed:visible q[data-reasoned]").inner_text()
    carry_out(page)
    assert page.locator("[role=alert]:visible").count() == 0 and desks.decided_by("tax_officer") == before + 1
    assert [text for text in desks.received() if read in text]


def test_enter_in_a_field_of_an_act_leaves_it_and_the_next_one_carries_out(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = desks.sign_in(browse(), "tax_officer", "/review?sandbox=desks&lang=en")
    page.goto(f"{desks.url}{page.locator('[data-open]').first.get_attribute('href')}")
    before = desks.decided_by("tax_officer")
    chosen(page, AGAINST)
    in_sight(page)
    page.keyboard.press("0")
    page.keyboard.type("单证不符")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "BODY" and desks.decided_by("tax_officer") == before
    carry_out(page)
    assert desks.decided_by("tax_officer") == before + 1


def test_a_case_without_a_queue_beside_it_has_the_width_of_the_page(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(1_280), "auditor", REVIEW)
    page.goto(f"{desks.url}{page.locator('[data-open]').first.get_attribute('href')}")
    case = page.locator("main").bounding_box()
    assert case is not None and case["width"] >= 640
