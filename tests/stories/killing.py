"""Windows in processes of their own: killed at a point of their work and started again, or several at one instant.

The processes are forked from one that has imported the window, and has none open: that costs a fraction of a start.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from single_window.settings import Settings
from single_window.store.tables import archive, declaration, delivery, document, message, tax_bill
from single_window.wiring import Window
from tests.databases import fetch
from tests.patience import PATIENCE
from tests.stories.story import StoryRunner

KILLED = 9
Work = Callable[[Window], None]
Chunks = Sequence[tuple[str, str, int]]
"""Values of modules that make pieces of work small: module, name, value."""


def later(cases: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Cases of a parametrized test that are left to the long proofs."""
    return [pytest.param(*case, marks=pytest.mark.long) for case in cases]


_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    [
        __name__,
        "pytest",
        "tests.stories.batching",
        "tests.stories.exporting",
        "tests.stories.refunding",
        "tests.stories.summarising",
    ]
)


def at_once(work: Callable[..., None], *shares: tuple[Any, ...]) -> None:
    """Call a function in a process for each share, what is in it and a barrier where all meet; all must succeed."""
    barrier = _processes.Barrier(len(shares))
    processes = [_processes.Process(target=work, args=(*share, barrier)) for share in shares]
    assert exit_codes(processes) == [0] * len(shares)


def exit_codes(processes: Sequence[Any]) -> list[int | None]:
    """How processes end that are started together; whoever takes too long is killed."""
    for process in processes:
        process.start()
    try:
        for process in processes:
            process.join(PATIENCE)
        return [process.exitcode for process in processes]
    finally:
        for process in processes:
            process.kill()


@contextmanager
def killed(
    folder: Path,
    point: str,
    times: int,
    work: Work,
    *,
    batch: int = 4,
    chunks: Chunks = (),
    surely: bool = True,
    together: bool = True,
) -> Iterator[StoryReader]:
    """A window works on a folder until it reaches a point for the n-th time, and dies; the next one ends the work.

    Gives the story after it. Not `surely`: the first may come to its end without reaching the point so often.
    `together`: what follows from a batch is in its transaction; otherwise every hop has one of its own.
    """
    settings = Settings(data=folder, synchronous="NORMAL", readers=0, batch=batch, run_to_completion=int(together))
    (code,) = exit_codes([_processes.Process(target=_window, args=(settings, point, times, work, chunks))])
    assert code == KILLED or (code == 0 and not surely)
    assert exit_codes([_processes.Process(target=_window, args=(settings, "", 0, work, chunks))]) == [0]
    again = Window(Settings(data=folder, synchronous="NORMAL", readers=0))
    yield StoryReader(again)
    again.close()


def _window(settings: Settings, point: str, times: int, work: Work, chunks: Chunks) -> None:
    """One process: a window that works, and dies the n-th time that it reaches a point."""
    for module, name, value in chunks:
        setattr(import_module(module), name, value)
    left = [times]

    def fault(reached: str) -> None:
        left[0] -= reached == point
        if left[0] == 0 and reached == point:
            os._exit(KILLED)

    window = Window(settings, fault=fault)
    window.recover()
    work(window)


class StoryReader(StoryRunner):
    """Reads what became of a story in another process."""

    def __init__(self, window: Window) -> None:
        self.window, self.sandbox = window, "story"

    def counts(self) -> dict[str, int]:
        """Rows of each table, and deliveries that are still open or parked."""
        tables = {
            "message": message,
            "archive": archive,
            "document": document,
            "declaration": declaration,
            "tax_bill": tax_bill,
        }
        count = {
            name: fetch(self.window.engine, select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }
        count["open"] = fetch(
            self.window.engine, select(func.count()).select_from(delivery).where(delivery.c.state != "done")
        ).scalar_one()
        return count
