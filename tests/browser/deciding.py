"""Decides cases on the pages by keys alone, as officers do."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight

OFFICERS = {"reviewer": "c", "inspector": "c", "exchange_officer": "a", "tax_officer": "a", "registrar": "a"}
"""Which key decides at whose desk."""
REASONED = {**OFFICERS, "exchange_officer": "x", "tax_officer": "x", "registrar": "x"}
"""Which key decides with a reason that the declarant reads: money and registrations are refused."""
MOST_KEYS = 3
WANTED = 50


def prepare(page: Page, key: str, reason: str, always: bool = False) -> None:
    """Give by keys what a decision needs first: the results of an inspection, and a reason where it needs one."""
    if page.locator("[data-all]").count():
        page.keyboard.press("a")
    if always or page.locator(f"[data-key={key}][data-needs-reason]").count():
        page.keyboard.press("0")
        page.keyboard.type(reason)
        page.keyboard.press("Escape")


def reasoned(page: Page, key: str, reason: str) -> list[str]:
    """Decide a case with a typed reason, by keys alone; gives the reasons that the declarant must read. A proposal, of
    which he reads nothing, is approved without."""
    plain = plain_key(page, key)
    in_sight(page)
    if page.locator("form[action*='/proposals/'] [data-key=a]").count():
        with page.expect_navigation():
            page.keyboard.press("a")
        return []
    prepare(page, plain, reason, always=True)
    with page.expect_navigation():
        page.keyboard.press(plain)
    if page.locator("[role=alert]:visible").count():  # the guarantee is still short; what was typed is still there
        in_sight(page)
        with page.expect_navigation():
            page.keyboard.press("j")
    assert not page.locator("[role=alert]:visible").count(), page.locator("[role=alert]:visible").inner_text()
    return [reason] if "proposed=" not in page.url else []


def first_case(desks: Desks, browse: Callable[..., Page], role: str) -> Page:
    """The case that an officer is handed first."""
    page = desks.sign_in(browse(), role)
    with page.expect_navigation():
        page.keyboard.press("n")
    return page


def plain_key(page: Page, key: str) -> str:
    """The key that decides a case as plainly as it may be; that of a proposal where one waits, of a refusal where
    nothing else is possible: the guarantee is short, or a sample is still out."""
    return next((name for name in (key, "a", "j", "b") if page.locator(f"[data-key={name}][name=act]").count()), "")


def decided(page: Page, key: str) -> int:
    """Decide a case: as plainly as it may be, or refuse what cannot be granted with the first reason. Gives 1, on the
    page of the next case, or on the queue once nothing is left."""
    plain = plain_key(page, key)
    assert plain, f"nothing to press: {page.inner_text('main')[:800]}"
    if page.locator(f"[data-key={plain}][data-needs-reason]").count():  # a sample that failed, goods that came back
        return len(reasoned(page, key, "复检合格")) or 1
    pressed = [plain]
    in_sight(page)
    if page.locator("[data-all]").count():  # an inspection: what was found of each line
        pressed.insert(0, "a")
        page.keyboard.press("a")
    with page.expect_navigation():
        page.keyboard.press(plain)
    if page.locator("[role=alert]:visible").count():  # the guarantee is still short
        pressed += ["1", "j"]
        in_sight(page)
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("j")
    assert not page.locator("[role=alert]:visible").count(), page.locator("[role=alert]:visible").inner_text()
    assert len(pressed) <= MOST_KEYS
    return 1
