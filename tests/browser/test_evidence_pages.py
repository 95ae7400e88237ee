"""What stands beside the documents of a case, in a browser: it fits, is accessible, and needs no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks

pytestmark = pytest.mark.service
CASE = "[data-open][href*='/declarations/']"


def open_full_case(desks: Desks, page: Page) -> None:
    """Open the first case of the queue that has a picture (a price beside those of others) and a masked number."""
    desks.sign_in(page, "supervisor")
    for address in [place.get_attribute("href") for place in page.locator(CASE).all()]:
        page.goto(f"{desks.url}{address}")
        if page.locator("svg[role=img]").count() and page.locator("button[form=reveal]").count():
            return
    raise AssertionError("no case of the queue has a picture and a masked number")


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("light", 1280),
        pytest.param("dark", 320, marks=pytest.mark.long),
        pytest.param("dark", 1280, marks=pytest.mark.long),
        pytest.param("light", 320, marks=pytest.mark.long),
    ],
)
def test_evidence_is_accessible_and_fits_with_every_document_open(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    page = browse(width, color_scheme=scheme, bypass_csp=True)
    open_full_case(desks, page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    wrong = [look(page, width)]
    page.locator("button[form=reveal]").first.click()
    page.wait_for_url("**/reveal**")
    wrong.append(look(page, width))
    page.locator("a[href*='/raw']").first.click()
    page.wait_for_url("**/raw**")
    wrong.append(look(page, width))
    assert wrong == [[], [], []]


@pytest.mark.parametrize("width", [1280, pytest.param(375, marks=pytest.mark.long)])
def test_the_documents_of_an_import_stand_side_by_side_without_a_script(
    desks: Desks, browse: Callable[..., Page], width: int
) -> None:
    page = desks.sign_in(browse(width, java_script_enabled=False), "reviewer", "/review?sandbox=desks&lang=en&flow=I")
    page.goto(f"{desks.url}{page.locator(CASE).first.get_attribute('href')}")
    assert page.get_by_text("Nothing differs").is_visible()
    number = page.locator(".evi tr", has_text="identity number").locator("td").first
    assert not number.is_visible(), "what agrees is folded"
    page.locator("details summary", has_text="All ").first.click()
    assert number.is_visible() and "****" in number.inner_text()


def look(page: Page, width: int) -> list[str]:
    """What is wrong with a page."""
    violations = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*violations, *([f"wider than {width}"] if wide else [])]


ORDERS = {
    "import": ["order", "payment", "waybill", "list"],
    "export": ["order", "collection", "waybill", "list"],
}


@pytest.mark.parametrize("flow", ["import", "export"])
def test_the_list_stands_behind_the_papers_that_it_is_held_against(
    desks: Desks, browse: Callable[..., Page], flow: str
) -> None:
    page = desks.sign_in(browse(), "supervisor", f"/review?sandbox=desks&lang=en&desk=review&flow={flow[0].upper()}")
    page.goto(f"{desks.url}{page.locator('[data-open]').first.get_attribute('href')}")
    for details in page.locator("#evidence details:not([open]) summary").all():
        details.click()
    head = page.locator("#evidence table.evi").first.locator("thead th").all_inner_texts()[1:]
    columns = [text.lower().split()[-1] for text in head]
    assert columns == [name for name in ORDERS[flow] if name in columns] and columns[-1] == "list"
    assert page.locator("#evidence table.evi").first.locator("tbody td").first.inner_text() != ""
