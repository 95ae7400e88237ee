"""Killed between any two steps of a summary, and started again: it goes on where it was, and nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from single_window.settings import Settings
from single_window.wiring import Window
from tests.stories.summarising import Summarising, inventory, line
from tests.stories.test_killed import Reteller

TOLD = Summarising

LISTS = 17
PROGRAM = """
import os, sys
from pathlib import Path
from gateways.customs.summaries import claiming, merging, telling
from single_window.settings import Settings
from single_window.wiring import Window

folder, point, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
claiming.CHUNK, merging.LINES, telling.TOGETHER = 4, 3, 2
seen = 0

def fault(reached):
    global seen
    seen += reached == point
    if seen == times and reached == point:
        os._exit(9)

window = Window(Settings(data=folder, synchronous="NORMAL", readers=0, batch=4), fault=fault)
window.recover()
window.settle()
"""


@pytest.mark.parametrize(("point", "times"), [
    *(("before-commit", times) for times in (1, 2, 4, 6, 7, 8)), *(("after-commit", times) for times in (1, 3, 6, 8)),
    ("after-publish", 4), ("before-acknowledge", 5)])
@pytest.mark.parametrize("refused", [False, True])
def test_a_summary_goes_on_where_it_was(told, tmp_path, point, times, refused):
    countries = ("133", "116", "110")
    numbers = told.closed([inventory(place, line(), line(2, gcode=f"64041100{place:02d}"),
                                     country=countries[place % 3]) for place in range(LISTS)])
    named = [*numbers, "42272026E999999999"] if refused else numbers
    told.story.file(told.request(named))
    told.story.window.close()
    folder = tmp_path / "story"
    assert run(folder, point, times).returncode == 9
    assert run(folder, "never", 1).returncode == 0
    again = Window(Settings(data=folder, synchronous="NORMAL", readers=0))
    after = Summarising(Reteller(again))
    lines = Counter((row["invtNo"], row["gnum"]) for one in after.results() for row in one["lists"])
    summary = after.one()
    assert (summary.state, summary.phase) == ("rejected" if refused else "summarised", "")
    assert lines == Counter() if refused else Counter({(number, gnum): 1 for number in numbers for gnum in "12"})
    assert {after.standing(number).standing for number in numbers} == {"waits" if refused else "summarised"}
    assert after.answers().count(("100", "18001") if refused else ("399", "2300.taken")) == 1
    messages = {(one["declSeqNo"], one["msgSeqNo"], one["msgCount"]) for one in after.results()}
    assert len(messages) == summary.results == sum(one.parts for one in after.made())
    again.close()


def run(folder: Path, point: str, times: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PROGRAM, str(folder), point, str(times)], capture_output=True,
                          text=True, check=False, timeout=120)
