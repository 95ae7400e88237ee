"""The call of a command: --data, --sandbox, --json and --lang, the window behind them, and how to answer."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from single_window.language.plainly import plainly
from single_window.language.words import Words
from single_window.observe import logs
from single_window.settings import Settings, from_environment

WIDE = 160
"""Columns of a table that goes to a file or a pipe."""
TONES = {"good": "green", "bad": "red", "waiting": "yellow"}
FAILED = 1
MAIN_SANDBOX = "main"
SPEAKING = frozenset({"run", "serve", "work"})
"""Commands that log what they do unless the settings forbid it; the others answer, and log only what goes wrong."""

T = TypeVar("T")
Columns: TypeAlias = Sequence[tuple[str, Callable[[T], object]]]


class Failure(click.ClickException):
    """A command failed; one line says what, where and what to do. Exit code 1."""

    exit_code = FAILED


class NoData(Failure):
    """Nothing was ever kept in the folder that a command was to read."""


@dataclass(slots=True)
class Call:
    """One call of a command: where the data lies, which sandbox, how to answer."""

    settings: Settings
    sandbox: str
    as_json: bool
    language: str
    running_url: str | None = None
    """Base URL of another process that works on the same data, set once the window is open. Empty: the address is
    unknown; None: there is no such process."""

    # the data

    @contextmanager
    def window(self) -> Iterator[Any]:
        """The window on the data. Where other processes work on them, this one only reads and files."""
        with self._on_data().window(self) as window:
            yield window

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The window and a connection that reads; refuses where there are no data yet."""
        with self._on_data().reading(self) as both:
            yield both

    @contextmanager
    def stored(self) -> Iterator[Any]:
        """A connection that reads the database as it is, whatever its revision; refuses where there are no data yet."""
        with self._on_data().stored(self) as connection:
            yield connection

    def work(self, window: Any) -> bool:
        """Do what is filed, or wait until the processes that work have done it; False when it took too long."""
        done: bool = self._on_data().work(self, window)
        return done

    def need_data(self) -> None:
        """Refuse where nothing was ever kept."""
        if not self.settings.database and not (self.settings.data / "window.sqlite3").exists():
            raise NoData(
                f"There are no data in {self.settings.data.resolve()}. Name the folder with --data FOLDER "
                "(or SINGLE_WINDOW_DATA), or begin with: single-window run"
            )

    def _on_data(self) -> Any:
        # a client of a running window needs nothing of what works on data: importing it takes longer than the call
        return import_module("single_window.frame.commands.on_data")

    # answers

    def print_line(self, text: str) -> None:
        """A line for people; nothing with --json."""
        if not self.as_json:
            self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def print_json(self, value: Any) -> None:
        """The answer for programs; only with --json."""
        if self.as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(plainly(value)), indent=2).decode())

    def announce(self, text: str, /, **facts: object) -> None:
        """Print a notice of a program that goes on running: a line for people, or with --json one of JSON."""
        line = msgspec.json.encode(plainly(facts)).decode() if self.as_json else text
        click.echo(line)

    @property
    def scope_options(self) -> str:
        """The options that a further call needs to mean the same data and sandbox."""
        data = "" if self.settings.data == Settings().data else f" --data {self.settings.data}"
        return data + ("" if self.sandbox == MAIN_SANDBOX else f" --sandbox {self.sandbox}")

    def pick(self, words: Words) -> str:
        """Words in the language of the call; the official Chinese term stands beside an English one."""
        return words.zh if self.language == "zh" or words.zh == words.en else f"{words.en} {words.zh}"

    @property
    def console(self) -> Console:
        """The console on which people read."""
        wide = None if sys.stdout.isatty() else WIDE
        return Console(file=sys.stdout, width=wide, markup=False, highlight=False, emoji=False)

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tones: Mapping[int, str] | None = None
    ) -> None:
        """A table for people, of texts, numbers and words; `tones` gives rows a colour by number. An empty table is not
        shown."""
        if self.as_json or not rows:
            return
        shown = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold")
        for column in columns:
            shown.add_column(column, overflow="fold")
        for number, row in enumerate(rows):
            colour = TONES.get((tones or {}).get(number, ""), "")
            texts = [self.pick(cell) if isinstance(cell, Words) else str(cell) for cell in row]
            shown.add_row(*[Text(text, style=colour) for text in texts])
        self.console.print(shown)

    def records(
        self, title: str, columns: Columns[T], listed: Sequence[T], tone: Callable[[T], str] | None = None
    ) -> None:
        """A table for people with a row for each record: a column is a heading with what makes a cell; `tone` gives
        a record's row a colour."""
        rows = [[cell(record) for _, cell in columns] for record in listed]
        tones = {} if tone is None else {number: tone(record) for number, record in enumerate(listed)}
        self.table(title, [heading for heading, _ in columns], rows, tones)

    @contextmanager
    def progress(self, title: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """A function that moves a progress bar to a number; the bar shows only where somebody looks on."""
        shown = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        with shown:
            task = shown.add_task(title, total=total)
            yield lambda done: shown.update(task, completed=done)


def language_of(environment: Mapping[str, str]) -> str:
    """zh where the environment's language is Chinese, else en."""
    chosen = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if chosen.lower().startswith("zh") else "en"


def _speaking(settings: Settings) -> Settings:
    """The settings with the level that this call logs at, which it does from now on."""
    context = click.get_current_context()
    level = "info" if context.find_root().params.get("verbose") else settings.log_level
    chosen = replace(settings, log_level=level or ("info" if context.info_name in SPEAKING else "warning"))
    logs.configure(sys.stderr, chosen.log, chosen.log_level)
    return chosen


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the shared options and, as first argument, its `Call`."""

    @click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help="Folder of the data [default: single-window-data, or SINGLE_WINDOW_DATA].",
    )
    @click.option("--sandbox", default=MAIN_SANDBOX, show_default=True, metavar="NAME", help="Which sandbox.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
    @click.option("--lang", type=click.Choice(["zh", "en"]), help="Language [default: from LANG, else en].")
    @functools.wraps(function)
    def wrapped(*args: Any, data: Path | None, sandbox: str, as_json: bool, lang: str | None, **options: Any) -> Any:
        settings = _speaking(from_environment(data=data))
        return function(Call(settings, sandbox, as_json, lang or language_of(os.environ)), *args, **options)

    return wrapped
