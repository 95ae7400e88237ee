"""No page of any role has names of fields, elements or states as programs call them where people read; and no code
stands alone in a table or among facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from single_window.accounts import rights
from single_window.api import create_app
from tests.browser.conftest import Desks
from tests.officers import signed_in
from tests.visible import links, texts

pytestmark = pytest.mark.service
LEFT_OUT = re.compile(r"raw|csv|svg|/files/|dossier|\.json|\.xml|^/api|^/static|docs|sign-out|anchors$")
"""Places that are no pages of the console."""
ALIKE, MOST = 3, 150
"""Pages of one kind that are read, and pages of one role, at most."""
NAMES = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[a-z]+[A-Z][A-Za-z]+\b")
CODES = re.compile(r"[A-Z]?\d{3,4}|[IE]|20\d{4}")
CELLS = "//main//td[not(contains(@class, 'number'))] | //main//dd[not(contains(@class, 'number'))]"
COUNTED = re.compile(
    "/quality|/batches/#|/declarations/#|/messages/#|/supervision|/parameters.*|/refunds/#|/profiles.*|/home|/"
)
"""Places whose numbers are counts."""
OFFICERS = sorted(rights.book().roles)


def kind(address: str) -> str:
    """The place of a page without the numbers in it."""
    return re.sub(r"[^/]*(?:\d|%7C)[^/]*", "#", address.partition("?")[0])


def pages(browser: FlaskClient, language: str) -> Iterator[tuple[str, str]]:
    """The pages to which links lead from a role's home, with their addresses."""
    waiting, seen, kinds = [f"/home?sandbox=desks&lang={language}"], set[str](), Counter[str]()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in seen or LEFT_OUT.search(address.partition("?")[0]) or kinds[kind(address)] >= ALIKE:
            continue
        seen.add(address)
        kinds[kind(address)] += 1
        answer = browser.get(address)
        if answer.status_code == 200 and "html" in answer.content_type:
            yield address, answer.text
            waiting += [link for link in links(answer.text) if f"lang={language}" in link]


def bare(page: str) -> list[str]:
    """Codes that are all that a cell says."""
    cells = html.document_fromstring(page).xpath(CELLS)
    return [text for cell in cells if CODES.fullmatch(text := " ".join(cell.text_content().split()))]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("role", OFFICERS)
def test_people_read_words(desks: Desks, role: str, language: str) -> None:
    browser = signed_in(create_app(desks.window).test_client(), desks.window, f"c-{role.replace('_', '-')}", role)
    found: dict[str, str] = {}
    codes: dict[str, str] = {}
    read = 0
    for address, page in pages(browser, language):
        read += 1
        for text in texts(page):
            found |= {name: f"{address}: {text[:80]}" for name in NAMES.findall(text)}
        if not COUNTED.fullmatch(kind(address)):
            codes |= dict.fromkeys(bare(page), address)
    assert read > 40
    assert codes == {}
    assert found == {}
