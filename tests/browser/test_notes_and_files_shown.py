"""A note with a mention and a file, with and without scripts, at both widths, light and dark; the colleague is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks

pytestmark = pytest.mark.service
FILE = {"name": "发票.txt", "mimeType": "text/plain", "buffer": b"invoice: 3 x 12.00"}
PAGE = {"name": "x.html", "mimeType": "text/html", "buffer": b"<html><script>alert(1)</script></html>"}


def opened(desks: Desks, page: Page, role: str = "reviewer") -> Page:
    desks.account("supervisor")
    desks.sign_in(page, role)
    page.locator("[data-open]").first.click()
    page.wait_for_selector("#notes")
    return page


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def write(page: Page, text: str) -> None:
    page.fill("#note", text)
    press(page, "Add note")


def upload(page: Page, file: dict[str, object]) -> None:
    page.set_input_files("#file", file)  # type: ignore[arg-type]
    press(page, "Add file")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_colleague_is_told_of_a_note_and_saves_a_file(
    desks: Desks, browse: Callable[..., Page], scripts: bool
) -> None:
    page = opened(desks, browse(java_script_enabled=scripts))
    write(page, f"please look, @a-supervisor ({scripts})")
    upload(page, FILE)
    assert page.url.endswith("#files")
    assert "wrote a note" in page.inner_text("#history") and "added a file" in page.inner_text("#history")
    supervisor = desks.sign_in(browse(), "supervisor", "/home?sandbox=desks&lang=en")
    told = supervisor.locator("#alerts + ul li").filter(has_text=f"please look, @a-supervisor ({scripts})")
    with supervisor.expect_navigation():
        told.locator("a").click()
    assert "mentions you" in supervisor.inner_text("#notes")
    with supervisor.expect_download() as saved:
        supervisor.locator("#files a[download]").first.click()
    assert saved.value.suggested_filename == "发票.txt"
    supervisor.goto(f"{desks.url}/home?sandbox=desks&lang=en")
    assert supervisor.locator("#alerts + ul li").filter(has_text=f"({scripts})").count() == 0


def test_what_was_typed_stays_when_it_is_refused(desks: Desks, browse: Callable[..., Page]) -> None:
    page = opened(desks, browse())
    write(page, "ask @nobody-here")
    assert "Nobody has the account @nobody-here" in page.inner_text("#notes")
    assert page.input_value("#note") == "ask @nobody-here"
    upload(page, PAGE)
    assert "Accepted are PDF document" in page.inner_text("#files")


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [("run.exe", "text/plain", "run.exe ends in .exe"), ("invoice.pdf", "application/pdf", "its content is: text")],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_at_its_field_in_sight(
    desks: Desks, browse: Callable[..., Page], name: str, kind: str, said: str
) -> None:
    page = opened(desks, browse())
    upload(page, {"name": name, "mimeType": kind, "buffer": b"a text"})
    told = page.locator("#files [role=alert]")
    assert said in told.inner_text() and name not in page.locator("#files table").all_inner_texts()
    box, bar = told.bounding_box(), page.locator(".bar").bounding_box()
    assert box is not None and bar is not None and 0 <= box["y"] < bar["y"]
    assert page.get_attribute("#file", "aria-invalid") == "true"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_and_nothing_scrolls_aside(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    page = opened(desks, browse(width=width, color_scheme=scheme))
    write(page, "looked at by @a-supervisor")
    upload(page, FILE)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
