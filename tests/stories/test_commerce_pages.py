"""Officers read of licences and months in both languages, where the sandbox opted in; elsewhere nobody sees or pays."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event

from single_window.api.app import create_app
from single_window.store.tables import metadata
from single_window.work.runtime import Runtime
from tests.officers import signed_in
from tests.stories.commerce import Commerce
from tests.stories.registering import NEWCOMER, application
from tests.stories.story import StoryRunner


def browser_of(story: StoryRunner):
    client = create_app(story.window, runtime=Runtime(story.window)).test_client()
    return signed_in(client, story.window)


@pytest.fixture
def commerce(start_story) -> Commerce:
    """A corrected licence of a registered company, and a month that nobody told."""
    commerce = Commerce(start_story(commerce="on"))
    commerce.record("2020-01-01,1,1,name=<b>N</b>")
    commerce.apply(name="<b>N</b>")
    commerce.story.pass_time(hours=2)
    commerce.record("2020-01-01,2,2,name=<b>N</b>")
    commerce.name_reporter()
    commerce.story.pass_time(days=21)
    return commerce


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("市场监管与商务", "执照更正", "月报逾期", "存续", "未经证实")),
        ("en", ("Commerce", "licence corrected", "month overdue", "open", "unproved")),
    ],
)
def test_a_case_shows_the_licence_or_the_month_and_what_is_invented(
    commerce: Commerce, language: str, words: tuple[str, ...]
) -> None:
    browser = browser_of(commerce.story)
    corrected, overdue = commerce.cases()
    listed = browser.get(f"/commerce?sandbox=story&lang={language}").get_data(as_text=True)
    for told in (*words[:3], corrected.case_no, overdue.case_no):
        assert told in listed, told
    page = browser.get(f"/commerce/{corrected.case_no}?sandbox=story&lang={language}").get_data(as_text=True)
    for told in (words[1], *words[3:], NEWCOMER.code, NEWCOMER.credit_code, "&lt;b&gt;N&lt;/b&gt;"):
        assert told in page, told
    assert "<b>N</b>" not in page and len(page.encode()) < 60_000
    page = browser.get(f"/commerce/{overdue.case_no}?sandbox=story&lang={language}").get_data(as_text=True)
    assert words[2] in page and "202611" in page


@pytest.mark.parametrize(("option", "seen"), [("off", False), ("on", True)])
def test_the_list_and_the_desk_are_there_where_the_sandbox_opted_in(start_story, option: str, seen: bool) -> None:
    browser = browser_of(start_story(commerce=option))
    for path in ("/declarations", "/review", "/supervision"):
        page = browser.get(f"{path}?sandbox=story&lang=en").get_data(as_text=True)
        assert ('href="/commerce?' in page or "desk=commerce" in page) is seen, path


def test_where_it_is_off_a_registration_reads_and_writes_nothing_of_commerce(start_story) -> None:
    story = start_story()
    statements: list[str] = []

    def remember(connection, cursor, statement, *rest):
        statements.append(statement)

    event.listen(story.window.engine, "before_cursor_execute", remember)
    try:
        story.submit(application(NEWCOMER))
    finally:
        event.remove(story.window.engine, "before_cursor_execute", remember)
    ours = [name for name, table in metadata.tables.items() if table.info.get("owner") == "commerce"]
    assert statements and len(ours) == 8
    assert not [one for one in statements if any(re.search(rf"\b{name}\b", one) for name in ours)]
