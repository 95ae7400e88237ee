"""A case on paper: its evidence and nothing of the desk around it, without telephone numbers, black on white."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desks

pytestmark = pytest.mark.service


def test_the_case_is_printed_without_the_desk_and_without_telephone_numbers(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    page = desks.sign_in(browse(color_scheme="dark"), "reviewer", "/review?sandbox=desks&lang=en&reason=14025")
    page.locator("[data-open]").first.click()
    page.locator("details.fold summary").first.click()
    telephone = page.locator("#evidence tr", has_text="telephone")
    on_screen = re.search(r"1\d{10}", telephone.inner_text())
    assert on_screen is not None
    page.emulate_media(media="print")
    for part in (".rail", ".bar", ".queue", ".jump", ".toasts"):
        for shown in page.locator(part).all():
            expect(shown).to_be_hidden()
    assert on_screen[0] not in page.inner_text("main") and on_screen[0][:4] in telephone.inner_text()
    assert "usual" in page.inner_text("main").lower(), "why it waits is printed"
    colours = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
    ink, paper = ([int(number) for number in re.findall(r"\d+", colour)[:3]] for colour in colours)
    assert sum(ink) < 200 and (sum(paper) > 700 or colours[1].endswith(", 0)"))
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 2, "two sheets"
