"""A case that is settled still says why it was here: the same sentences, numbers and law, marked as settled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desks
from tests.browser.deciding import decided, first_case

pytestmark = pytest.mark.service
ROLES = ("reviewer", "inspector", "exchange_officer", "tax_officer", "registrar")
WHY = ".why:has(.say)"


def reasons(page: Page) -> str:
    """The sentences of a case's page with their law."""
    return "\n".join(page.locator(f"{WHY} .say, #laws .law").all_inner_texts())


@pytest.mark.parametrize("role", ROLES)
def test_the_reason_stays_when_the_case_is_decided(desks: Desks, browse: Callable[..., Page], role: str) -> None:
    page = first_case(desks, browse, role)
    address, why = page.url, reasons(page)
    assert any(digit in why for digit in "0123456789") or role in ("inspector", "registrar"), why
    decided(page)
    desks.window.settle()
    for language in ("en", "zh"):
        page.goto(address.replace("lang=en", f"lang={language}"))
        settled = page.locator(".why.settled")
        assert settled.count() == 1
        assert (
            page.locator(".why.settled h2")
            .inner_text()
            .startswith("Why it waited settled 202" if language == "en" else "当初为何待处理 已了结 202")
        )
        if language == "en":
            assert reasons(page) == why
    assert page.locator(".head .due").count() == 0, "it waits no more"
