"""A line of progress on the standard error, with a note behind the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def noted_progress(title: str, quiet: bool, total: int | None = None) -> Iterator[Callable[..., None]]:
    """Show progress unless `quiet`; yields the function that takes what changes by name: `completed` or `advance`,
    `total`, `note`."""
    columns = BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[note]}")
    shown = Progress(TextColumn(title), *columns, console=Console(stderr=True), transient=True, disable=quiet)
    with shown:
        yield partial(shown.update, shown.add_task("", total=total, note=""))
