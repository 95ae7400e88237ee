"""An act that is not possible is greyed, with why it is missing and what would make it possible; for ticked rows it
says of each row why it stands in the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks
from tests.browser.test_approvals_shown import propose

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
INSPECTIONS = "/review?sandbox=desks&lang=en&desk=inspection"
SHORT, PRICED = "li[data-row]:has-text('the guarantee has')", "li[data-row]:has-text('asked below')"


def address(page: Page, row: str) -> str:
    return str(page.locator(f"{row} [data-open]").first.get_attribute("href"))


@pytest.mark.parametrize(
    ("language", "why", "where"),
    [
        ("en", "yuan left of the", "possible where customs queries a declared price"),
        ("zh", "担保企业追加担保", "仅在海关质疑申报价格时可办理"),
    ],
)
def test_a_short_guarantee_and_another_state_are_told_on_the_case(
    desks: Desks, browse: Callable[..., Page], language: str, why: str, where: str
) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "reviewer", REVIEW)
    page.goto(f"{desks.url}{address(page, SHORT)}".replace("lang=en", f"lang={language}"))
    said = page.locator(".bar p.why-off")
    assert said.count() == 1 and why in said.inner_text() and said.locator(".off kbd").inner_text() == "c"
    assert page.locator("input[data-key=c]").count() == 0, "no key chooses it"
    page.locator(".bar details.why-off summary").click()
    assert where in page.inner_text(".bar details.why-off")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_acts_of_a_case_that_another_holds_stay_in_sight(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "reviewer", REVIEW)
    with page.expect_navigation():
        page.keyboard.press("n")
    other = desks.sign_in(browse(), "supervisor", REVIEW)
    other.goto(page.url)
    assert other.locator(".bar .acts > .off").count() >= 3 and other.locator(".bar .armed").count() == 0
    assert "a-reviewer" in other.inner_text(".bar")


def test_ticked_rows_that_stand_in_the_way_are_named(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "supervisor", REVIEW)
    numbers = []
    for row in (SHORT, PRICED):
        page.locator(f"{row} [name=case]").first.check()
        numbers.append(page.locator(f"{row} .no").first.inner_text().replace(" ", ""))
    said = page.locator(".bulk .why-off:visible").all_inner_texts()
    (told,) = [text for text in said if text.startswith("conclude")]
    first, *lines = told.splitlines()
    assert "kept out" in first and [line.partition(": ")[0] for line in lines] == [numbers[0]]
    assert "its guarantee is too small" in lines[0]
    beneath = page.locator(f"{SHORT} .row-why:visible", has_text="conclude")
    assert beneath.count() == 1 and beneath.inner_text().startswith("conclude: its guarantee is too small")
    page.locator(f"{PRICED} [name=case]").first.uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    assert page.locator(".bulk .acts > div > input:checked").count() == 0, "none allows it: its key does nothing"
    assert Axe().run(page).response["violations"] == []
    page.locator(f"{PRICED} [name=case]").first.check()
    page.locator(f"{SHORT} [name=case]").first.uncheck()
    assert page.locator(".row-why").count() == 0
    assert not [text for text in page.locator(".bulk .why-off:visible").all_inner_texts() if "conclude" in text]


def test_cases_of_other_kinds_are_no_reason_of_an_act(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(), "supervisor", "/review?sandbox=desks&lang=en")
    page.locator("[data-row]").filter(has_text="Class B without a quota").first.locator("[name=case]").check()
    page.locator(f"{PRICED} [name=case]").first.check()
    assert "cases of different kinds are not decided together" in page.inner_text("[data-ticked]")
    assert page.locator(".bulk .why-off:visible").count() == 0 and page.locator(".row-why").count() == 0
    assert page.locator(".bulk .acts > div > input:enabled").count() == 0


def test_an_inspection_greys_the_acts_of_other_states(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "inspector", INSPECTIONS)
    page.goto(f"{desks.url}{opened(page)}")
    page.locator(".bar details.why-off summary").click()
    assert "release possible in: concluded" in page.inner_text(".bar details.why-off")
    assert Axe().run(page).response["violations"] == []
    page.locator("label[for=act-conclude]").click()
    assert not page.locator(".bar details.why-off").is_visible(), "the chosen act has the bar"


def test_while_a_proposal_waits_the_other_acts_are_greyed(desks: Desks, browse: Callable[..., Page]) -> None:
    author = desks.sign_in(browse(bypass_csp=True), "inspector", INSPECTIONS)
    place = opened(author)
    propose(author, f"{desks.url}{place}")
    for shown in (place, place.replace("/inspections/", "/declarations/")):
        author.goto(f"{desks.url}{shown}")
        told = author.locator(".bar p.why-off")
        assert told.count() == 1 and "a proposal waits: possible once it is settled or withdrawn" in told.inner_text()
        assert {"conclude", "send back"} <= set(told.locator(".off").all_inner_texts())
        assert author.locator("input[value=conclude]").count() == 0
        assert Axe().run(author).response["violations"] == []


def opened(page: Page) -> str:
    """The page on which the first inspection of an import in the queue is decided."""
    rows = page.locator("[data-row]").filter(has_text="Chosen for inspection")
    imports = rows.filter(has_text=re.compile(r"\d{4}\s*\d{4}\s*I"))
    return str(imports.first.locator("[data-open]").get_attribute("href")).replace("/declarations/", "/inspections/")


def test_the_law_stands_once_and_below_the_evidence(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(390, bypass_csp=True), "inspector", INSPECTIONS)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desks.url}{opened(page)}")
    goods, bar = page.locator("fieldset.goods legend").first.bounding_box(), page.locator(".bar").bounding_box()
    assert goods is not None and bar is not None and goods["y"] + 96 < bar["y"], "its name and first facts are seen"
    page.locator(".jump a[href='#laws']").click()
    law = page.locator("#laws .law")
    assert law.first.is_visible() and len(set(law.all_inner_texts())) == law.count() > 1
    assert Axe().run(page).response["violations"] == []
