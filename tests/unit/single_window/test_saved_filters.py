"""Officers keep filters of the queue under names; each has his own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from gateways.circumstances import Options
from single_window.accounts import filters
from single_window.accounts.filters import SavedFilter
from single_window.api.app import create_app
from single_window.store.engine import reading, writing
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import kept_open, window_in
from tests.officers import Browser, signed_in

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    opened = window_in(tmp_path)
    opened.make_sandbox("s", Options())
    yield from kept_open(opened)


@pytest.fixture
def app(window: Window) -> Flask:
    return create_app(window, runtime=Runtime(window))


def test_a_filter_is_kept_used_replaced_and_let_go(app: Flask, window: Window) -> None:
    browser = signed_in(app.test_client(), window, "li", role="reviewer")
    saved = browser.post("/review/filters?sandbox=s", data={"name": HOSTILE, "words": "奶粉", "desk": "review"})
    assert saved.status_code == 303 and "words=" in saved.location
    page = browser.get("/review?sandbox=s&lang=en").text
    assert "&lt;script&gt;" in page and HOSTILE not in page and "words=%E5%A5%B6%E7%B2%89" in page
    browser.post("/review/filters?sandbox=s", data={"name": HOSTILE, "view": "overdue"})
    with reading(window.engine) as connection:
        assert filters.filters_of(connection, "li") == [SavedFilter("li", HOSTILE, {"view": "overdue"}, False)]
        assert filters.filters_of(connection, "wang") == []
    browser.post("/review/filters?sandbox=s", data={"name": HOSTILE, "act": "forget"})
    assert "&lt;script&gt;" not in browser.get("/review?sandbox=s&lang=en").text


def test_there_are_so_many_at_most_and_each_has_a_name(window: Window) -> None:
    with writing(window.engine) as connection:
        assert not filters.save(connection, "li", "  ", {})
        kept = [
            filters.save(connection, "li", f"f{number}", {"words": "x"}) for number in range(filters.MAX_FILTERS + 1)
        ]
        assert kept == [True] * filters.MAX_FILTERS + [False]
        assert filters.save(connection, "li", "f1", {"words": "y", "evil": "z"})
        assert filters.filters_of(connection, "li")[1] == SavedFilter("li", "f1", {"words": "y"}, False)


def test_a_shared_filter_is_seen_by_colleagues_and_deleted_by_its_owner_alone(app: Flask, window: Window) -> None:
    li = signed_in(app.test_client(), window, "li", role="reviewer")
    wang = signed_in(app.test_client(), window, "wang", role="reviewer")
    li.post("/review/filters?sandbox=s", data={"name": "dear", "sort": "value", "reason": "14204", "shared": "1"})
    page = wang.get("/review?sandbox=s&lang=en").text
    assert "dear</a>" in page and "shared by li" in page and "Delete filter dear" not in page
    wang.post("/review/filters?sandbox=s", data={"name": "dear", "act": "forget"})
    with reading(window.engine) as connection:
        chosen = {"reason": "14204", "sort": "value"}
        assert filters.filters_of(connection, "wang") == [SavedFilter("li", "dear", chosen, True)]
    li.post("/review/filters?sandbox=s", data={"name": "dear", "sort": "value"})
    assert "dear" not in wang.get("/review?sandbox=s&lang=en").text


def test_a_guest_keeps_nothing(app: Flask) -> None:
    guest = Browser(app.test_client())
    assert guest.post("/review/filters?sandbox=s", data={"name": "mine"}).status_code == 403
