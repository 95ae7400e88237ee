"""Live display of a simulated day on a terminal: a progress bar for each part, and the outcomes so far."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from simulators.entry import minute_text
from simulators.receipt_log import ReceiptLog

COUNTED = (("released", "800"), ("rejected", "100"), ("in review", "300"), ("inspected", "500"), ("closed", "899"))


def _fixed_column(width: int) -> Column:
    """A column of fixed width; on a narrow terminal the last column is truncated."""
    return Column(width=width, no_wrap=True)


class Live:
    """A live display; a context manager."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", table_column=_fixed_column(23)),
            BarColumn(10, table_column=_fixed_column(10)),
            MofNCompleteColumn(table_column=_fixed_column(9)),
            TimeElapsedColumn(table_column=_fixed_column(7)),
            TextColumn("{task.fields[note]}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
            console=console,
            expand=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Live:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, what: str, total: int) -> None:
        """Begin a part of the day with `total` steps."""
        self._task = self._progress.add_task(what, total=max(1, total), completed=int(not total), note="")

    def step(self, count: int, receipt_log: ReceiptLog, now: int) -> None:
        """Record `count` steps; `now`: the sandbox's instant."""
        if self._task is not None:
            lists = "  ".join(f"{name} {receipt_log.statuses[status]}" for name, status in COUNTED)
            self._progress.update(self._task, advance=count, note=f"{minute_text(now)[5:]}  {lists}")
