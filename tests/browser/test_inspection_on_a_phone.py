"""An inspector works off his task on a phone: each line of goods has its result, a finding reaches the declarant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import click_act, touch

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
    count = page.locator("fieldset.goods").count()
    assert page.locator(".bar").get_by_text(f"0 of {count} lines done").is_visible()
    page.keyboard.press("y")
    assert not page.locator("[data-unanswered]:visible").count()
    assert page.locator(".bar").get_by_text(f"{count} of {count} lines done").is_visible()


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


def fill_in(page: Page) -> None:
    page.get_by_role("button", name="All as declared").click()
    first = page.locator("fieldset.goods").first
    first.get_by_text("differs").click()
    first.get_by_label("Found").fill("41")
    first.get_by_label("Remark").fill("one short")


def filled_in(page: Page) -> tuple[bool, str, str]:
    first = page.locator("fieldset.goods").first
    found = first.get_by_label("Found").input_value(), first.get_by_label("Remark").input_value()
    return first.get_by_label("differs").is_checked(), *found


def sign_in_again(page: Page, desks: Desks) -> None:
    name, password = desks.account("inspector")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 700)])
def test_the_bar_leaves_three_quarters_of_the_screen_and_fields_suit_a_thumb(
    desks: Desks, browse: Callable[..., Page], width: int, height: int
) -> None:
    page = task(desks, browse(width))
    page.set_viewport_size({"width": width, "height": height})
    field = page.locator("fieldset.goods").first.get_by_label("Found")
    for chosen in ("", "label[for=act-conclude]", "label[for=act-ask]", "label[for=act-send_back]"):
        if chosen:
            touch(page, chosen)
        bar = page.locator(".bar").bounding_box()
        assert bar is not None and bar["height"] <= height / 4, chosen
        assert not chosen or page.locator(".goes button:visible").bounding_box()["height"] >= 44  # type: ignore[index]
    small = "field => field.offsetParent && field.getBoundingClientRect().height < 44"
    fields = (
        "fieldset.goods input:not([type=radio]), fieldset.goods .btn, fieldset.goods .three label, .bar .form-control"
    )
    assert page.locator(fields).evaluate_all(f"fields => fields.filter({small}).map(each => each.outerHTML)") == []
    assert field.bounding_box()["height"] >= 48  # type: ignore[index]


def test_what_was_typed_survives_a_reload_and_a_session_that_ended(desks: Desks, browse: Callable[..., Page]) -> None:
    page = task(desks, browse(390))
    where = page.url
    fill_in(page)
    page.reload()
    assert filled_in(page) == (True, "41", "one short")
    page.context.clear_cookies()
    page.goto(f"{desks.url}/sign-in?lang=en&sandbox=desks")
    sign_in_again(page, desks)
    page.goto(where)
    assert filled_in(page) == (True, "41", "one short")
    page.locator("fieldset.goods").first.get_by_label("Found").fill("42")
    page.context.clear_cookies()
    page.locator("label[for=act-send_back]").click()
    in_sight(page)
    page.locator("[name^=reason]:visible").fill("not what was declared")
    with page.expect_navigation():
        page.locator("button[value=send_back]:visible").click()
    sign_in_again(page, desks)
    assert filled_in(page) == (True, "42", "one short") and "not what was declared" in page.content()


def test_a_photo_that_is_none_is_refused_at_its_line_and_in_sight(desks: Desks, browse: Callable[..., Page]) -> None:
    page = task(desks, browse(390))
    fill_in(page)
    last = page.locator("fieldset.goods").last
    assert "PNG or JPEG" in last.inner_text()
    last.get_by_label("Take a photo").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"text"})
    with page.expect_navigation():
        last.get_by_role("button", name="Keep the photo").click()
    told = page.locator("fieldset.goods").last.locator("[id^=photo-refused]")
    assert "Accepted are" in told.inner_text() and filled_in(page) == (True, "41", "one short")
    page.wait_for_function(
        "told => { const [at, bar] = [told, document.querySelector('.bar')].map(each => each.getBoundingClientRect());"
        " return at.top >= 0 && at.bottom <= bar.top }",
        arg=told.element_handle(),
    )


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.long)])
def test_the_task_is_accessible_and_fits(desks: Desks, browse: Callable[..., Page], width: int) -> None:
    page = task(desks, browse(width, bypass_csp=True))
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("path", ["/log", "/parked", "/review?words=zzzz"])
def test_the_head_is_one_line_however_little_stands_below(desks: Desks, browse: Callable[..., Page], path: str) -> None:
    page = browse(390)
    desks.sign_in(page, "supervisor", f"{path}{'&' if '?' in path else '?'}sandbox=desks&lang=en")
    box = page.locator("header.rail").bounding_box()
    assert box is not None and box["height"] < 70
