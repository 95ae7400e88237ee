"""What the story of a list tells, step by step."""

from __future__ import annotations

from single_window import stories
from single_window.store.engine import reading


def test_steps_at_one_instant_are_told_in_their_order(tell):
    story = tell()
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    with reading(story.window.engine) as connection:
        told = stories.of_declaration(connection, story.sandbox, int(str(story.column(trade, "id"))))
    mine = [one.event for one in told.timeline if one.kind == "inventory"]
    assert mine[-2:] == ["accepted", "review"], mine
