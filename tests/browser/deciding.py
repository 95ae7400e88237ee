"""Decides cases on the pages by keys alone, as officers do: a letter chooses the act, Enter carries it out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Desks, in_sight

OFFICERS = ("reviewer", "inspector", "exchange_officer", "tax_officer", "registrar")
IN_FAVOUR, AGAINST, BACK = "c", "d", "b"
REASONED = {"reviewer": IN_FAVOUR, "inspector": IN_FAVOUR, **dict.fromkeys(OFFICERS[2:], AGAINST)}
"""Which key decides with a reason that the declarant reads: money and registrations are refused."""
MOST_KEYS = 3
ACTS = ".bar .acts > div > label:visible"
WANTED = 50


def chosen(page: Page, key: str) -> str:
    """Choose an act by its key; gives it."""
    page.keyboard.press(key)
    return str(page.locator(".acts > div > input:checked").first.get_attribute("value"))


def touch(page: Page, labels: str, place: int = 0) -> None:
    """Choose an act by its label; on a phone, where a chosen one has the bar to itself, the others are shown first."""
    if page.locator("label.others:visible").count():
        page.locator("label.others:visible").click()
    page.locator(labels).nth(place).click()


def needs_reason(page: Page) -> bool:
    """True if the chosen act needs a reason."""
    return page.locator(".acts > div:has(> input:checked) [data-needs-reason]").count() > 0


def answered(page: Page) -> list[str]:
    """Answer by digits what the chosen act asks about its goods: cosmetics are high-end; gives the keys pressed."""
    asked = page.locator(".acts > div:has(> input:checked) fieldset:has(input[type=radio]:required)").count()
    pressed = ["1"] * asked
    for key in pressed:
        page.keyboard.press(key)
    return pressed


def typed(page: Page, reason: str) -> None:
    """Type a reason for the chosen act."""
    page.keyboard.press("0")
    page.keyboard.type(reason)
    page.keyboard.press("Escape")


def carry_out(page: Page) -> None:
    """Carry the chosen act out by Enter."""
    in_sight(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def click_act(page: Page, act: str) -> None:
    """Choose an act and carry it out by clicks, as without a script."""
    page.locator(f"label[for^='act-{act}']").first.click()
    with page.expect_navigation():
        page.locator(f".acts > div:has(> input:checked) button[value='{act}']").click()


def refused(page: Page) -> bool:
    """True if the page says that nothing was decided."""
    return page.locator("[role=alert]:visible").count() > 0


def reasoned(page: Page, key: str, reason: str) -> list[str]:
    """Decide a case with a typed reason, by keys alone; gives the reasons that the declarant must read. A proposal, of
    which he reads nothing, is approved without."""
    if page.locator("form[action*='/proposals/'] button[value=approve]").count():
        chosen(page, IN_FAVOUR)
        carry_out(page)
        return []
    if page.locator("[data-all]").count():
        page.keyboard.press("y")
    chosen(page, plain_key(page, key))
    answered(page)
    typed(page, reason)
    carry_out(page)
    if refused(page):  # the guarantee is still short; the words of one act are not those of another
        chosen(page, AGAINST)
        typed(page, reason)
        carry_out(page)
    assert not refused(page), page.locator("[role=alert]:visible").inner_text()
    return [reason] if "proposed=" not in page.url else []


def first_case(desks: Desks, browse: Callable[..., Page], role: str) -> Page:
    """The case that an officer is handed first."""
    page = desks.sign_in(browse(), role)
    with page.expect_navigation():
        page.keyboard.press("n")
    return page


def plain_key(page: Page, key: str) -> str:
    """The key that decides a case as plainly as it may be; that of a refusal where nothing else is possible: the
    guarantee is short, or a sample is still out."""
    return next((name for name in (key, IN_FAVOUR, AGAINST, BACK) if page.locator(f"[data-key={name}]").count()), "")


def decided(page: Page, key: str = IN_FAVOUR) -> int:
    """Decide a case: as plainly as it may be, or refuse what cannot be granted with the first reason. Gives 1, on the
    page of the next case, or on the queue once nothing is left."""
    plain = plain_key(page, key)
    assert plain, f"nothing to press: {page.inner_text('main')[:800]}"
    pressed = [plain, "Enter"]
    if page.locator("[data-all]").count():  # an inspection: what was found of each line
        pressed.insert(0, "y")
        page.keyboard.press("y")
    chosen(page, plain)
    pressed[-1:-1] = answered(page)
    if needs_reason(page):  # a sample that failed, goods that came back
        typed(page, "复检合格")
        pressed.remove("Enter")
    carry_out(page)
    if refused(page):  # the guarantee is still short
        pressed = [AGAINST, "1", "Enter"]
        chosen(page, AGAINST)
        page.keyboard.press("1")
        carry_out(page)
    assert not refused(page), page.locator("[role=alert]:visible").inner_text()
    assert len(pressed) <= MOST_KEYS
    return 1
