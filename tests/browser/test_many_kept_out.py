"""A page full of cases is decided by four keys: what becomes of each group is said before, cases that do not allow the
act are named and kept out, each row says what came of it, and one key takes all back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Desks, in_sight, served_desks
from tests.browser.deciding import carry_out

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"
SHORT = "li[data-row]:has-text('the guarantee has')"
UNCLEAR = "li[data-row]:has-text('net content')"
LONGEST = 30
"""Seconds, so that a slow machine has time to take decisions back."""


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Desks]:
    """A window whose officers can take decisions back."""
    with served_desks(tmp_path_factory.mktemp("many"), LONGEST) as made:
        yield made


def test_a_page_of_cases_is_decided_by_keys_and_what_does_not_allow_it_is_kept_out(
    patient: Desks, browse: Callable[..., Page]
) -> None:
    page = patient.sign_in(browse(bypass_csp=True), "reviewer", REVIEW)
    rows, short, unclear = (page.locator(found).count() for found in ("[data-row]", SHORT, UNCLEAR))
    possible = rows - short - unclear
    assert short and unclear and possible > 0
    kept_out = page.locator(f"{SHORT} .no").first.inner_text().replace(" ", "")
    page.keyboard.press("X")
    assert page.inner_text("[data-count]") == str(rows)
    page.keyboard.press("c")
    done, *out = page.locator("[data-groups] li").all_inner_texts()
    assert done.startswith(f"{possible}: done as shown") and len(out) == 2
    assert any(f"{short}: kept out" in words and "its guarantee is too small" in words for words in out)
    assert any(f"{unclear}: kept out" in words and "whether its cosmetics are high-end" in words for words in out)
    assert any(kept_out in words.replace(" ", "") for words in out)
    assert page.locator("label:has-text('conclude')").get_attribute("data-of") == f"{possible}/{rows}"
    assert page.locator(".armed:visible q").inner_text() == "审核通过"
    assert Axe().run(page).response["violations"] == []
    carry_out(page)
    outcomes = page.inner_text(".outcomes")
    assert f"{possible}/{rows}" in outcomes and f"{rows - possible} × not done" in outcomes
    results = page.locator(".results li a")
    assert results.count() == possible, "each case has its result, and its page"
    assert page.locator("[name=case]:checked").count() == rows - possible == page.locator(".said .bad").count()
    assert Axe().run(page).response["violations"] == []
    with page.expect_navigation():
        page.keyboard.press("z")
    assert page.locator("[data-row]").count() == rows, "all came back"
    patient.window.settle()
    assert not [words for words in patient.received() if words == "审核通过"], "nothing has left the house"


def test_the_key_that_ticks_all_takes_the_ticks_away_again(patient: Desks, browse: Callable[..., Page]) -> None:
    page = patient.sign_in(browse(), "reviewer", REVIEW)
    page.keyboard.press("X")
    page.keyboard.press("X")
    assert page.locator("[name=case]:checked").count() == 0
    page.locator("[name=case]").first.check()
    page.locator("[data-tick-all]").click()
    assert page.locator("[name=case]:not(:checked)").count() == 0


def test_a_case_that_another_officer_has_taken_is_kept_out(patient: Desks, browse: Callable[..., Page]) -> None:
    other = patient.sign_in(browse(), "supervisor", REVIEW)
    other.locator(f"[data-row]:not({SHORT}) [name=case]").first.check()
    in_sight(other)
    with other.expect_navigation():
        other.locator("button[value=hold]").click()
    page = patient.sign_in(browse(), "reviewer", REVIEW)
    page.keyboard.press("X")
    page.keyboard.press("i")
    assert "a-supervisor has taken it" in page.locator("[data-groups] li").last.inner_text()
    other.locator(f"[data-row]:not({SHORT}) [name=case]").first.check()
    in_sight(other)
    with other.expect_navigation():
        other.locator("button[value=let_go]").click()


def test_imports_and_exports_are_told_by_which_status_each_is_asked(
    patient: Desks, browse: Callable[..., Page]
) -> None:
    page = patient.sign_in(browse(), "reviewer", REVIEW)
    page.keyboard.press("X")
    page.keyboard.press("a")
    told = page.locator(".armed:visible [data-of-flow]:visible").all_inner_texts()
    assert {line.partition(" ")[0]: line.split()[1] for line in told} == {"import:": "600", "export:": "300"}
    page.keyboard.press("Escape")
    page.keyboard.press("X")
    page.locator(f"{SHORT} [name=case]").first.check()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert page.locator(".armed:visible [data-of-flow]:visible").count() == 1, "of what is ticked"
    in_sight(page)


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_says_before_what_is_kept_out(patient: Desks, browse: Callable[..., Page], width: int) -> None:
    page = patient.sign_in(browse(width), "reviewer", REVIEW)
    page.keyboard.press("X")
    page.keyboard.press("c")
    bar, groups = page.locator(".bar").bounding_box(), page.locator("[data-groups]").bounding_box()
    button = page.locator(".shared button").bounding_box()
    assert bar and groups and button
    assert groups["y"] + groups["height"] <= button["y"] and button["y"] + button["height"] <= 800
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_was_ticked_and_chosen_stands_there_again_after_a_session_that_ended(
    patient: Desks, browse: Callable[..., Page]
) -> None:
    page = patient.sign_in(browse(), "reviewer", REVIEW)
    in_sight(page)
    before = patient.decided_by("reviewer")
    for place in range(3):
        page.locator("[name=case]").nth(place).check()
    ticked = page.locator("[name=case]:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    page.keyboard.press("d")
    page.keyboard.press("2")
    page.context.clear_cookies()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Your session has ended" in page.inner_text("main")
    name, password = patient.account("reviewer")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    page.wait_for_selector("[name=case]:checked")
    assert page.locator("[name=case]:checked").evaluate_all("boxes => boxes.map(box => box.value)") == ticked
    assert patient.decided_by("reviewer") == before, "nothing was done without him"
    page.keyboard.press("d")
    assert page.locator(".armed:visible [name^=chosen]").nth(1).is_checked()
