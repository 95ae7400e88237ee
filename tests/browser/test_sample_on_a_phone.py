"""A quality officer takes a sample on a phone: quantity, seal, reserve and photo, then one press of a thumb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import Select, select

from simulators.imports.stories import stock_filing
from single_window.cases.spot_checks.decisions import OPENING
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.tables import account_book
from tests.browser.conftest import Desks
from tests.browser.deciding import click_act, touch
from tests.chaos.programs import until
from tests.databases import fetch
from tests.officers import TESTER
from tests.stories.story import WORLD

pytestmark = pytest.mark.service
ROLE, PHONE = "quality_officer", {"width": 390, "height": 844}
PHOTO = {"name": "IMG-0312.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 a sealed sample \xff\xd9"}
FIELDS = "#taking input:not([type=hidden]), #taking select"


@pytest.fixture(scope="module")
def numbers(desks: Desks) -> list[str]:
    """The numbers of samples that wait to be taken, of stock in all account books."""
    house = WORLD.warehouse("1210")
    filing = stock_filing(WORLD, house, app_time="20261120100000", quantity="100")
    list(desks.window.receive("desks", [filing.body]))
    lots = select(account_book.c.item_record_no).where(account_book.c.ems_no == house.ems_no)
    until(
        lambda: bool(_all(desks, lots)), 30, "a filing in the account book"
    )  # the server works on it, not this process
    terms = {"plan": "title=库存; universe=stock; size=9"}
    create(desks.window, "desks", "spot_check", OPENING, Requested(OPENING.action, values=terms), TESTER)
    chosen = select(spot_check_sample.c.sample_no).where(spot_check_sample.c.state == "notified")
    until(lambda: bool(_all(desks, chosen)), 30, "samples of the plan")
    return _all(desks, chosen)


def _all(desks: Desks, chosen: Select[Any]) -> list[str]:
    return list(fetch(desks.window.engine, chosen).scalars())


def opened(desks: Desks, page: Page, number: str, language: str = "en") -> Page:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return desks.sign_in(page, ROLE, f"/spot_checks/{number}?sandbox=desks&lang={language}")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_sample_is_taken_and_sent_to_the_laboratory(
    desks: Desks, browse: Callable[..., Page], numbers: list[str]
) -> None:
    page = opened(desks, browse(390, java_script_enabled=False), numbers[0])
    page.get_by_label("Quantity taken").fill("1")
    page.get_by_label("Seal number").fill("F2611")
    page.get_by_label("Of it kept in reserve").fill("0.5")
    page.get_by_label("The reserve is kept at").fill("shelf B")
    page.get_by_label("Take a photo").set_input_files(PHOTO)  # type: ignore[arg-type]
    page.locator("[name^=then]").first.evaluate("box => { box.checked = false }")
    click_act(page, "take")
    told = page.inner_text("main")
    assert "carried out: take the sample" in told and "kept in reserve: 0.5, at shelf B" in told
    assert "IMG-0312.jpg" in told and "F2611" in told and not page.locator("#taking").count()
    assert fits(page)


def test_announced_samples_stand_on_the_first_page_of_whoever_takes_them(
    desks: Desks, browse: Callable[..., Page], numbers: list[str]
) -> None:
    page = desks.sign_in(browse(), ROLE, "/home?sandbox=desks&lang=en")
    assert numbers[1] in page.inner_text("#samples") and "in the bonded warehouse" in page.inner_text("#samples")
    page.locator("#samples [data-open]").first.click()
    assert page.locator("#taking").count(), "the page on which it is taken"
    other = desks.sign_in(browse(), "reviewer", "/home?sandbox=desks&lang=en")
    assert not other.locator("#samples").count()


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    desks: Desks, browse: Callable[..., Page], numbers: list[str]
) -> None:
    page = opened(desks, browse(390, java_script_enabled=False), numbers[1])
    page.get_by_label("Quantity taken").fill("99999999")
    page.get_by_label("Seal number").fill("F2612")
    page.get_by_label("Take a photo").set_input_files(PHOTO)  # type: ignore[arg-type]
    click_act(page, "take")
    assert "is not between 0 and" in page.inner_text("[role=alert]:visible")
    assert page.get_by_label("Seal number").input_value() == "F2612"
    assert "IMG-0312.jpg" in page.locator("#site-photo option:checked").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_fields_suit_a_thumb_and_the_bar_hides_none(
    desks: Desks, browse: Callable[..., Page], numbers: list[str], language: str
) -> None:
    page = opened(desks, browse(390, bypass_csp=True), numbers[2], language)
    for chosen in ("", "label[for=act-take]", "label[for=act-refuse_sampling]"):
        if chosen:
            touch(page, chosen)
        bar = page.locator(".bar").bounding_box()
        assert bar is not None and bar["height"] <= PHONE["height"] / 4, chosen
        assert fits(page), chosen
        assert not chosen or page.locator(".goes button:visible").bounding_box()["height"] >= 44  # type: ignore[index]
    for field in page.locator(FIELDS).all():
        field.focus()
        page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        box, bar = field.bounding_box(), page.locator(".bar").bounding_box()
        assert box is not None and bar is not None and box["height"] >= 44
        assert box["y"] >= 0 and box["y"] + box["height"] <= bar["y"], field.get_attribute("name")
    assert Axe().run(page).response["violations"] == []


def test_what_was_typed_survives_a_reload(desks: Desks, browse: Callable[..., Page], numbers: list[str]) -> None:
    page = opened(desks, browse(390), numbers[2])
    page.get_by_label("Seal number").fill("F2613")
    page.reload()
    assert page.get_by_label("Seal number").input_value() == "F2613"
