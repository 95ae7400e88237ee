"""Every page of every role fits a phone of 320 pixels, and no decision bar takes more than a quarter of its screen
before an act is chosen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from simulators.entry.shown import serve_on_free_port
from single_window.accounts import rights
from tests.browser.conftest import Desks, opened
from tests.stories.recalled import recalls_of_acts

pytestmark = pytest.mark.service
WIDTH, HEIGHT = 320, 800
LEFT_OUT = re.compile(r"raw|csv|svg|/files/|dossier|\.json|\.xml|^/api|^/static|docs|sign-out|anchors$")
"""Places that are no pages of the console."""
ALIKE, MOST = 2, 45
"""Pages of one kind that are looked at, and pages of one role, at most."""
OFFICERS = sorted(rights.book().roles)


def kind(address: str) -> str:
    """The place of a page without the numbers in it."""
    return re.sub(r"[^/]*(?:\d|%7C)[^/]*", "#", address.partition("?")[0])


def pages(desks: Desks, page: Page, language: str) -> Iterator[str]:
    """The pages to which links lead from a role's home, each kind twice; the page shows the one that is given."""
    waiting, seen, kinds = [f"/home?sandbox=desks&lang={language}"], set[str](), Counter[str]()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in seen or LEFT_OUT.search(address.partition("?")[0]) or kinds[kind(address)] >= ALIKE:
            continue
        seen.add(address)
        kinds[kind(address)] += 1
        answer = page.goto(f"{desks.url}{address}")
        if answer is None or "html" not in (answer.headers.get("content-type") or ""):
            continue
        yield address
        links = page.eval_on_selector_all("a[href^='/']", "all => all.map(link => link.getAttribute('href'))")
        waiting += [link.partition("#")[0] for link in links if f"lang={language}" in link]


@pytest.mark.parametrize(("role", "language"), [(role, ("en", "zh")[at % 2]) for at, role in enumerate(OFFICERS)])
def test_nothing_is_wider_than_the_phone_and_the_case_keeps_its_screen(
    desks: Desks, browse: Callable[..., Page], role: str, language: str
) -> None:
    page = desks.sign_in(browse(WIDTH), role, f"/home?sandbox=desks&lang={language}")
    wide, tall, looked_at = [], [], 0
    for address in pages(desks, page, language):
        looked_at += 1
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
        bar = page.locator(".bar:visible")
        if bar.count() and (box := bar.first.bounding_box()) and box["height"] > HEIGHT / 4:
            tall.append((address, box["height"]))
    assert looked_at > 20
    assert (wide, tall) == ([], [])


def test_a_recall_and_its_lot_fit_the_phone(tmp_path: Path, browse: Callable[..., Page]) -> None:
    """The way from the list to the newest recall, to its lot and back, on a phone."""
    with opened(tmp_path) as session:
        recalls_of_acts(session.window)
        with serve_on_free_port(session) as (url, _):
            desks = Desks(url, session.window)
            page = desks.sign_in(browse(WIDTH, bypass_csp=True), "recall_officer", "/recalls?sandbox=recalls&lang=en")
            for link in ("/recalls/RC9", "/trace_batches/", "/recalls/"):
                page.locator(f"main a[href^='{link}']").first.click()
                page.wait_for_url(f"{url}{link}*")
                assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
                assert Axe().run(page).response["violations"] == [], page.url
