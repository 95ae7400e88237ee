"""`single-window sandbox`: make one, list them, change how one behaves, empty, keep and restore it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from gateways.records import Options
from single_window.client import SandboxClient, WindowClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local
from single_window.reference.documentation import field_words
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
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="plain: nothing is drawn for inspection, every good list goes straight through; ci: the same, and "
    "the clock stands still.",
)
@click.option("--set", "settings", multiple=True, metavar="OPTION=VALUE", help="As `sandbox options` does.")
@command
@through_api
def create(
    call: Call,
    there: SandboxClient,
    name: str,
    seed: str,
    on: datetime | None,
    preset: str | None,
    settings: tuple[str, ...],
) -> None:
    """Make a sandbox.

    \b
    Examples:
      single-window sandbox create ci --preset plain
      single-window sandbox create june --on 2026-06-01 --set automatic_officer=true
    """
    clock = {"mode": "frozen", "at": f"{on:%Y-%m-%d}T08:00"} if on else None
    options = parsed_options(settings)
    body = {"name": name, "seed": seed, "preset": preset or "", "options": options, "clock": clock}
    call.print_json(there.caller.call("POST", "/sandboxes", json=body))
    call.print_line(f"Made sandbox {name}. Use it with --sandbox {name}, or the header X-Sandbox: {name}")


@sandbox.command("list")
@command
@through_api
def list_(call: Call, there: SandboxClient) -> None:
    """List all sandboxes with their clocks and options.

    \b
    Example:
      single-window sandbox list
    """
    listed = WindowClient.of(there.caller).described()
    call.print_json(listed)
    call.table(
        "",
        ("sandbox 沙箱", "clock 时钟", "now 现在", "seed", "options 选项"),
        [
            (row["name"], row["clock"]["mode"], local(row["clock"]["now"]), row["seed"], _changed(row["options"]))
            for row in listed
        ],
    )


def _changed(options: Mapping[str, Any]) -> str:
    """The options that are not as they come."""
    usual = Options()
    changed = [f"{name}={_text(value)}" for name, value in options.items() if value != getattr(usual, name)]
    return ", ".join(changed) or "as they come"


@sandbox.command()
@click.argument("settings", nargs=-1, metavar="[OPTION=VALUE]…")
@command
@through_api
def options(call: Call, there: SandboxClient, settings: tuple[str, ...]) -> None:
    """Show how the sandbox behaves, or change it.

    \b
    Example:
      single-window sandbox options open=false guarantee_short=reject --sandbox june
    """
    values = there.options(**parsed_options(settings))
    call.print_json(values)
    words = field_words(Options)
    call.table(
        "",
        ("option 选项", "value", "means"),
        [(name, _text(value), words.get(name, "")) for name, value in values.items()],
    )


@sandbox.command()
@click.argument("name")
@click.option(
    "--keep-master-data/--no-master-data", default=True, show_default=True, help="Whether what was imported stays."
)
@command
@through_api
def reset(call: Call, there: SandboxClient, name: str, keep_master_data: bool) -> None:
    """Delete all that came, was decided and was answered; options, seed and clock stay.

    \b
    Example:
      single-window sandbox reset ci --url http://127.0.0.1:8642
    """
    done = there.caller.call("POST", f"/sandboxes/{part(name)}/reset", json={"master_data": keep_master_data})
    call.print_json(done)
    call.print_line(f"Reset sandbox {name}: {done['rows']} rows.")


@sandbox.command()
@click.argument("name")
@command
@through_api
def delete(call: Call, there: SandboxClient, name: str) -> None:
    """Delete a sandbox with all that is in it; main stays.

    \b
    Example:
      single-window sandbox delete ci
    """
    done = there.caller.call("DELETE", f"/sandboxes/{part(name)}")
    call.print_json(done)
    call.print_line(f"Deleted sandbox {name}: {done['rows']} rows.")


@sandbox.command()
@click.argument("name")
@click.option("--label", default="", help="What it is called in the list.")
@click.option("--list", "listed", is_flag=True, help="Only list those there are.")
@command
@through_api
def snapshot(call: Call, there: SandboxClient, name: str, label: str, listed: bool) -> None:
    """Keep a sandbox as it is, to restore it later.

    \b
    Example:
      single-window sandbox snapshot ci --label "after the first trade"
    """
    kept = SandboxClient(there.caller, name)
    if not listed:
        kept.snapshot(label)
    taken = [(entry.id, entry.label, entry.at, entry.rows) for entry in kept.snapshots()]
    call.print_json([dict(zip(("id", "label", "at", "rows"), entry, strict=True)) for entry in taken])
    call.table("", ("snapshot 快照", "label", "taken 时间", "rows"), taken)
    call.print_line(f"Restore one: single-window sandbox restore {name} NUMBER" if taken else "There is none.")


@sandbox.command()
@click.argument("name")
@click.argument("number", type=click.IntRange(1))
@command
@through_api
def restore(call: Call, there: SandboxClient, name: str, number: int) -> None:
    """Put a sandbox back to where it was when a snapshot was taken.

    \b
    Example:
      single-window sandbox restore ci 1001
    """
    done = there.caller.call("POST", f"/sandboxes/{part(name)}/snapshots/{number}/restore")
    call.print_json(done)
    call.print_line(f"Restored sandbox {name}: {done['rows']} rows.")


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
