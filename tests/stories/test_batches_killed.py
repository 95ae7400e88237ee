"""Killed between any two chunks of a batch's work, and started again: it goes on where it was, and doubles nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gateways.customs.batches.memory import SETTLED
from single_window.settings import Settings
from single_window.wiring import Window
from tests.stories.batching import Batching
from tests.stories.telling import outcome
from tests.stories.test_killed import Reteller

LISTS = 14
PROGRAM = """
import os, sys
from pathlib import Path
from declarations.calendar import HOUR
from gateways.customs.batches import notes, reach, work
from single_window.settings import Settings
from single_window.wiring import Window

folder, point, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for module in (notes, reach, work):
    module.CHUNK = 3
seen = 0

def fault(reached):
    global seen
    seen += reached == point
    if seen == times and reached == point:
        os._exit(9)

window = Window(Settings(data=folder, synchronous="NORMAL", readers=0, batch=4), fault=fault)
window.recover()
window.settle()
window.advance("story", int((folder / "until").read_text()))
"""


@pytest.mark.parametrize(("point", "times"), [
    *(("before-commit", times) for times in (1, 3, 5, 8, 12, 20)), *(("after-commit", times) for times in (2, 6, 10)),
    ("after-publish", 4), ("before-acknowledge", 7)])
def test_a_batch_goes_on_where_it_was(tell, tmp_path, point, times):
    told = Batching(tell(inspection=True))
    number, trades = told.gathered(LISTS)
    folder = tmp_path / "story"
    (folder / "until").write_text(str(told.story.window.now("story") + 130 * 3_600_000))
    told.ask_only(number, "declare")
    told.story.window.close()
    run(folder, point, times)
    assert run(folder, "never", 1).returncode == 0
    again = Window(Settings(data=folder, synchronous="NORMAL", readers=0))
    after = Batching(Reteller(again))
    batch, places = after.one(number), after.places(number)
    assert len(places) == batch.members == LISTS
    assert batch.released == sum(state == "released" for state in places.values())
    assert set(places.values()) <= SETTLED | {"held", "inspected"}  # or waits for an officer
    assert after.audit(number).agrees
    for trade in trades:
        ends = [one for one in outcome(after.story.receipts(trade)) if one[0] == "800"]
        assert ends == [("800", "2600.batch")] * (places[trade.id] == "released")
        assert after.story.statuses(trade).count("500") <= 1
    assert after.story.counts()["open"] == 0
    again.close()


def run(folder: Path, point: str, times: int) -> subprocess.CompletedProcess[str]:
    """Work off the story in a process of its own that ends itself the n-th time it reaches a point."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder), point, str(times)], capture_output=True,
                          text=True, timeout=120, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode in {0, 9}, done.stderr
    return done
