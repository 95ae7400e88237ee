"""Killed at any point and started again: every acknowledged message reaches its outcome, once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from single_window.settings import Settings
from single_window.store.engine import reading
from single_window.store.tables import archive, declaration, delivery, document, message, tax_bill
from single_window.wiring import Window
from tests.stories.telling import KINDS, Teller, outcome

TRADES = 6
PROGRAM = """
import os, sys
from pathlib import Path
from single_window.settings import Settings
from single_window.wiring import Window

folder, point, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = 0

def fault(reached):
    global seen
    seen += reached == point
    if seen == times and reached == point:
        os._exit(9)

window = Window(Settings(data=folder, synchronous="NORMAL", readers=0, batch=4), fault=fault)
window.recover()
bodies = [bytes.fromhex(line) for line in (folder / "bodies").read_text().split()]
acknowledged = (folder / "acknowledged").open("a")
done = sum(1 for _ in (folder / "acknowledged").open())
for start in range(done, len(bodies), 3):
    for group in window.receive("story", bodies[start:start + 3]):
        for one in group:
            acknowledged.write(f"{one.id} {one.status}\\n")
        acknowledged.flush()
    window.step()
window.settle()
"""
POINTS = ["after-archive", "in-hand", "before-commit", "after-commit", "after-publish", "before-acknowledge"]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("times", [1, 2, 5, 8])
def test_nothing_is_lost_and_nothing_happens_twice(story, tmp_path, point, times):
    trades = [story.trade(number) for number in range(TRADES)]
    bodies = [story.message(trade, kind) for trade in trades for kind in KINDS]
    folder = tmp_path / "story"
    (folder / "bodies").write_text("\n".join(body.hex() for body in bodies))
    (folder / "acknowledged").touch()
    story.window.close()
    killed = run(folder, point, times)
    assert killed.returncode == 9, killed.stderr
    assert run(folder, "never", 1).returncode == 0
    again = Window(Settings(data=folder, synchronous="NORMAL", readers=0))
    told = Reteller(again)
    for trade in trades:
        assert outcome(told.receipts(trade)) == [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]
        assert [told.statuses(trade, kind) for kind in KINDS[:3]] == [["2", "120"]] * 3
    assert told.counts() == {"message": 24, "archive": 24, "document": 24, "declaration": 6, "tax_bill": 6, "open": 0}
    again.close()


class Reteller(Teller):
    """Reads what became of a story in another process."""

    def __init__(self, window: Window) -> None:
        self.window, self.sandbox = window, "story"

    def counts(self) -> dict[str, int]:
        """Rows of each table, and deliveries that are still open or parked."""
        tables = {"message": message, "archive": archive, "document": document, "declaration": declaration,
                  "tax_bill": tax_bill}
        with reading(self.window.engine) as connection:
            found = {name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                     for name, table in tables.items()}
            found["open"] = connection.execute(
                select(func.count()).select_from(delivery).where(delivery.c.state != "done")).scalar_one()
        return found


def run(folder: Path, point: str, times: int) -> subprocess.CompletedProcess[str]:
    """Play the story in a process of its own that ends itself the n-th time it reaches a point."""
    return subprocess.run([sys.executable, "-c", PROGRAM, str(folder), point, str(times)], capture_output=True,
                          text=True, timeout=120, cwd=Path(__file__).parents[2], check=False)


def test_the_fault_points_are_those_that_the_window_reaches(tell, tmp_path):
    reached = set()
    story = tell()
    story.window._fault = reached.add
    for worker in story.window._workers.values():
        worker._fault = reached.add
    story.send(story.trade())
    assert reached == set(POINTS)
