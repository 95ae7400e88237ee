"""Pages of cases as officers read them in a browser: the header, differences, limits, and pictures that were kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest import mark

from single_window_client import WindowClient
from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import AGAINST, chosen

pytestmark = [mark.service, mark.long]
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccfc0f01f00050001ff"
    "56c7b3a90000000049454e44ae426082"
)
"""A picture of one dot."""


def cases(page: Page, place: str) -> list[str]:
    """The addresses of the queue's cases of one kind."""
    found = [row.get_attribute("href") for row in page.locator(f"[data-open][href*='{place}']").all()]
    return [address for address in found if address]


def open_case(desks: Desks, page: Page, desk: str, place: str, holding: str = "body") -> Page:
    """Open the first case of a desk whose page has something."""
    desks.sign_in(page, "supervisor", f"/review?sandbox=desks&lang=en&desk={desk}")
    for address in cases(page, place):
        page.goto(f"{desks.url}{address}")
        if page.locator(holding).count():
            return page
    raise AssertionError(f"no case of {desk} has {holding}")


def test_the_head_of_a_list_has_goods_tax_and_grade_in_one_line_and_a_difference_in_words(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = open_case(desks, browse(), "review", "/declarations/", ".verdict")
    first = page.locator(".head .l2").first
    told = " ".join(first.inner_text().split())
    assert re.search(r"\bdutiable value [\d,.]+ Tax [\d,.]+ .*\((?:ordinary|certified|advanced)\)", told)
    assert first.bounding_box()["height"] < 60  # type: ignore[index]
    assert re.search(r"≠ [\d,.]+ too (?:much|little)", page.locator(".verdict").first.inner_text())
    assert not re.search("[一-鿿]", page.locator(".head .l2").nth(1).inner_text()), "the office has an English name"


def test_a_refund_is_no_tax_and_a_reduction_to_nothing_is_told_before_it_is_carried_out(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = open_case(desks, browse(), "refunds", "/refunds/", "#reduction")
    row = page.locator(".rows li.open .num").inner_text()
    assert ", refund " in row and "tax" not in row
    in_sight(page)
    page.keyboard.press("p")
    field, told = page.locator("[name=amount]"), page.locator("[data-nothing-left]")
    field.fill("12.50")
    expect(page.locator("[data-left]")).to_have_text("12.50")
    expect(told).to_be_hidden()
    field.fill("0.00")
    expect(told).to_be_visible()


def test_an_exchange_report_names_countries_and_companies(desks: Desks, browse: Callable[..., Page]) -> None:
    page = open_case(desks, browse(), "forex", "/exchange/", "#legs td")
    legs = page.locator("#legs").inner_text()
    assert re.search(r"(?:Japan|Australia|Germany|United States|France|Korea)", legs) and " USD" not in legs
    page.goto(f"{desks.url}/exchange?sandbox=desks&lang=en")
    assert re.search(r"青岛\S+ \w{10}", page.locator("tbody tr").first.inner_text())


def test_a_batch_in_review_has_limits_and_says_where_to_decide(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor", "/batches?sandbox=desks&lang=en")
    page.locator("tr", has_text="in review").locator("a").first.click()
    assert re.search(r"\d+ of 150,000 at most", page.locator("#facts").inner_text())
    assert "accepted" in page.locator("#facts").inner_text()
    assert page.get_by_text("decide its lists one by one").is_visible()
    page.get_by_text("Draw again").click()
    assert page.locator("#draw").is_visible()


def test_a_picture_that_was_kept_is_shown_small_and_a_text_is_only_saved(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = open_case(desks, browse(bypass_csp=True), "review", "/declarations/")
    for name, body, kind in (("dot.png", DOT, "image/png"), ("words.txt", b"words", "text/plain")):
        page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": body})
        page.click("#files button[type=submit]")
        page.wait_for_selector(f"#files th:has-text('{name}')")
    shown = page.locator("#files img")
    assert shown.count() == 1 and shown.get_attribute("alt") == "dot.png"
    shown.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#files img').naturalWidth === 1")


def test_a_second_officer_sees_what_a_company_applied_for_and_the_prepared_reasons(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = desks.sign_in(browse(), "supervisor", "/registrations?sandbox=desks&lang=en")
    number = page.locator("tbody tr th .codes").first.inner_text().strip()
    values = {"subject": "registration", "number": number, "choice": "refuse"}
    for role, subject, body in (
        ("registrar", f"registration/{number}", {"action": "refuse", "reason": "no licence"}),
        ("administrator", "quality_check", {"action": "mix_in", "reason": "an example", "values": values}),
    ):
        with WindowClient(desks.url, ":".join(desks.account(role))) as client:
            made = client.sandbox("desks").call("POST", f"/cases/{subject}/decisions", json=body)
    page.goto(f"{desks.url}/quality/{made['number']}?sandbox=desks&lang=en")
    assert "Net assets" in page.locator("#application").inner_text()
    assert "no licence" not in page.inner_text("main")
    assert chosen(page, AGAINST) == "refuse"
    armed = page.locator(".acts > div:has(> input:checked)")
    armed.locator(".reasons label", has_text="Documents are missing").click()
    armed.locator("[name=then]").uncheck()
    in_sight(page)
    armed.locator("button[name=act][value=check]").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("refuse · Documents are missing")


def test_the_queue_of_fifty_is_light(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor")
    assert page.locator("li[data-row]").count() == 50
    assert page.evaluate("document.querySelectorAll('*').length") <= 1_500
    assert len(page.request.get(page.url).body()) <= 58_000, "with room for longer names; the limit is 60,000"
