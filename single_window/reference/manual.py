"""Reference pages about using the program: settings, options, commands, metrics, log events."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import msgspec

from gateways.circumstances import Options
from single_window.cli import COMMANDS, main
from single_window.language.phrases import book, phrase
from single_window.observe.metrics.table import HISTOGRAM, METERS, SECONDS
from single_window.reference.documentation import field_words
from single_window.reference.tables import table
from single_window.settings import Settings

WIDTH = 100


def settings() -> Iterator[str]:
    """Settings of a window and options of a sandbox."""
    yield "# Settings 设置"
    yield ""
    yield "Of a window, each also an environment variable; options of a command win."
    yield ""
    words = field_words(Settings)
    yield from table(
        ("variable", "default", "means"),
        (
            (
                f"`SINGLE_WINDOW_{field.name.upper()}`",
                _text_of(getattr(Settings(), field.name)),
                words.get(field.name, ""),
            )
            for field in fields(Settings)
        ),
    )
    yield "Of a sandbox: `single-window sandbox options NAME=VALUE --sandbox …`."
    yield ""
    words = field_words(Options)
    yield from table(
        ("option", "default", "means"),
        (
            (f"`{field.name}`", msgspec.json.encode(field.default).decode().strip('"'), words.get(field.name, ""))
            for field in msgspec.structs.fields(Options)
        ),
    )


def _text_of(value: object) -> str:
    return f"`{value}`" if value not in ("", None) else ""


def commands() -> Iterator[str]:
    """The help of every command."""
    yield "# Command line 命令行"
    yield ""
    yield "`demo` and `bench` come with the simulators; `single-window demo --help` tells about them."
    yield ""
    yield from _help(main, "single-window", None)
    context = click.Context(main)
    for name in COMMANDS:
        if command := main.get_command(context, name):
            yield from _help(command, f"single-window {name}", None)


def _help(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH)
    if command is not main:
        yield f"## {name}"
        yield ""
    yield "```text"
    yield from (line.rstrip() for line in (_own_help(command, context)).splitlines())
    yield "```"
    yield ""
    if isinstance(command, click.Group) and command is not main:
        for sub, subcommand in command.commands.items():
            yield from _help(subcommand, f"{name} {sub}", None)


def _own_help(command: click.Command, context: click.Context) -> str:
    """The help text; for the main program without the list of commands, which depends on installed packages."""
    text = command.get_help(context)
    return text.partition("\nCommands:")[0] if command is main else text


def metrics() -> Iterator[str]:
    """The metrics of /metrics, and the stages that they cover."""
    yield "# Metrics 指标"
    yield ""
    yield "What `/metrics` tells; how to read it: [observe](../observe.md)."
    yield ""
    yield from table(
        ("metric", "kind", "labels", "tells"),
        ((f"`{meter.shown}`", meter.kind, ", ".join(meter.labels), meter.description) for meter in METERS.values()),
    )
    yield f"Buckets of a {HISTOGRAM}, in seconds: {', '.join(f'{bound:g}' for bound in SECONDS)}."
    yield ""
    yield "Stages that may be overdue:"
    yield ""
    yield from table(
        ("stage 环节", "事项", "what waits there"),
        ((f"`{name}`", phrase("stage", name).zh, phrase("stage", name).en) for name in book()["stage"]),
    )


def events() -> Iterator[str]:
    """The events of the log."""
    yield "# Events of the log 日志事件"
    yield ""
    yield "What the window logs, one line an event; how to read it: [observe](../observe.md#the-log)."
    yield ""
    events = Path(__file__).parents[1].joinpath("observe/events.csv")
    rows = csv.reader(events.read_text("utf-8").splitlines()[1:])
    yield from table(
        ("event", "level", "says"), ((" ".join(f"`{name}`" for name in names.split()), *row) for names, *row in rows)
    )
