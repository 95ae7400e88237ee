"""Colleagues keep notes and files with a case: on its page and over HTTP, and nothing of it reaches the declarant."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from single_window.accounts import rights
from single_window.api.app import create_app
from single_window.store import decision_log
from tests.api_keys import ALL, bearer, calls, issued
from tests.described import described_client
from tests.officers import Browser, account, signed_in
from tests.stories.story import StoryRunner

TEXT = "价格偏低，请@zhao核对。 <script>alert(1)</script>"
REPORT = "比对：相符".encode()


@pytest.fixture
def browser(story: StoryRunner) -> Iterator[Browser]:
    """The browser of Wang, a reviewer of customs; Zhao is his supervisor."""
    with described_client(create_app(story.window)) as client:
        account(story.window, "zhao")
        yield signed_in(client, story.window, "wang", "reviewer")


def waiting(story: StoryRunner) -> int:
    trade = story.trade(fault="content_missing")
    story.send(trade)
    return int(story.column(trade, "id"))


def page(story: StoryRunner, number: int) -> str:
    return f"/declarations/{number}?sandbox={story.sandbox}&lang=en"


def write(story: StoryRunner, browser: Browser, number: int, note: str = TEXT, **form: Any) -> Any:
    return browser.post(
        f"/cases/declaration/{number}/note?sandbox={story.sandbox}&lang=en", data={"note": note, **form}
    )


def upload(story: StoryRunner, browser: Browser, number: int, body: bytes = REPORT, name: str = "比对.txt") -> Any:
    form = {"file": (BytesIO(body), name)}
    where = f"/cases/declaration/{number}/file?sandbox={story.sandbox}&lang=en"
    return browser.post(where, data=form, content_type="multipart/form-data")


def told(browser: Browser, story: StoryRunner) -> int:
    return browser.get(f"/home?sandbox={story.sandbox}&lang=en").text.count("wrote a note")


def test_a_note_stands_on_the_page_in_its_history_and_in_the_log(story: StoryRunner, browser: Browser) -> None:
    number = waiting(story)
    answer = write(story, browser, number)
    assert (answer.status_code, answer.location) == (
        303,
        f"/declarations/{number}?sandbox={story.sandbox}&lang=en#notes",
    )
    shown = browser.get(page(story, number)).text
    assert shown.count("价格偏低") == 3 and "<script>alert" not in shown and "wrote a note" in shown
    (row,) = story.read(decision_log.of_subjects, [("declaration", str(number))], {"noted"}, 9)
    assert (row.by, row.role, row.reason) == ("wang", "reviewer", TEXT)


def test_who_is_mentioned_is_told_until_he_opens_the_case(story: StoryRunner, browser: Browser) -> None:
    number = waiting(story)
    write(story, browser, number)
    assert told(browser, story) == 0
    browser.sign_in("zhao")
    assert told(browser, story) == 1
    assert "mentions you" in browser.get(page(story, number)).text
    assert (told(browser, story), "mentions you" in browser.get(page(story, number)).text) == (0, False)


def test_what_is_refused_stays_in_its_field(story: StoryRunner, browser: Browser) -> None:
    number = waiting(story)
    refused = write(story, browser, number, "ask @zhou", keeps="note")
    assert refused.status_code == 422
    assert (
        "Nobody has the account @zhou; like it are: @zhao" in refused.text and ">ask @zhou</textarea>" in refused.text
    )
    assert write(story, browser, number, "  ").status_code == 422
    assert write(story, browser, number, "x" * 2_001).status_code == 422


def test_a_file_is_listed_logged_and_only_saved(story: StoryRunner, browser: Browser) -> None:
    number, sha256 = waiting(story), hashlib.sha256(REPORT).hexdigest()
    assert upload(story, browser, number).location.endswith("#files")
    shown = browser.get(page(story, number)).text
    (address,) = re.findall(r'href="([^"]+/files/[^"]+)" download', shown)
    got = browser.get(address.replace("&amp;", "&"))
    assert (got.data, got.headers["X-Content-Type-Options"]) == (REPORT, "nosniff")
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    (row,) = story.read(decision_log.of_subjects, [("declaration", str(number))], {"attached"}, 9)
    assert row.reason == f"比对.txt · SHA-256 {sha256}"
    for body, name in ((b"<svg onload='x()'/>", "a.png"), (b"", "empty.txt"), (b"<html>", "report.txt")):
        assert upload(story, browser, number, body, name).status_code == 422
    assert browser.get(page(story, number)).text.count("download>") == 1


def test_a_note_is_kept_when_the_session_has_ended(story: StoryRunner, browser: Browser) -> None:
    number, token = waiting(story), browser.token()
    where = f"/cases/declaration/{number}/note?sandbox={story.sandbox}&lang=en"
    form = {"note": "half a page of thoughts", "keeps": "note", "csrf_token": token}
    browser.client.delete_cookie(browser.application.config["SESSION_COOKIE_NAME"])
    asked = browser.client.post(where, data=form)
    assert asked.status_code == 403 and "half a page of thoughts" in asked.text
    name, password = account(story.window, "wang")
    signing = {"name": name, "password": password, "unsent": where, "note": form["note"], "keeps": "note"}
    again = browser.post(f"/sign-in?sandbox={story.sandbox}", data=signing)
    assert again.status_code == 200 and ">half a page of thoughts</textarea>" in again.text
    assert story.read(decision_log.of_subjects, [("declaration", str(number))], {"noted"}, 9) == []


def test_a_file_that_is_too_large_is_refused_in_words(story: StoryRunner, browser: Browser) -> None:
    number = waiting(story)
    answer = upload(story, browser, number, b"x" * 10_000_001)
    assert answer.status_code == 422 and "The file 比对.txt has 10000001 bytes" in answer.text
    assert upload(story, browser, number, b"x" * 10_300_000).status_code == 413
    assert "download>" not in browser.get(page(story, number)).text


def test_others_neither_write_nor_read(story: StoryRunner, browser: Browser) -> None:
    number = waiting(story)
    write(story, browser, number)
    browser.sign_in(*account(story.window, "sun", "tax_officer"))
    assert write(story, browser, number).status_code == 403
    assert upload(story, browser, number).status_code == 403
    shown = browser.get(page(story, number)).text
    assert "价格偏低" in shown and 'name="note"' not in shown
    browser.post("/sign-out")
    assert "价格偏低" not in browser.get(page(story, number)).text


def test_a_program_writes_and_reads_over_http(story: StoryRunner, browser: Browser) -> None:
    number, key = waiting(story), issued(story.window, story.sandbox, (), ["act_as_officer"], owner="desk")
    notes = f"/api/v1/cases/declaration/{number}/notes"
    added = browser.client.post(notes, json={"text": "ask @wang"}, headers=bearer(key))
    assert (added.status_code, added.json["by"], added.json["mentions"]) == (201, "key:desk", ["wang"])
    assert browser.client.get(notes, headers=bearer(key)).json == {"notes": [added.json]}
    assert browser.client.post(notes, json={"text": "ask @nobody"}, headers=bearer(key)).status_code == 422
    assert told(browser, story) == 1


@pytest.mark.long
def test_no_call_of_a_company_shows_them(story: StoryRunner, browser: Browser) -> None:
    number = waiting(story)
    write(story, browser, number)
    upload(story, browser, number)
    wanted = [name for name in ALL if name != "act_as_officer"]
    key, client = issued(story.window, story.sandbox, ["*"], wanted, owner="erp"), browser.application.test_client()
    asked = 0
    for endpoint, method, path in calls(browser.application, number=str(number), name=story.sandbox):
        if method == "GET" and set(wanted) & set(rights.wanted_of(endpoint)):
            answer = client.get(path, headers=bearer(key))
            asked += answer.status_code == 200
            assert "价格偏低" not in answer.text and "比对.txt" not in answer.text, path
    assert asked > 20
    for part in ("notes", "files"):
        assert client.get(f"/api/v1/cases/declaration/{number}/{part}", headers=bearer(key)).status_code == 403


def test_a_colleague_is_chosen_from_a_list_and_told(story: StoryRunner, browser: Browser) -> None:
    number = waiting(story)
    shown = browser.get(page(story, number)).text
    assert re.search(r'<option value="zhao">\s*zhao</option>', shown) and '<option value="wang">' not in shown
    write(story, browser, number, "请看一下", mention="zhao")
    (row,) = story.read(decision_log.of_subjects, [("declaration", str(number))], {"noted"}, 9)
    assert row.reason == "请看一下 @zhao"
    refused = write(story, browser, number, "x", mention="nobody-here").text
    assert "nobody-here" in refused, "a name that no form offers is refused with the nearest ones"
