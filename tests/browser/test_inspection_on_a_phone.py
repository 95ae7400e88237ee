"""An inspector works off his task on a phone: each line of goods has its result, a finding reaches the declarant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import click_act

pytestmark = pytest.mark.service
QUEUE = "/review?sandbox=desks&lang=en&desk=inspection"


def task(desks: Desks, page: Page) -> Page:
    """The task of one of the lists that wait for an inspector and can be concluded: no sample of it is out."""
    desks.sign_in(page, "inspector", QUEUE)
    for place in [link.get_attribute("href") for link in page.locator("[data-open]").all()]:
        page.goto(f"{desks.url}{place}")
        if page.locator("label[for=act-conclude]").count():
            return page
    raise AssertionError("a sample of every list is out")


def test_what_was_found_is_reported_to_the_declarant(desks: Desks, browse: Callable[..., Page]) -> None:
    page = task(desks, browse(390, java_script_enabled=False))
    assert page.locator(".bar").bounding_box() is not None and "Compare each line" in page.inner_text("main")
    for line in page.locator("fieldset.goods").all():
        line.get_by_text("differs").click()
        line.get_by_label("Remark").fill("seven pieces instead of six")
    page.locator("label[for=act-conclude]").click()
    page.locator("[name^=then]:visible").uncheck()
    with page.expect_navigation():
        page.locator("button[value=conclude]:visible").click()
    output = page.inner_text("main")
    assert "carried out: conclude" in output and "第1项与申报不符：seven pieces instead of six" in output


def test_goods_that_are_not_there_need_a_remark_and_nothing_typed_is_lost(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = task(desks, browse(390, java_script_enabled=False))
    for line in page.locator("fieldset.goods").all():
        line.get_by_text("not there").click()
    click_act(page, "conclude")
    assert "Say in a remark" in page.inner_text("[role=alert]:visible")
    assert page.locator("fieldset.goods").first.get_by_label("not there").is_checked()


def test_a_line_without_an_answer_says_so_itself_and_in_sight(desks: Desks, browse: Callable[..., Page]) -> None:
    page = task(desks, browse(390, bypass_csp=True))
    facts, decided = page.locator("fieldset.goods").first.inner_text(), desks.decided_by("inspector")
    assert all(name in facts for name in ("pecification", "ountry")), facts
    page.keyboard.press("c")
    in_sight(page)
    page.keyboard.press("Enter")
    told = page.locator("[data-unanswered]").first
    assert told.is_visible() and "Say of this line what was found" in told.inner_text()
    page.wait_for_function(
        "document.querySelector('[data-unanswered]').getBoundingClientRect().bottom < innerHeight / 2 + 60"
    )
    box, bar = told.bounding_box(), page.locator(".bar").bounding_box()
    assert box is not None and bar is not None and box["y"] >= 0 and box["y"] + box["height"] <= bar["y"]
    assert desks.decided_by("inspector") == decided
    page.keyboard.press("y")
    assert not page.locator("[data-unanswered]:visible").count()


def test_a_photo_and_a_quantity_are_kept_before_anything_is_decided(desks: Desks, browse: Callable[..., Page]) -> None:
    page = task(desks, browse(390, bypass_csp=True))
    first = page.locator("fieldset.goods").first
    first.get_by_text("differs").click()
    first.get_by_label("Found").fill("977")
    page.locator("label[for=act-conclude]").click()
    assert "第1项与申报不符，实货数量977" in page.inner_text(".armed:visible q")
    photo = {"name": "IMG-0312.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 a photo \xff\xd9"}
    first.get_by_label("Take a photo").set_input_files(photo)
    first.get_by_role("button", name="Keep the photo").click()
    first = page.locator("fieldset.goods").first
    assert "IMG-0312.jpg" in first.inner_text() and first.get_by_label("Found").input_value() == "977"
    assert first.get_by_label("differs").is_checked() and Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.long)])
def test_the_task_is_accessible_and_fits(desks: Desks, browse: Callable[..., Page], width: int) -> None:
    page = task(desks, browse(width, bypass_csp=True))
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
