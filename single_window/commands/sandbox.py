"""`single-window sandbox`: make one, list them, change how one behaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
import msgspec

from declarations.calendar import instant_of
from gateways.records import Options
from single_window.clock import Clock, system_now
from single_window.commands.call import Call, Failure, command
from single_window.commands.clock import within
from single_window.language.plainly import moment
from single_window.reference.documentation import field_words
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.sandbox_options import CHOICES, PRESETS


@click.group()
def sandbox() -> None:
    """Sandboxes: each has its own participants, clock, allowances and dice."""


@sandbox.command()
@click.argument("name")
@click.option("--seed", default="", help="Seed of its dice [default: its name].")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="A virtual clock that begins on this day and stands still."
)
@click.option("--preset", type=click.Choice(list(PRESETS)),
              help="plain: nothing is drawn for inspection, every good list goes straight through.")
@click.option("--set", "settings", multiple=True, metavar="OPTION=VALUE", help="As `sandbox options` does.")
@command
def create(call: Call, name: str, seed: str, on: datetime | None, preset: str | None,
           settings: tuple[str, ...]) -> None:
    """Make a sandbox.

    \b
    Examples:
      single-window sandbox create ci --preset plain
      single-window sandbox create june --on 2026-06-01 --set automatic_officer=true
    """
    if not sandboxes.is_name(name):
        raise click.UsageError("A sandbox's name has 1 to 40 printable characters, no slash, and no dot at its start.")
    options = msgspec.structs.replace(Options(), **{**PRESETS.get(preset or "", {}), **_parsed(settings)})
    clock = Clock("virtual", within(instant_of(on.date(), 8)), system_now(), Clock().rate * 0) if on else Clock()
    with call.window() as window:
        with reading(window.engine) as connection:
            if name in sandboxes.names(connection):
                raise Failure(f"There is a sandbox {name!r} already. See: single-window sandbox list")
        window.make_sandbox(name, options, seed, clock)
        _give(call, [window.sandbox(name)])
    call.say(f"Made sandbox {name}. Use it with --sandbox {name}, or the header X-Sandbox: {name}")


@sandbox.command("list")
@command
def list_(call: Call) -> None:
    """List all sandboxes with their clocks and options.

    \b
    Example:
      single-window sandbox list
    """
    with call.window() as window, reading(window.engine) as connection:
        found = sandboxes.page(connection)
    _give(call, found)
    call.table(
        "",
        ("sandbox 沙箱", "clock 时钟", "now 现在", "seed", "options 选项"),
        [
            (
                one.name,
                one.clock.kind,
                moment(one.clock.now()),
                one.seed,
                ", ".join(f"{name}={value}" for name, value in msgspec.to_builtins(one.options).items())
                or "as they come",
            )
            for one in found
        ],
    )


@sandbox.command()
@click.argument("settings", nargs=-1, metavar="[OPTION=VALUE]…")
@command
def options(call: Call, settings: tuple[str, ...]) -> None:
    """Show how the sandbox behaves, or change it.

    \b
    Example:
      single-window sandbox options open=false guarantee_short=reject --sandbox june
    """
    changes = _parsed(settings)
    with call.window() as window:
        window.sandbox(call.sandbox)
        if changes:
            window.set_options(call.sandbox, **changes)
        now = window.sandbox(call.sandbox).options
    found = {name: getattr(now, name) for name in Options.__struct_fields__}
    call.give(found)
    words = field_words(Options)
    call.table(
        "",
        ("option 选项", "value", "means"),
        [(name, _text(value), words.get(name, "")) for name, value in found.items()],
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(settings: tuple[str, ...]) -> dict[str, Any]:
    """Options of texts like open=false; a wrong one is refused with what there is."""
    changes: dict[str, Any] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or name not in Options.__struct_fields__:
            raise click.UsageError(
                f"{text!r} is no option; write OPTION=VALUE with one of: {', '.join(Options.__struct_fields__)}."
            )
        if isinstance(getattr(Options(), name), bool):
            if value not in {"true", "false"}:
                raise click.UsageError(f"{name} is true or false, not {value!r}.")
            changes[name] = value == "true"
        elif value not in CHOICES.get(name, (value,)):
            raise click.UsageError(f"{name} is one of {', '.join(CHOICES[name])}, not {value!r}.")
        else:
            changes[name] = value
    return changes


def _give(call: Call, found: list[sandboxes.Sandbox]) -> None:
    call.give(
        [
            {
                "name": one.name,
                "seed": one.seed,
                "clock": one.clock.kind,
                "now": one.clock.now(),
                "options": {name: getattr(one.options, name) for name in Options.__struct_fields__},
            }
            for one in found
        ]
    )
