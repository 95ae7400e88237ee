"""Whatever is decided about has notes and files on its page: by the kind of its decisions, not by its own code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from single_window.api.app import create_app
from single_window.cases.batches.requests import open_batch
from single_window.cases.case_pages import address_of
from single_window.cases.subjects import DECISION_KINDS, values
from single_window.frame.pages.decision_forms import DecisionPage
from single_window.store.tables import batch, guarantee
from tests.described import described_client
from tests.officers import TESTER, Browser, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each


@pytest.fixture
def browser(story: StoryRunner) -> Iterator[Browser]:
    with described_client(create_app(story.window)) as client:
        yield signed_in(client, story.window, "zhao")


def id_of(story: StoryRunner, kind: str) -> str:
    """The id of some subject of a kind."""
    if kind == "parameter":
        return "inspection.quality_failure"
    if kind == "batch":
        open_batch(story.window, story.sandbox, "I", "4240", "1210", TESTER)
        story.window.settle()
    column = {"batch": batch.c.id, "guarantee": guarantee.c.assure_code}[kind]
    return str(story.rows(select(column).limit(1))[0][0])


@each("kind", ["batch", "guarantee", "parameter"])
def test_its_page_takes_a_note_and_shows_it(story: StoryRunner, browser: Browser, kind: str) -> None:
    number = id_of(story, kind)
    with browser.application.test_request_context(f"/?sandbox={story.sandbox}&lang=en"):
        address = story.read(address_of, (kind, number))
    answer = browser.post(
        f"/cases/{kind}/{number}/note?sandbox={story.sandbox}&lang=en", data={"note": f"about this {kind}"}
    )
    assert answer.status_code == 303, answer.text
    shown = browser.get(address).text
    assert f"about this {kind}" in shown and 'id="files"' in shown and 'name="file"' in shown


def test_every_kind_with_a_page_has_the_forms() -> None:
    pages = {page.kind.subject for page in values("pages", DecisionPage) if page.kind.settle is None}
    assert pages == {kind.subject for kind in DECISION_KINDS.values() if kind.settle is None} - {"parked"}
