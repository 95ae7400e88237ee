"""The window itself publishes facts: each gateway that hears one gets it, in the transaction that publishes."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gateways.topics.facts import ListReleased
from gateways.topics.shared import Decision
from single_window.store import facts
from single_window.store.engine import writing
from single_window.store.tables import delivery
from tests.stories.story import StoryRunner

RELEASED = ListReleased(7, "42272026I000000001", "", {}, 0)


def test_a_fact_goes_to_whoever_hears_it(story: StoryRunner) -> None:
    with writing(story.window.engine) as connection:
        facts.publish(connection, story.window.numbering, story.sandbox, [RELEASED, RELEASED])
    assert [tuple(row) for row in story.rows(select(delivery.c.queue, delivery.c.topic))] == [
        ("tax", "customs.released")
    ]


def test_what_is_no_fact_is_not_published(story: StoryRunner) -> None:
    with pytest.raises(TypeError), writing(story.window.engine) as connection:
        facts.publish(connection, story.window.numbering, story.sandbox, [Decision(1, 0, 0, "x", "", "", {})])
    assert story.rows(select(delivery)) == []
