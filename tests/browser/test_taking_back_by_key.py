"""What was decided a moment ago is taken back by one key, on whatever page the officer is by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Desks, in_sight, served_desks
from tests.browser.deciding import AGAINST, IN_FAVOUR, carry_out, chosen, typed
from tests.browser.test_approvals_shown import APPROVALS, proposed

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
LONGEST = 30
"""Seconds, so that a slow machine has time to take a decision back."""


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Desks]:
    """A window whose officers can take decisions back."""
    with served_desks(tmp_path_factory.mktemp("patient"), LONGEST) as made:
        yield made


def stands_again(page: Page) -> tuple[str, str, str]:
    """The chosen act, and its prepared and typed reason, as they stand on the page."""
    act = page.locator(".acts > div > input:checked")
    prepared = page.locator(".acts > div:has(> input:checked) .reasons input:checked").get_attribute("value") or ""
    return act.get_attribute("id") or "", prepared, page.locator("[name=reason]:visible").first.input_value()


def test_a_decision_is_taken_back_on_the_page_of_the_next_case(patient: Desks, browse: Callable[..., Page]) -> None:
    page = patient.sign_in(browse(bypass_csp=True), "reviewer", REVIEW)
    with page.expect_navigation():
        page.keyboard.press("n")
    case, number = page.url.partition("?")[0], page.inner_text(".head .no").replace(" ", "")
    assert chosen(page, AGAINST) == "reject"
    page.keyboard.press("1")
    typed(page, "单价")
    chose = stands_again(page)
    carry_out(page)
    assert page.url.partition("?")[0] != case, "the next case has come"
    assert "reject" in page.locator(".toast-undo").inner_text()
    assert number in page.locator(".toast-undo").inner_text(), "it names the case that it is about"
    assert Axe().run(page).response["violations"] == []
    with page.expect_navigation():
        page.keyboard.press("z")
    assert page.url.partition("?")[0] == case and "in review" in page.inner_text(".head")
    assert page.locator(".toast-undo").count() == 0
    told = page.locator(".toasts .toast-told")
    assert "Taken back: reject" in told.inner_text() and number in told.inner_text()
    assert told.is_visible() and Axe().run(page).response["violations"] == []
    assert page.locator(".acts > div > input:checked").count() == 0, "a stray Enter sends nothing"
    assert chosen(page, AGAINST) == "reject"
    assert stands_again(page) == chose and chose[2] == "单价", "what was chosen and typed stands in the form again"
    page.goto(f"{case}?sandbox=desks&lang=en")
    assert page.locator(".acts > div > input:checked").count() == 0, "and not on a page that is opened anew"
    patient.window.settle()
    assert not [words for words in patient.received() if "申报价格不实" in words], "nothing has left the house"


def test_decisions_about_ticked_cases_are_taken_back_together(patient: Desks, browse: Callable[..., Page]) -> None:
    page = patient.sign_in(browse(), "reviewer", REVIEW)
    before = page.locator("[data-row]").count()
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    assert "3" in page.inner_text("[data-count]")
    assert chosen(page, AGAINST) == "declaration.reject"
    page.keyboard.press("1")
    act, reason, _ = stands_again(page)
    carry_out(page)
    assert (
        "3 ×" in page.locator(".outcomes .chip.good").inner_text() and page.locator("[data-row]").count() == before - 3
    )
    with page.expect_navigation():
        page.keyboard.press("z")
    assert page.locator("[data-row]").count() == before
    assert page.locator("[name=case]:checked").count() == 3
    assert chosen(page, AGAINST) == "declaration.reject"
    assert stands_again(page)[:2] == (act, reason)


def test_only_what_was_taken_back_stands_again_and_only_for_whoever_decided_it(
    patient: Desks, browse: Callable[..., Page]
) -> None:
    page = patient.sign_in(browse(), "reviewer", REVIEW.replace("lang=en", "lang=en&reason=14025"))
    page.locator("[data-open]").first.click()
    case = page.url.partition("?")[0]
    page.locator(".acts [data-key=t]").wait_for(state="attached")
    page.keyboard.press("t")
    page.keyboard.press("2")
    page.locator("input[name^=price-]:visible").first.fill("22.50")
    page.keyboard.press("Escape")
    typed(page, "VALUE")
    page.locator("[name=then]:visible").uncheck()
    carry_out(page)
    with page.expect_navigation():
        page.keyboard.press("z")
    taken_back = page.url
    page.keyboard.press("t")
    assert page.locator("input[name^=price-]:visible").first.input_value() == "22.50"
    assert page.locator("select[name=method]:visible").input_value()
    assert page.locator("[name=reason]:visible").input_value() == "VALUE"
    page.goto(f"{case}?sandbox=desks&lang=en")
    page.keyboard.press("d")
    page.keyboard.press("1")
    page.locator("[name=then]:visible").uncheck()
    carry_out(page)
    with page.expect_navigation():
        page.keyboard.press("z")
    page.keyboard.press("t")
    assert page.locator("[name=reason]:visible").input_value() == "", "this was taken back before"
    other = patient.sign_in(page, "supervisor", taken_back.removeprefix(patient.url))
    other.keyboard.press("t")
    assert "22.50" not in [field.input_value() for field in other.locator("input").all()]


def test_it_is_taken_back_without_a_script_by_the_form_that_says_until_when(
    patient: Desks, browse: Callable[..., Page]
) -> None:
    page = patient.sign_in(browse(java_script_enabled=False), "registrar", "/review?sandbox=desks&lang=en")
    page.locator("[data-open]").first.click()
    page.locator("label[for^=act-approve]").click()
    page.locator("[name=then]:visible").uncheck()
    page.locator("button[value=approve]:visible").click()
    toast = page.locator(".toast-undo")
    assert "until" in toast.inner_text()
    toast.locator("button").click()
    assert "in review" in page.inner_text(".head") and page.locator(f"[data-key={IN_FAVOUR}]").count() == 1


def test_each_of_the_last_decisions_can_be_taken_back_and_the_key_takes_the_newest(
    patient: Desks, browse: Callable[..., Page]
) -> None:
    page = patient.sign_in(browse(), "reviewer", REVIEW)
    with page.expect_navigation():
        page.keyboard.press("n")
    for _ in range(2):
        assert chosen(page, AGAINST) == "reject"
        page.keyboard.press("1")
        carry_out(page)
    assert page.locator(".toast-undo").count() == 2 and page.locator("[data-press=z]").count() == 1
    with page.expect_navigation():
        page.locator(".toast-undo button").nth(1).click()
    assert page.locator(".toast-undo").count() == 1
    with page.expect_navigation():
        page.keyboard.press("z")
    assert page.locator(".toast-undo").count() == 0


def test_a_key_that_does_nothing_here_says_so(patient: Desks, browse: Callable[..., Page]) -> None:
    page = patient.sign_in(browse(), "reviewer", REVIEW)
    in_sight(page)
    page.keyboard.press("z")
    assert "Nothing can be taken back" in page.inner_text("#nothing-here")
    page.keyboard.press("b")
    acts = "send back, order to send back, send the recall back"
    assert page.inner_text("#nothing-here") == f"b ({acts}): not possible here"
    page.keyboard.press("j")
    assert page.locator("#nothing-here").is_hidden(), "it does not stand over what comes next"


def test_an_approval_is_taken_back_by_key(patient: Desks, browse: Callable[..., Page]) -> None:
    author = proposed(patient, browse)
    case = f"{author.url.partition('?')[0]}?sandbox=desks&lang=en"
    second = patient.sign_in(browse(bypass_csp=True), "supervisor", APPROVALS)
    second.goto(case)
    assert chosen(second, IN_FAVOUR) == "approve"
    carry_out(second)
    second.goto(case)
    assert "approve" in second.inner_text(".toast-undo") and second.locator("button[value=approve]").count() == 0
    assert Axe().run(second).response["violations"] == []
    with second.expect_navigation():
        second.keyboard.press("z")
    assert "Taken back: approve" in second.inner_text(".toast-told")
    second.goto(case)
    assert second.locator("button[value=approve]").count() == 1 and "detained" not in second.inner_text(".head")


APART = """([toast, part]) => {
  const [a, b] = [toast, part].map(selector => document.querySelector(selector)?.getBoundingClientRect());
  return !b || a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_what_can_be_taken_back_covers_neither_rail_nor_bar(
    patient: Desks, browse: Callable[..., Page], width: int
) -> None:
    page = patient.sign_in(browse(width), "exchange_officer", "/review?sandbox=desks&lang=en")
    with page.expect_navigation():
        page.locator("[data-press=n]:visible").first.click()
    page.locator("label[for^=act-refuse]").click()
    page.locator(".armed:visible .reasons label").first.click()
    in_sight(page)
    with page.expect_navigation():
        page.locator(".armed:visible button[value=refuse]").click()
    for place in ("case", "queue"):
        for part in (".rail", ".bar", ".dock .bar", ".head", ".tools"):
            assert page.evaluate(APART, [".toast-undo", part]), (place, part)
        box = page.locator(".toast-undo").first.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        page.goto(f"{patient.url}/review?sandbox=desks&lang=en")
