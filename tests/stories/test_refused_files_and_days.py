"""What officers' pages say of files that are refused, of hashes in the log, and of absences."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest

from single_window.api.app import create_app
from single_window.cases.declarations.decisions import LIST_DECISION
from single_window.frame.deciding import find
from single_window.frame.files import add
from single_window.frame.http.budgets import FILES_BYTES
from tests.described import described_client
from tests.officers import TESTER, Browser, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each


@pytest.fixture
def browser(story: StoryRunner) -> Iterator[Browser]:
    """The browser of a supervisor."""
    with described_client(create_app(story.window)) as client:
        yield signed_in(client, story.window, "zhao", "supervisor")


def listed(story: StoryRunner) -> str:
    """The id of a list in review."""
    trade = story.trade(fault="content_missing")
    story.send(trade)
    return str(story.column(trade, "id"))


def send_file(browser: Browser, number: str, body: bytes) -> str:
    form = {"file": (BytesIO(body), "notes.txt", "text/plain"), "keeps": "file"}
    address = f"/cases/declaration/{number}/file?sandbox=story&lang=en"
    headers = {"Accept": "text/html"}
    return str(browser.post(address, data=form, content_type="multipart/form-data", headers=headers).text)


@each(
    ("body", "told"),
    [
        (b"<script>alert(1)</script>", "looks like HTML"),
        (b"<?xml version='1.0'?>", "looks like HTML"),
        (b"\0", "unknown"),
    ],
    ids=["script", "xml", "neither"],
)
def test_a_refused_content_is_named(story: StoryRunner, browser: Browser, body: bytes, told: str) -> None:
    assert told in send_file(browser, listed(story), body)


def test_a_file_that_is_too_large_is_answered_with_its_limit_and_the_own_rail(
    story: StoryRunner, browser: Browser
) -> None:
    page = send_file(browser, listed(story), b"a" * (FILES_BYTES + 1))
    assert "files may have 10 MB" in page and "/api/v1/messages" not in page
    assert "zhao" in page and "Sign in" not in page


def test_hashes_of_files_stand_beside_that_of_the_row(story: StoryRunner, browser: Browser) -> None:
    number = listed(story)
    trade = story.trade(fault="content_missing")
    subject = find(story.window, story.sandbox, LIST_DECISION, trade.id)
    added, _ = add(story.window, story.sandbox, subject, "report.txt", "text/plain", b"a report", TESTER)
    page = browser.get("/log?sandbox=story&lang=en").text
    assert number and f'title="{added.sha256}"' in page and '<td class="says">report.txt</td>' in page


def test_days_of_an_absence_are_filled_in_and_a_refusal_leads_back(story: StoryRunner, browser: Browser) -> None:
    page = browser.get("/home?sandbox=story&lang=en").text
    assert 'name="since"' in page and "placeholder=" not in page.partition('id="away-since"')[2].partition(">")[0]
    form = {"do": "mark", "page": "home", "since": "", "until": "", "colleague": ""}
    refused = browser.post("/absence?sandbox=story&lang=en", data=form)
    assert refused.status_code == 422 and "Back to the case" not in refused.text and "← Home" in refused.text
