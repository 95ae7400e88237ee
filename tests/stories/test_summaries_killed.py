"""Killed between any two steps of a summary, and started again: it goes on where it was, and nothing is doubled."""

from __future__ import annotations

from collections import Counter

import pytest

from single_window.wiring import Window
from tests.stories.killing import killed, later
from tests.stories.summarising import Summarising, inventory, line

DRIVER = Summarising
LISTS = 17
SMALL = [
    ("gateways.customs.summaries.claiming", "LISTS_PER_CHUNK", 4),
    ("gateways.customs.summaries.merging", "MAX_MESSAGE_LINES", 3),
    ("gateways.customs.summaries.results", "MESSAGES_PER_DELIVERY", 2),
]


@pytest.mark.long
@pytest.mark.parametrize(
    ("point", "times", "together"),
    [
        ("before-commit", 4, False),
        ("after-commit", 6, False),
        ("after-commit", 2, True),
        *later(("before-commit", times, False) for times in (1, 2, 6, 7, 8)),
        *later(("after-commit", times, False) for times in (1, 3, 8)),
        *later(
            [("in-hand", 4, False), ("before-commit", 1, True), ("before-commit", 2, True), ("after-commit", 1, True)]
        ),
    ],
)
@pytest.mark.parametrize("refused", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_summary_goes_on_where_it_was(driver, tmp_path, point, times, together, refused):
    countries = ("133", "116", "110")
    numbers = driver.closed(
        [
            inventory(place, line(), line(2, gcode=f"64041100{place:02d}"), country=countries[place % 3])
            for place in range(LISTS)
        ]
    )
    named = [*numbers, "42272026E999999999"] if refused else numbers
    driver.story.file(driver.request(named))
    driver.story.window.close()
    with killed(tmp_path / "story", point, times, Window.settle, chunks=SMALL, together=together) as again:
        after = Summarising(again)
        lines = Counter((row["invtNo"], row["gnum"]) for result in after.results() for row in result["lists"])
        summary = after.summary()
        assert (summary.state, summary.phase) == ("rejected" if refused else "summarised", "")
        assert lines == Counter() if refused else Counter({(number, gnum): 1 for number in numbers for gnum in "12"})
        assert {after.standing(number).standing for number in numbers} == {"waits" if refused else "summarised"}
        assert after.answers().count(("100", "18001") if refused else ("399", "2300.taken")) == 1
        messages = {(result["declSeqNo"], result["msgSeqNo"], result["msgCount"]) for result in after.results()}
        assert len(messages) == summary.results == sum(declaration.parts for declaration in after.made())
