"""The invocation of a command: the options --data, --sandbox, --json, --lang, and output; `on_data` opens its data."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from single_window.frame.commands.fitted_table import fitted_table, heading_in
from single_window.language.plainly import plainly
from single_window.language.words import Words
from single_window.observe import logs
from single_window.settings import Settings, from_environment

PIPE_WIDTH = 160
"""Width in characters of a table that is written to a file or a pipe."""
TONES = {"good": "green", "bad": "red", "waiting": "yellow"}
FAILED = 1
MAIN_SANDBOX = "main"
LONG_RUNNING = frozenset({"run", "serve", "work"})
"""Commands that log at level info by default; the others log only warnings and errors."""

T = TypeVar("T")
Columns: TypeAlias = Sequence[tuple[str, Callable[[T], object]]]


class Failure(click.ClickException):
    """A command failed; the message says what failed, where, and what to do. Exit code 1."""

    exit_code = FAILED


class NoData(Failure):
    """The folder that a command reads has no database."""


@dataclass(slots=True)
class Call:
    """One invocation of a command: settings with the data folder, sandbox, output format and language."""

    settings: Settings
    sandbox: str
    as_json: bool
    language: str
    running_url: str | None = None
    """Base URL of another process that works on the same data, set once the window is open. Empty: the address is
    unknown; None: there is no such process."""
    without: Path | None = None
    """The data folder in which there is no database, so that the command runs on a temporary one."""

    def need_data(self) -> None:
        """Raise `NoData` if there is no database; `DatabaseDamaged` if what is left of one is there."""
        file = self.settings.data / "window.sqlite3"
        if not self.settings.database and not file.exists():
            from single_window.store.damage import demand_unlost  # a client has no database

            demand_unlost(file)
            raise NoData(
                f"There is no database in {self.settings.data.resolve()}. Name the folder with --data FOLDER "
                "(or SINGLE_WINDOW_DATA), or begin with: single-window run"
            )

    # output

    def print_line(self, text: str) -> None:
        """Print a line for people; nothing with --json."""
        if not self.as_json:
            self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def print_json(self, value: Any) -> None:
        """Print the answer for programs; only with --json."""
        if self.as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(plainly(value)), indent=2).decode())

    def answered(self, answer: T) -> T:
        """Return an answer; with --json, also print it."""
        self.print_json(answer)
        return answer

    def announce(self, text: str, /, **facts: object) -> None:
        """Print a notice of a long-running command: `text`, or with --json the `facts` as a line of JSON."""
        line = msgspec.json.encode(plainly(facts)).decode() if self.as_json else text
        click.echo(line)

    def show_draft(self, text: str, out: Path | None, **named: str) -> None:
        """Write the draft of a message to a file, or to the standard output; with --json, print it with what it is
        `named` by."""
        body = text.encode()
        if out is not None:
            out.write_bytes(body)
        self.print_json({**named, "out": str(out) if out else None, "xml": text})
        if out is not None:
            self.print_line(f"{out}: {len(body)} bytes. Send it with: single-window submit {out}{self.scope_options}")
        elif not self.as_json:
            sys.stdout.buffer.write(body)
            sys.stdout.flush()

    @property
    def scope_options(self) -> str:
        """The options, each after a space, that select the same data folder and sandbox in another command."""
        data = "" if self.settings.data == Settings().data else f" --data {self.settings.data}"
        return data + ("" if self.sandbox == MAIN_SANDBOX else f" --sandbox {self.sandbox}")

    def pick(self, words: Words) -> str:
        """Return the text in the language of the call."""
        return words.text(self.language)

    @property
    def console(self) -> Console:
        """The console that people read."""
        width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
        return Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False)

    def table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], tones: Mapping[int, str] | None = None
    ) -> None:
        """Print a table for people, as records where it has no room; nothing if it is empty. `columns`: headings, of
        both languages as "English 中文"; `tones`: row number -> key of `TONES`, the row's colour."""
        if self.as_json or not rows:
            return
        shown = []
        for number, row in enumerate(rows):
            colour = TONES.get((tones or {}).get(number, ""), "")
            texts = [self.pick(cell) if isinstance(cell, Words) else str(cell) for cell in row]
            shown.append([Text(text, style=colour) for text in texts])
        headings = [heading_in(column, self.language) for column in columns]
        self.console.print(fitted_table(self.console, headings, shown, heading_in(title, self.language)))

    def records(
        self, title: str, columns: Columns[T], listed: Sequence[T], tone: Callable[[T], str] | None = None
    ) -> None:
        """Print a table with a row for each record. A column is (heading, function from record to cell); `tone` returns
        the key of `TONES` for a record's row."""
        rows = [[cell(record) for _, cell in columns] for record in listed]
        tones = {} if tone is None else {number: tone(record) for number, record in enumerate(listed)}
        self.table(title, [heading for heading, _ in columns], rows, tones)

    @contextmanager
    def progress(self, title: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Show a progress bar on a terminal; yields the function that sets it to a number."""
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
    """Return zh if the environment's language is Chinese, else en."""
    chosen = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if chosen.lower().startswith("zh") else "en"


def _with_logging(settings: Settings) -> Settings:
    """Configure logging for this invocation, and return the settings with the log level used."""
    context = click.get_current_context()
    level = "info" if context.find_root().params.get("verbose") else settings.log_level
    chosen = replace(settings, log_level=level or ("info" if context.info_name in LONG_RUNNING else "warning"))
    logs.configure(sys.stderr, chosen.log, chosen.log_level)
    return chosen


_data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Folder of the data [default: single-window-data, or SINGLE_WINDOW_DATA].",
)


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command: add the shared options, and pass its `Call` as first argument."""

    @_data_option
    @click.option("--sandbox", default=MAIN_SANDBOX, show_default=True, metavar="NAME", help="The sandbox.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
    @click.option("--lang", type=click.Choice(["zh", "en"]), help="Language [default: from LANG, else en].")
    @functools.wraps(function)
    def wrapped(*args: Any, data: Path | None, sandbox: str, as_json: bool, lang: str | None, **options: Any) -> Any:
        settings = _with_logging(from_environment(data=data))
        return function(Call(settings, sandbox, as_json, lang or language_of(os.environ)), *args, **options)

    return wrapped
