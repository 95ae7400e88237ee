"""On pages and over HTTP: what one officer proposes is shown to the next, who approves or declines it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.store import tables
from single_window.store.engine import writing
from single_window.wiring import Window
from single_window.work.runtime import Runtime
from tests.databases import fetch, kept_open, window_in
from tests.officers import Browser, signed_in
from tests.stories.story import NOON

COMPANY = "3702960A01"
PAGE = f"/registrations/{COMPANY}?sandbox=s&lang=en"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    """A window at work with a company that is suspended."""
    window = window_in(tmp_path)
    window.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    with writing(window.engine) as connection:
        connection.execute(
            insert(tables.enterprise).values(
                sandbox="s",
                code=COMPANY,
                key=COMPANY,
                state="suspended",
                name="青岛海燕",
                kinds="merchant",
                version=3,
                filed_at=NOON,
                suspended_at=NOON,
                facts='{"dxp_id": "DXPENT0000000001"}',
            )
        )
        connection.execute(
            insert(tables.participant).values(
                sandbox="s",
                code=COMPANY,
                name="青岛海燕",
                kinds="merchant",
                dxp_id="DXPENT0000000001",
                suspended_at=NOON,
            )
        )
    yield from kept_open(window)


@pytest.fixture
def app(window: Window) -> Iterator[Flask]:
    runtime = Runtime(window)
    runtime.start()
    yield create_app(window, runtime=runtime)
    runtime.stop()


def browser(app: Flask, window: Window, name: str, role: str = "supervisor") -> Browser:
    return signed_in(app.test_client(), window, name, role=role)


def state(window: Window) -> str:
    return str(fetch(window.engine, select(tables.enterprise.c.state)).scalar())


def proposed(registrar: Browser) -> str:
    """The number of a proposal that a registrar makes."""
    answer = registrar.post(PAGE, data={"act": "resume", "version": "3", "reason": HOSTILE})
    assert answer.status_code == 303 and "proposed=resume" in answer.location, answer.text
    assert "Proposed; it is carried out once another officer has approved it" in registrar.get(answer.location).text
    return str(registrar.get("/api/v1/proposals", headers={"X-Sandbox": "s"}).json["proposals"][0]["id"])


def test_the_page_shows_a_proposal_in_place_of_decisions_and_its_officer_may_only_withdraw_it(
    app: Flask, window: Window
) -> None:
    registrar = browser(app, window, "ma", "registrar")
    number = proposed(registrar)
    page = registrar.get(PAGE).text
    assert "&lt;script&gt;" in page and HOSTILE not in page
    assert '<div class="preview"><div' not in page, "no box without words"
    assert 'value="resume"' not in page and "Withdraw" in page and 'value="approve"' not in page
    own = registrar.post(f"/proposals/{number}?sandbox=s&lang=en", data={"act": "approve"})
    assert own.status_code == 422 and "somebody else must approve it" in own.text
    again = registrar.post(PAGE, data={"act": "resume", "version": "3"})
    assert again.status_code == 409 and "waits for approval" in again.text
    gone = registrar.post(f"/proposals/{number}?sandbox=s", data={"act": "decline"})
    assert gone.status_code == 303 and 'value="resume"' in registrar.get(PAGE).text and state(window) == "suspended"


def test_another_officer_finds_it_in_his_queue_and_approves_it(app: Flask, window: Window) -> None:
    number = proposed(browser(app, window, "ma", "registrar"))
    second = browser(app, window, "zhao")
    assert f'value="proposal~{number}~0"' in second.get("/review?sandbox=s&lang=en").text
    taken = second.post("/review/next?sandbox=s", data={})
    assert taken.location.startswith(f"/registrations/{COMPANY}")
    assert 'value="approve"' in second.get(PAGE).text
    done = second.post(f"/proposals/{number}?sandbox=s", data={"act": "approve"})
    assert done.status_code == 303 and "done=resume" in done.location and state(window) == "registered"
    late = second.post(f"/proposals/{number}?sandbox=s", data={"act": "decline"})
    assert late.status_code == 409 and "does not wait for approval" in late.text
    log = second.get("/log?sandbox=s&lang=en").text
    assert [word in log for word in ("proposed", "approved", "carried out")] == [True] * 3


def test_many_are_approved_at_once_and_each_outcome_is_reported(app: Flask, window: Window) -> None:
    number = proposed(browser(app, window, "ma", "registrar"))
    response = browser(app, window, "zhao").post(
        "/review/cases?sandbox=s&lang=en&desk=registration_approvals",
        data={
            "act": "proposal.approve",
            "case": [f"proposal~{number}~0", "proposal~99999~0", "proposal~x~0", "registration~x~1"],
        },
        follow_redirects=True,
    )
    assert response.status_code == 200 and "carried out" in response.text and state(window) == "registered"
    assert response.text.count("chip bad") >= 3 and "not for cases of this kind" in response.text


def test_what_is_neither_approved_nor_declined_by_its_name_or_without_a_reason_still_waits(
    app: Flask, window: Window
) -> None:
    number = proposed(browser(app, window, "ma", "registrar"))
    zhao = browser(app, window, "zhao")
    for form, words in (
        ({"act": "release"}, "may not release"),
        ({}, "Allowed: approve"),
        ({"act": "decline"}, "reason"),
    ):
        answer = zhao.post(f"/proposals/{number}?sandbox=s&lang=en", data=form)
        assert answer.status_code == 422 and words in answer.text, form
    many = zhao.post(
        "/review/cases?sandbox=s&lang=en&desk=registration_approvals",
        data={"act": "proposal.conclude", "case": [f"proposal~{number}~0"]},
        follow_redirects=True,
    )
    assert "may not conclude" in many.text
    assert zhao.get(PAGE).text.count('name="act" value="approve"') == 1
    declined = zhao.post(f"/proposals/{number}?sandbox=s", data={"act": "decline", "reason": "材料不足"})
    assert "declined=resume" in declined.location and "done=" not in declined.location
    assert "Declined" in zhao.get(f"{PAGE}&declined=resume").text


def test_a_declined_proposal_comes_back_to_its_author_s_first_page_with_the_words(app: Flask, window: Window) -> None:
    ma, home = browser(app, window, "ma", "registrar"), "/home?sandbox=s&lang=en"
    number = proposed(ma)
    assert "that were declined" not in ma.get(home).text
    zhao = browser(app, window, "zhao")
    declined = zhao.post(f"/proposals/{number}?sandbox=s", data={"act": "decline", "reason": "材料不足"})
    assert f"<b>{COMPANY}</b>" in zhao.get(f"{declined.location}&lang=en").text, "the page that follows names the case"
    shown = ma.get(home).text
    assert "that were declined" in shown and "“材料不足”" in shown and PAGE.partition("?")[0] in shown
    assert "that were declined" not in zhao.get(home).text, "only to whom proposed it"
    proposed(ma)
    assert "that were declined" not in ma.get(home).text, "he has decided again"


def test_who_withdraws_his_proposal_is_told_so(app: Flask, window: Window) -> None:
    ma = browser(app, window, "ma", "registrar")
    withdrawn = ma.post(f"/proposals/{proposed(ma)}?sandbox=s", data={"act": "decline"})
    shown = ma.get(f"{withdrawn.location}&lang=en").text
    assert "Withdrawn, so that it is not carried out" in shown and "Declined, so that" not in shown
    assert "that were declined" not in ma.get("/home?sandbox=s&lang=en").text


def test_who_has_no_right_to_it_is_refused_whatever_he_calls(app: Flask, window: Window) -> None:
    number = proposed(browser(app, window, "ma", "registrar"))
    for name, role, status in (("liu", "registrar", 403), ("he", "auditor", 403), ("sun", "reviewer", 403)):
        answer = browser(app, window, name, role).post(f"/proposals/{number}?sandbox=s", data={"act": "approve"})
        assert answer.status_code == status
    guest = Browser(app.test_client())
    assert guest.post(f"/proposals/{number}?sandbox=s", data={"act": "approve"}).status_code == 403
    assert browser(app, window, "zhao").post("/proposals/999?sandbox=s", data={}).status_code == 404
    assert state(window) == "suspended"
