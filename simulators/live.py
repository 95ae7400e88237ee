"""Live display of what is played: one line, moved in place on a terminal, and one for each family when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.cells import set_cell_size
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from simulators.entry import minute_text, monotonic
from simulators.entry.reports import Words
from simulators.receipt_log import ReceiptLog

COUNTED = (
    ("800", Words("放行", "released")),
    ("100", Words("退单", "rejected")),
    ("500", Words("查验", "inspected")),
    ("899", Words("结关", "closed")),
)
NAME_WIDTH, SAID_WIDTH = 10, 60
"""Widths in characters of the columns of a family's line."""


class Live:
    """A live display in one language; a context manager. Without a terminal only the lines of families are printed."""

    def __init__(self, console: Console, language: str = "en") -> None:
        self._console, self._language, self._family = console, language, ""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(20),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
            console=console,
            expand=True,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Live:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    @contextmanager
    def family(self, name: str) -> Iterator[Callable[[str], None]]:
        """Show the parts that follow as one line, replaced in the end by the name, what is said, and the seconds."""
        begun, said = monotonic(), [""]
        self._family = name
        yield lambda text: said.__setitem__(0, text)
        self._family = ""
        self._forget()
        seconds = f"{monotonic() - begun:.0f} s"
        line = f"  {set_cell_size(name, NAME_WIDTH)}{set_cell_size(said[0], SAID_WIDTH)}{seconds:>6}"
        self._console.print(line, highlight=False, markup=False)

    def begin(self, what: str, total: int) -> None:
        """Begin a part with `total` steps."""
        self._forget()
        name = f"  {set_cell_size(self._family, NAME_WIDTH)}" if self._family else what
        self._task = self._progress.add_task(name, total=max(1, total), completed=int(not total), note="")

    def step(self, count: int, receipt_log: ReceiptLog, now: int) -> None:
        """Record `count` steps; `now`: the sandbox's instant."""
        if self._task is not None:
            counts = ((words.text(self._language), receipt_log.statuses[status]) for status, words in COUNTED)
            lists = "  ".join(f"{name} {counted:,}" for name, counted in counts if counted)
            self._progress.update(self._task, advance=count, note=f"{minute_text(now)[:10]}  {lists}")

    def _forget(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = None
