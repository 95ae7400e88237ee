"""`single-window sandbox`: make one, list them, change how one behaves, empty, keep and restore it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
import msgspec

from declarations.calendar import instant_of
from gateways.records import Options
from single_window.accounts.people import OPERATOR
from single_window.client import SandboxClient, WindowClient
from single_window.client.calls import part
from single_window.clock import Clock, system_now
from single_window.commands.clock import within
from single_window.context import MAIN
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.remote import over_http
from single_window.language.plainly import moment
from single_window.reference.documentation import field_words
from single_window.store import sandboxes
from single_window.store import snapshots as stored_snapshots
from single_window.store.engine import reading
from single_window.store.sandbox_options import CHOICES, PRESETS, STANDING
from single_window.work import resetting, snapshots


@click.group()
def sandbox() -> None:
    """Sandboxes: each has its own participants, clock, allowances and dice."""


def _create_there(
    call: Call,
    there: SandboxClient,
    name: str,
    seed: str,
    on: datetime | None,
    preset: str | None,
    settings: tuple[str, ...],
) -> None:
    clock = {"mode": "frozen", "at": f"{on:%Y-%m-%d}T08:00"} if on else None
    made = there.caller.call(
        "POST",
        "/sandboxes",
        json={"name": name, "seed": seed, "preset": preset or "", "options": parsed_options(settings), "clock": clock},
    )
    call.give(made)
    call.say(f"Made sandbox {name}. Use it with the header X-Sandbox: {name}")


@sandbox.command()
@click.argument("name")
@click.option("--seed", default="", help="Seed of its dice [default: its name].")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="A virtual clock that begins on this day and stands still."
)
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="plain: nothing is drawn for inspection, every good list goes straight through; ci: the same, and "
    "the clock stands still.",
)
@click.option("--set", "settings", multiple=True, metavar="OPTION=VALUE", help="As `sandbox options` does.")
@command
@over_http(_create_there)
def create(
    call: Call, name: str, seed: str, on: datetime | None, preset: str | None, settings: tuple[str, ...]
) -> None:
    """Make a sandbox.

    \b
    Examples:
      single-window sandbox create ci --preset plain
      single-window sandbox create june --on 2026-06-01 --set automatic_officer=true
    """
    if not sandboxes.is_name(name):
        raise click.UsageError("A sandbox's name has 1 to 40 printable characters, no slash, and no dot at its start.")
    options = msgspec.structs.replace(Options(), **{**PRESETS.get(preset or "", {}), **parsed_options(settings)})
    clock = Clock()
    if on or preset in STANDING:
        begin = within(instant_of(on.date(), 8)) if on else system_now()
        clock = Clock("virtual", begin, system_now(), Clock().rate * 0)
    with call.window() as window:
        with reading(window.engine) as connection:
            if name in sandboxes.names(connection):
                raise Failure(f"There is a sandbox {name!r} already. See: single-window sandbox list")
        window.make_sandbox(name, options, seed, clock)
        _give(call, [window.sandbox(name)])
    call.say(f"Made sandbox {name}. Use it with --sandbox {name}, or the header X-Sandbox: {name}")


def _list_there(call: Call, there: SandboxClient) -> None:
    names = WindowClient.of(there.caller).sandboxes()
    call.give(names)
    call.table("", ("sandbox 沙箱",), [(name,) for name in names])


@sandbox.command("list")
@command
@over_http(_list_there)
def list_(call: Call) -> None:
    """List all sandboxes with their clocks and options.

    \b
    Example:
      single-window sandbox list
    """
    with call.window() as window, reading(window.engine) as connection:
        listed = sandboxes.page(connection)
    _give(call, listed)
    call.table(
        "",
        ("sandbox 沙箱", "clock 时钟", "now 现在", "seed", "options 选项"),
        [
            (
                row.name,
                row.clock.kind,
                moment(row.clock.now()),
                row.seed,
                ", ".join(f"{name}={value}" for name, value in msgspec.to_builtins(row.options).items())
                or "as they come",
            )
            for row in listed
        ],
    )


def _options_there(call: Call, there: SandboxClient, settings: tuple[str, ...]) -> None:
    _print_options(call, there.options(**parsed_options(settings)))


@sandbox.command()
@click.argument("settings", nargs=-1, metavar="[OPTION=VALUE]…")
@command
@over_http(_options_there)
def options(call: Call, settings: tuple[str, ...]) -> None:
    """Show how the sandbox behaves, or change it.

    \b
    Example:
      single-window sandbox options open=false guarantee_short=reject --sandbox june
    """
    changes = parsed_options(settings)
    with call.window() as window:
        window.sandbox(call.sandbox)
        if changes:
            window.set_options(call.sandbox, **changes)
        now = window.sandbox(call.sandbox).options
    _print_options(call, {name: getattr(now, name) for name in Options.__struct_fields__})


def _print_options(call: Call, values: dict[str, Any]) -> None:
    call.give(values)
    words = field_words(Options)
    call.table(
        "",
        ("option 选项", "value", "means"),
        [(name, _text(value), words.get(name, "")) for name, value in values.items()],
    )


def _reset_there(call: Call, sandbox: SandboxClient, name: str, keep_master_data: bool) -> None:
    sandbox.caller.call("POST", f"/sandboxes/{part(name)}/reset", json={"master_data": keep_master_data})
    call.say(f"Reset sandbox {name}.")


@sandbox.command()
@click.argument("name")
@click.option(
    "--keep-master-data/--no-master-data", default=True, show_default=True, help="Whether what was imported stays."
)
@command
@over_http(_reset_there)
def reset(call: Call, name: str, keep_master_data: bool) -> None:
    """Delete all that came, was decided and was answered; options, seed and clock stay.

    \b
    Example:
      single-window sandbox reset ci --url http://127.0.0.1:8642
    """
    with call.window() as window:
        rows = resetting.reset(window, name, OPERATOR.name, keep_master_data)
    call.give({"name": name, "rows": rows})
    call.say(f"Reset sandbox {name}: {rows} rows.")


def _delete_there(call: Call, sandbox: SandboxClient, name: str) -> None:
    sandbox.caller.call("DELETE", f"/sandboxes/{part(name)}")
    call.say(f"Deleted sandbox {name}.")


@sandbox.command()
@click.argument("name")
@command
@over_http(_delete_there)
def delete(call: Call, name: str) -> None:
    """Delete a sandbox with all that is in it; main stays.

    \b
    Example:
      single-window sandbox delete ci
    """
    if name == MAIN:
        raise Failure("The sandbox main stays; empty it with: single-window sandbox reset main")
    with call.window() as window:
        rows = resetting.reset(window, name, OPERATOR.name, remove=True)
    call.give({"name": name, "rows": rows})
    call.say(f"Deleted sandbox {name}: {rows} rows.")


def _snapshot_there(call: Call, sandbox: SandboxClient, name: str, label: str, listed: bool) -> None:
    there = SandboxClient(sandbox.caller, name)
    if not listed:
        there.snapshot(label)
    _give_snapshots(call, name, [(entry.id, entry.label, entry.at, entry.rows) for entry in there.snapshots()])


@sandbox.command()
@click.argument("name")
@click.option("--label", default="", help="What it is called in the list.")
@click.option("--list", "listed", is_flag=True, help="Only list those there are.")
@command
@over_http(_snapshot_there)
def snapshot(call: Call, name: str, label: str, listed: bool) -> None:
    """Keep a sandbox as it is, to restore it later.

    \b
    Example:
      single-window sandbox snapshot ci --label "after the first trade"
    """
    with call.window() as window:
        window.sandbox(name)
        if not listed:
            call.work(window)
            snapshots.take(window, name, label, OPERATOR.name)
        with reading(window.engine) as connection:
            taken = stored_snapshots.listed(connection, name)
    _give_snapshots(call, name, [(entry.id, entry.label, moment(entry.at), entry.rows) for entry in taken])


def _give_snapshots(call: Call, name: str, taken: list[tuple[int, str, str, int]]) -> None:
    call.give([dict(zip(("id", "label", "at", "rows"), entry, strict=True)) for entry in taken])
    call.table("", ("snapshot 快照", "label", "taken 时间", "rows"), taken)
    call.say(f"Restore one: single-window sandbox restore {name} NUMBER" if taken else "There is none.")


def _restore_there(call: Call, sandbox: SandboxClient, name: str, number: int) -> None:
    SandboxClient(sandbox.caller, name).restore(number)
    call.say(f"Restored sandbox {name}.")


@sandbox.command()
@click.argument("name")
@click.argument("number", type=click.IntRange(1))
@command
@over_http(_restore_there)
def restore(call: Call, name: str, number: int) -> None:
    """Put a sandbox back to where it was when a snapshot was taken.

    \b
    Example:
      single-window sandbox restore ci 1001
    """
    with call.window() as window:
        rows = snapshots.restore(window, name, number, OPERATOR.name)
    call.give({"name": name, "rows": rows})
    call.say(f"Restored sandbox {name}: {rows} rows.")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def parsed_options(settings: tuple[str, ...]) -> dict[str, Any]:
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


def _give(call: Call, listed: list[sandboxes.Sandbox]) -> None:
    call.give(
        [
            {
                "name": row.name,
                "seed": row.seed,
                "clock": row.clock.kind,
                "now": row.clock.now(),
                "options": {name: getattr(row.options, name) for name in Options.__struct_fields__},
            }
            for row in listed
        ]
    )
