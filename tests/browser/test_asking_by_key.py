"""An officer asks the declarant by three keys; the answer comes with a file over HTTP, and the officer sees both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from single_window.store.tables import question
from tests.browser.conftest import Desks
from tests.browser.deciding import carry_out, chosen
from tests.databases import fetch

pytestmark = pytest.mark.service
REVIEW = "/review?sandbox=desks&lang=en&desk=review"


def test_a_template_goes_out_by_three_keys_and_the_answer_is_on_top(desks: Desks, browse: Callable[..., Page]) -> None:
    page = desks.sign_in(browse(bypass_csp=True), "reviewer", REVIEW)
    with page.expect_navigation():
        page.keyboard.press("n")
    case = page.url
    assert chosen(page, "a") == "ask"
    page.keyboard.press("1")
    said = page.locator(".armed:visible q").inner_text()
    assert "前答复" in said and "…" not in said
    assert Axe().run(page).response["violations"] == []
    page.locator("[name=then]:visible").uncheck()
    carry_out(page)
    assert [info for info in desks.received() if said in info], "the declarant reads what the page has shown"
    asked = fetch(desks.window.engine, select(question).where(question.c.state == "open")).one()
    page.goto(case)
    assert "waits for the answer" in page.inner_text("#asked") and page.locator("#asked q").first.is_visible()
    invoice = {"name": "发票.txt", "mimeType": "text/plain", "buffer": "发票：12.00元".encode()}
    where = f"{desks.url}/api/v1/requests/{asked.id}/answer"
    form: Any = {"text": "促销价，附发票", "files": invoice}
    given = page.request.post(where, headers={"X-Sandbox": "desks"}, multipart=form)
    assert given.status == 200, given.text()
    page.goto(case)
    words = page.locator("#asked q").first
    assert not words.is_visible(), "the answer has the room, the question is folded"
    page.locator("#asked summary", has_text="What was asked").click()
    assert words.is_visible()
    assert "促销价，附发票" in page.inner_text("#asked") and Axe().run(page).response["violations"] == []
    with page.expect_download() as saved:
        page.click("#asked a[download]")
    assert saved.value.suggested_filename == "发票.txt"
