"""On pages: an administrator proposes another value of what is ours to change, and somebody else approves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import kept_open, window_in
from tests.officers import Browser, signed_in
from tests.stories.story import NOON
from tests.tables import each

RATES = "/parameters/inspection.rates?sandbox=s&lang=en"
FAILURE = "/parameters/inspection.quality_failure?sandbox=s&lang=en"
LIMIT = "/parameters/limits.annual?sandbox=s&lang=en"
FORM = {
    "version": "1",
    "value.ordinary": "0.25",
    "value.advanced": "0.004",
    "since": "2026-11-23",
    "reason": "年度评估",
}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    window = window_in(tmp_path)
    window.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    yield from kept_open(window)


@pytest.fixture
def app(window: Window) -> Iterator[Flask]:
    runtime = Runtime(window)
    runtime.start()
    yield create_app(window, runtime=runtime)
    runtime.stop()


def browser(app: Flask, window: Window, name: str, role: str = "administrator") -> Browser:
    return signed_in(app.test_client(), window, name, role=role)


def proposed(value: Browser, **more: str) -> str:
    """The number of a proposal that an administrator makes."""
    answer = value.post(RATES, data={**FORM, **more})
    assert answer.status_code == 303 and "proposed=change" in answer.location, answer.text
    assert "Proposed; it is carried out once another officer has approved it" in value.get(answer.location).text
    return str(value.get("/api/v1/proposals", headers={"X-Sandbox": "s"}).json["proposals"][0]["id"])


def test_an_administrator_is_offered_what_is_ours_to_change_and_nobody_else_is(app: Flask, window: Window) -> None:
    gao = browser(app, window, "gao")
    assert re.search(r'name="value.ordinary"\s+value="0.02"', gao.get(RATES).text)
    assert re.search(r'name="value."\s+value="0.03"', gao.get(FAILURE).text)
    assert 'name="since"' not in gao.get(LIMIT).text, "nobody changes the law"
    other = browser(app, window, "zhao", "supervisor").get(RATES).text
    assert 'name="since"' not in other and "An administrator may change this parameter" in other


def test_a_supervisor_finds_the_change_in_his_queue_and_approves_it(app: Flask, window: Window) -> None:
    number = proposed(browser(app, window, "gao"), reason=HOSTILE)
    zhao = browser(app, window, "zhao", "supervisor")
    assert f'value="proposal~{number}~0"' in zhao.get("/review?sandbox=s&lang=en&desk=parameter_approvals").text
    page = zhao.get(RATES).text
    assert "ordinary 0.02 → 0.25" in page and "2026-11-23" in page and 'value="approve"' in page
    assert "&lt;script&gt;" in page and HOSTILE not in page
    done = zhao.post(f"/proposals/{number}?sandbox=s", data={"act": "approve"})
    assert done.status_code == 303 and done.location.startswith("/parameters/inspection.rates")
    assert "done=change" in done.location
    later = zhao.get(f"{RATES}&day=2026-11-23").text
    assert "ordinary 0.25" in later and f"decision {number}" in later and "approved by zhao" in later
    every = zhao.get("/parameters?sandbox=s&lang=en&name=inspection.rates").text
    assert "ordinary 0.02" in every and "ordinary 0.25" in every, "it is what comes next"


def test_the_log_shows_who_changed_what(app: Flask, window: Window) -> None:
    number = proposed(browser(app, window, "gao"))
    lin = browser(app, window, "lin")
    lin.post(f"/proposals/{number}?sandbox=s", data={"act": "approve"})
    log = lin.get("/log?sandbox=s&lang=en&verify=1").text
    assert 'href="/parameters/inspection.rates?sandbox=s&amp;lang=en"' in log and "The chain holds" in log
    assert "change the value" in log and "2026-11-23" in log and "approved" in log


def test_who_proposed_it_only_withdraws_it(app: Flask, window: Window) -> None:
    gao = browser(app, window, "gao")
    number = proposed(gao)
    page = gao.get(RATES).text
    assert 'value="approve"' not in page and "Withdraw" in page and 'name="since"' not in page
    own = gao.post(f"/proposals/{number}?sandbox=s&lang=en", data={"act": "approve"})
    assert own.status_code == 422 and "somebody else must approve it" in own.text
    again = gao.post(RATES, data=FORM)
    assert again.status_code == 409 and "waits for approval" in again.text
    gao.post(f"/proposals/{number}?sandbox=s", data={"act": "decline"})
    assert 'name="since"' in gao.get(RATES).text


def test_a_refused_form_is_shown_again_as_the_page_that_it_is_on(app: Flask, window: Window) -> None:
    gao, marked = browser(app, window, "gao"), re.compile(r'<a href="([^"?]*)[^>]* aria-current="page"')
    refused = gao.post(RATES, data={**FORM, "since": "soon"})
    assert refused.status_code == 422
    assert marked.findall(gao.get(RATES).text) == marked.findall(refused.text) == ["/parameters"]
    assert "One value: what it was when" in refused.text, "and says what the page is for"


def test_a_refused_form_can_be_read_in_the_other_language(app: Flask, window: Window) -> None:
    gao = browser(app, window, "gao")
    refused = gao.post(f"/proposals/{proposed(gao)}?sandbox=s&lang=en", data={"act": "approve"})
    (other,) = re.findall(r'<a href="([^"]+)" lang="zh-CN"', refused.text)
    assert refused.status_code == 422 and gao.get(unescape(other)).status_code == 200


@each("role", ["supervisor", "auditor", "reviewer"])
def test_who_has_no_right_to_it_changes_nothing(app: Flask, window: Window, role: str) -> None:
    assert browser(app, window, f"a-{role}", role).post(RATES, data=FORM).status_code == 403
    assert Browser(app.test_client()).post(RATES, data=FORM).status_code == 403


def test_what_is_not_there_cannot_be_changed(app: Flask, window: Window) -> None:
    gao = browser(app, window, "gao")
    assert gao.post("/parameters/limits.monthly?sandbox=s", data=FORM).status_code == 404
    refused = gao.post(LIMIT, data={**FORM, "value.": "1"})
    assert refused.status_code == 422 and "what the law says" in refused.text
