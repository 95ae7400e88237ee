"""A subject is made once, whoever else makes one with the same key at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from single_window.accounts.people import Person
from single_window.cases.batches.opening import OPENING
from single_window.cases.batches.queries import BATCH_ROWS
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.language.refusal import Refusal
from single_window.store.decisions import decisions_about
from single_window.store.tables import creation_key
from tests.databases import ON_BOTH, fetch
from tests.officers import TESTER, named
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
VALUES = {"flow": "I", "customs_code": "4240", "trade_mode": "1210"}


def make(story: StoryRunner, key: str, who: Person = TESTER, **changes: str) -> int:
    wanted = Requested("open", values={**VALUES, **changes})
    return create(story.window, story.sandbox, "batch", OPENING, wanted, who, key)


def made(story: StoryRunner) -> int:
    story.window.settle()
    return len(story.read(BATCH_ROWS.newest))


def test_many_at_once_with_one_key_make_one(story: StoryRunner) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = set(pool.map(lambda _: make(story, "monday-1"), range(16)))
    assert (len(numbers), made(story)) == (1, 1)
    assert len(story.read(decisions_about, "batch", 0)) == 1


def test_a_key_belongs_to_who_used_it_first(story: StoryRunner) -> None:
    make(story, "monday-1", named("li"))
    with pytest.raises(Refusal, match="names another request"):
        make(story, "monday-1", named("wang"))
    assert made(story) == 1


def test_a_request_that_is_refused_leaves_its_key_free(story: StoryRunner) -> None:
    with pytest.raises(Refusal):
        make(story, "monday-1", customs_code="0000")
    make(story, "monday-1")
    assert made(story) == 1


def test_without_a_key_none_is_kept(story: StoryRunner) -> None:
    make(story, "")
    make(story, "")
    assert made(story) == 2
    assert fetch(story.window.engine, select(func.count()).select_from(creation_key)).scalar() == 0
