"""A company answers on a phone what it was asked, and its page is accessible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from single_window.store import case_queue
from single_window.store.engine import reading
from single_window.store.tables import question
from tests.browser.conftest import Desks
from tests.databases import fetch
from tests.officers import TESTER, act

pytestmark = pytest.mark.service
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n%%EOF\n"


def ask(desks: Desks) -> None:
    """Ask the declarant of a list that waits for review."""
    with reading(desks.window.engine) as connection:
        first = case_queue.page(connection, "desks", case_queue.QueueFilter(desks=["review"]))[0]
    act(desks.window, "desks", first.number, "ask", "请提供发票", TESTER)
    desks.window.settle()


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.long)])
def test_a_company_answers_with_words_and_a_file(desks: Desks, browse: Callable[..., Page], width: int) -> None:
    ask(desks)
    page = browse(width, bypass_csp=True)
    page.goto(f"{desks.url}/company?sandbox=desks&lang=en")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("Answer in words").first.fill("附发票")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "i.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Send the answer").first.click()
    assert "Your answer was taken" in page.inner_text("[role=status]")
    answered = fetch(desks.window.engine, select(question.c.answer).where(question.c.state == "answered")).scalars()
    assert "附发票" in set(answered)
