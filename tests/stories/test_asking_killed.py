"""Killed while a declarant is asked, or while his silence is noted: he is asked once, and the case comes back once."""

from __future__ import annotations

from pathlib import Path

import pytest

from declarations.calendar import DAY
from single_window.store import case_queue, questions
from single_window.store.questions import QuestionState
from single_window.wiring import Window
from tests.officers import act
from tests.stories.killing import StoryReader, killed
from tests.stories.story import NOON, StoryRunner
from tests.stories.test_asking_the_trader import waiting_list

pytestmark = pytest.mark.long


def asking(window: Window) -> None:
    """Asks about the list that waits unless that is done, lets the day pass, and works on it."""
    story = StoryReader(window)
    (waits,) = story.read(case_queue.page, case_queue.QueueFilter()) or [None]
    if waits is not None and not story.read(questions.page, None):
        act(window, "story", waits.number, "ask", "请提供发票")
    window.settle()
    window.advance("story", NOON + 7 * DAY)


@pytest.mark.parametrize(("point", "times"), [("before-commit", 1), ("after-commit", 1), ("before-commit", 2)])
def test_who_asks_and_is_killed_has_asked_once(story: StoryRunner, tmp_path: Path, point: str, times: int) -> None:
    trade = waiting_list(story)
    story.window.close()
    with killed(tmp_path / "story", point, times, asking) as after:
        states = [question.state for question in after.read(questions.page, None)]
        assert (states, after.statuses(trade).count("600")) == ([QuestionState.SILENT], 1)
        assert len(after.read(case_queue.page, case_queue.QueueFilter())) == 1
