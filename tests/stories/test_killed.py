"""Killed at any point and started again: every acknowledged message reaches its outcome, once."""

from __future__ import annotations

import pytest

from single_window.wiring import Window
from tests.stories.killing import killed
from tests.stories.story import KINDS, outcome

TRADES = 6
POINTS = ["after-archive", "in-hand", "before-commit", "after-commit"]


def sending(window: Window) -> None:
    """Sends what was not acknowledged yet, three messages at once, and works on it."""
    folder = window.settings.data
    bodies = [bytes.fromhex(line) for line in (folder / "bodies").read_text().split()]
    acknowledged = (folder / "acknowledged").open("a")
    done = sum(1 for _ in (folder / "acknowledged").open())
    for start in range(done, len(bodies), 3):
        for group in window.receive("story", bodies[start : start + 3]):
            for admission in group:
                acknowledged.write(f"{admission.id} {admission.status}\n")
            acknowledged.flush()
        window.step()
    window.settle()


@pytest.mark.parametrize("together", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("times", [1, 5, *(pytest.param(times, marks=pytest.mark.long) for times in (2, 8))])
def test_nothing_is_lost_and_nothing_happens_twice(story, tmp_path, point, times, together):
    trades = [story.trade(number) for number in range(TRADES)]
    bodies = [story.message(trade, kind) for trade in trades for kind in KINDS]
    folder = tmp_path / "story"
    (folder / "bodies").write_text("\n".join(body.hex() for body in bodies))
    (folder / "acknowledged").touch()
    story.window.close()
    with killed(folder, point, times, sending, together=together) as after:
        for trade in trades:
            assert outcome(after.receipts(trade)) == [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]
            assert [after.statuses(trade, kind) for kind in KINDS[:3]] == [["2", "120"]] * 3
        assert after.counts() == {
            "message": 24,
            "archive": 24,
            "document": 24,
            "declaration": 6,
            "tax_bill": 6,
            "open": 0,
        }


@pytest.mark.parametrize("together", [1, 0])
def test_the_fault_points_are_those_that_the_window_reaches(start_story, together):
    story, reached = start_story(run_to_completion=together), set()
    story.window._fault = reached.add
    for worker in story.window._workers.values():
        worker._fault = reached.add
    story.send(story.trade())
    assert reached == set(POINTS)
