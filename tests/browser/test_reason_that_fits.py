"""The key 1 chooses the reason that fits why a case waits, for one case and for many; pages of evidence stay small."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Desks

SHORT = "14204"
"""The guarantee does not cover the tax."""
FITS, PRICE = "税款担保不足或失效", "申报价格不实"
MOST_BYTES = 60_000


def first_of(page: Page, desks: Desks, reason: str) -> None:
    """Open the first case that waits for a reason."""
    page.goto(f"{desks.url}/review?sandbox=desks&lang=en&reason={reason}")
    page.locator("[data-open]").first.click()
    page.wait_for_selector(".acts [data-key=d]", state="attached")


def test_the_first_reason_is_what_the_case_is_about(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "reviewer")
    for reason, said in ((SHORT, FITS), ("14025", PRICE)):
        first_of(page, desks, reason)
        page.keyboard.press("d")
        page.keyboard.press("1")
        reads = page.locator(".acts > div:has(> input:checked) .reads q").inner_text()
        assert said in reads, reason


def test_of_many_that_wait_for_a_reason_too(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "reviewer")
    page.goto(f"{desks.url}/review?sandbox=desks&lang=en&reason={SHORT}")
    page.keyboard.press("X")
    page.keyboard.press("d")
    page.keyboard.press("1")
    assert FITS in page.locator(".bulk .acts > div:has(> input:checked) .reads q").inner_text()


def test_a_claim_with_two_treatments_stays_small(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor")
    page.goto(f"{desks.url}/refunds?sandbox=desks&lang=en")
    addresses = page.locator("tbody [data-open]").evaluate_all("links => links.map(link => link.href)")
    assert addresses
    for address in dict.fromkeys(addresses):
        answer = page.goto(address)
        assert answer is not None and len(answer.body()) <= MOST_BYTES, address
