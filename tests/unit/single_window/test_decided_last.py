"""What officers do is said in both languages, and the page of a list names what undoes the last decision about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from played_trades import SANDBOX, Played, order_no

from declarations.lifecycle import OFFICER, all_lifecycles
from gateways.registration.officers import ACTIONS
from single_window.api import create_app
from single_window.cases.declarations import assembly
from single_window.language.acts import act_words
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import kept_open, read_by, window_in
from tests.officers import Browser, signed_in
from tests.tables import each

DECIDED = sorted(
    {
        step.action
        for name in (
            "declaration",
            "cancellation",
            "refund",
            "export_refund",
            "registration",
            "refund_claim",
            "forex_report",
            "batch",
        )
        for step in all_lifecycles()[name].transitions
        if OFFICER in step.by
    }
    | {*ACTIONS}
)


@each("action", DECIDED)
def test_what_officers_do_has_chinese_words(action: str) -> None:
    text = act_words(action)
    assert not text.zh.isascii() and text.en.isascii(), action


@pytest.fixture(scope="module")
def window(played: Played) -> Iterator[Window]:
    yield from kept_open(window_in(played.data))


@pytest.fixture(scope="module")
def app(window: Window) -> Iterator[Flask]:
    runtime = Runtime(window)
    runtime.start()
    yield create_app(window, runtime=runtime)
    runtime.stop()


def decided(browser: Browser, number: int, act: str, **form: str) -> str:
    """Decide about a list; gives the page that follows."""
    address = f"/declarations/{number}?sandbox={SANDBOX}&lang=en"
    page = browser.get(address).text
    seen = {name: re.findall(f'name="{name}" value="([^"]+)"', page)[-1] for name in ("version",)}
    answer = browser.post(address.replace("?", "/decision?"), data={**seen, "act": act, **form})
    return answer.text if answer.status_code != 303 else browser.get(address).text


def test_a_page_names_the_counter_entry_and_shows_whose_reason_was_chosen(
    app: Flask, window: Window, played: Played
) -> None:
    head = read_by(window.engine, assembly.of_order, SANDBOX, order_no(played.reviewed)).head
    assert head is not None and head.state == "in_review"
    browser = signed_in(app.test_client(), window, "li", "reviewer")
    assert "Decided last" not in browser.get(f"/declarations/{head.id}?sandbox={SANDBOX}&lang=en").text
    assert "is one of another act" in decided(browser, head.id, "suspend", chosen="reject.1")
    page = decided(browser, head.id, "suspend", reason="wait for papers")
    assert re.search(r"Decided last:\s+<strong>suspend</strong> · li · .* — undone by:\s+<strong>review</strong>", page)
    page = decided(browser, head.id, "reject", chosen="reject.1")
    assert re.search(
        r"<strong>reject</strong> · li · .* — undone by:\s+<strong>amend</strong>\s+\(\s*participant\s*\)", page
    )
