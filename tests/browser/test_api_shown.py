"""The API to read, in a browser: every call is there, and nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from single_window.clock import monotonic
from tests.browser.conftest import Desks
from tests.patience import PATIENCE


def scrolled_through(page: Page, calls: int) -> set[str]:
    """The ids of the calls that come into sight, as the page draws only what is near; until all are seen."""
    seen, until = set[str](), monotonic() + PATIENCE
    while len(seen) < calls and monotonic() < until:
        seen |= set(page.locator(".opblock").evaluate_all("blocks => blocks.map(block => block.id)"))
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(50)
    return seen


@pytest.mark.long
def test_every_call_is_shown_with_nothing_from_elsewhere(desks: Desks, browse: Callable[..., Page]) -> None:
    page, queries, reports = browse(), [], []
    page.on("request", lambda request: queries.append(request.url))
    page.on("console", lambda message: reports.append(message.text))
    page.goto(f"{desks.url}/api/v1/docs/")
    page.wait_for_selector(".opblock")
    described = page.request.get(f"{desks.url}/api/v1/openapi.json").json()
    calls = sum(len(path) for path in [*described["paths"].values(), *described["webhooks"].values()])
    assert len(scrolled_through(page, calls)) == calls
    assert queries and all(url.startswith((desks.url, "data:")) for url in queries) and reports == []
