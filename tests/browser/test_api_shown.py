"""The API to read, in a browser: every call is there, and nothing comes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desks


@pytest.mark.long
def test_every_call_is_shown_with_nothing_from_elsewhere(desks: Desks, browse: Callable[..., Page]) -> None:
    page, queries, reports = browse(), [], []
    page.on("request", lambda request: queries.append(request.url))
    page.on("console", lambda message: reports.append(message.text))
    page.goto(f"{desks.url}/api/v1/docs/")
    page.wait_for_selector(".opblock")
    described = page.request.get(f"{desks.url}/api/v1/openapi.json").json()
    calls = sum(len(path) for path in [*described["paths"].values(), *described["webhooks"].values()])
    expect(page.locator(".opblock")).to_have_count(calls)
    assert queries and all(url.startswith((desks.url, "data:")) for url in queries) and reports == []
