"""What tests start ends with them, even when they are killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.chaos.programs import Program, processes, until

STARTS = """
import sys, threading
from pathlib import Path
from tests.chaos.programs import Program
child = Program("child", [sys.executable, "-c", "import os; os.fork(); import time; time.sleep(3600)"], Path("log"))
child.start()
print(child.pid, flush=True)
threading.Event().wait()
"""


def test_whoever_is_killed_leaves_no_program_behind(tmp_path: Path) -> None:
    parent = Program(
        "parent",
        [sys.executable, "-c", STARTS],
        tmp_path / "parent.log",
        {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    parent.start()
    until(lambda: bool(parent.tail()), 120, "the child's number")
    session = int(parent.tail())

    def members() -> int:
        return sum(process.session == session for process in processes())

    until(lambda: members() == 2, 120, "the child and its own")
    parent.kill()
    until(lambda: members() == 0, 120, "all of them are gone")
