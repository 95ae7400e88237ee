"""`single-window sandbox`: create, list, configure, reset, delete, snapshot and restore sandboxes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from gateways.circumstances import Options
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.typed import local
from single_window.reference.documentation import field_words
from single_window.store.sandbox_options import CHOICES, PRESETS
from single_window_client import SandboxClient, WindowClient

sandbox = CommandGroup("sandbox")


@sandbox.client(examples=("ci --preset plain", "june --on 2026-06-01 --set automatic_officer=true"))
def create(
    call: Call,
    client: SandboxClient,
    name: str,
    seed: str = option("Seed of its random decisions [default: its name].", default=""),
    on: datetime | None = option("Use a virtual clock frozen on this day."),
    preset: str | None = option(
        "plain: no inspections, every valid list is released; ci: the same, and a frozen clock.",
        type=click.Choice(list(PRESETS)),
    ),
    settings: tuple[str, ...] = option("Set an option, as `sandbox options`.", "--set", metavar="OPTION=VALUE"),
) -> None:
    """Create a sandbox."""
    clock = {"mode": "frozen", "at": f"{on:%Y-%m-%d}T08:00"} if on else None
    options = parsed_options(settings)
    body = {"name": name, "seed": seed, "preset": preset or "", "options": options, "clock": clock}
    call.print_json(client.caller.call("POST", "/sandboxes", json=body))
    call.print_line(f"Created sandbox {name}. Use it with --sandbox {name}, or the header X-Sandbox: {name}")


@sandbox.client("list", examples=("",))
def list_(call: Call, client: SandboxClient) -> None:
    """List all sandboxes with their clocks and options."""
    listed = call.answered(WindowClient.of(client.caller).described())
    call.records("", _DESCRIBED, listed)


_DESCRIBED: Columns[Mapping[str, Any]] = (
    ("sandbox 沙箱", lambda described: described["name"]),
    ("clock 时钟", lambda described: described["clock"]["mode"]),
    ("now 现在", lambda described: local(described["clock"]["now"])),
    ("seed", lambda described: described["seed"]),
    ("options 选项", lambda described: _changed_options(described["options"])),
)


def _changed_options(options: Mapping[str, Any]) -> str:
    """Return the options that differ from their defaults, as text."""
    defaults = Options()
    changed = [f"{name}={_text(value)}" for name, value in options.items() if value != getattr(defaults, name)]
    return ", ".join(changed) or "defaults"


@sandbox.client(examples=("open=false guarantee_short=reject --sandbox june",))
def options(call: Call, client: SandboxClient, settings: tuple[str, ...] = argument("[OPTION=VALUE]…")) -> None:
    """Show the options of the sandbox, or change some."""
    values = call.answered(client.options(**parsed_options(settings)))
    words = field_words(Options)
    call.table(
        "",
        ("option 选项", "value", "meaning"),
        [(name, _text(value), words.get(name, "")) for name, value in values.items()],
    )


sandbox.row(
    "reset",
    "POST /sandboxes/{name}/reset",
    "Delete all messages, decisions and receipts of a sandbox; options, seed and clock stay.",
    "Reset sandbox {name}: {answer[rows]} rows.",
    options=(
        click.option(
            "--keep-master-data/--no-master-data",
            "master_data",
            default=True,
            show_default=True,
            help="Whether imported master data stay.",
        ),
    ),
    examples=("ci --url http://127.0.0.1:8642",),
)
sandbox.row(
    "delete",
    "DELETE /sandboxes/{name}",
    "Delete a sandbox with everything in it; main cannot be deleted.",
    "Deleted sandbox {name}: {answer[rows]} rows.",
    examples=("ci",),
)
sandbox.row(
    "restore",
    "POST /sandboxes/{name}/snapshots/{number}/restore",
    "Restore a sandbox from a snapshot.",
    "Restored sandbox {name}: {answer[rows]} rows.",
    options=(click.argument("number", type=click.IntRange(1)),),
    examples=("ci 1001",),
)


@sandbox.client(examples=('ci --label "after the first trade"',))
def snapshot(
    call: Call,
    client: SandboxClient,
    name: str,
    label: str = option("Label shown in the list.", default=""),
    listed: bool = option("Only list the snapshots.", "--list"),
) -> None:
    """Take a snapshot of a sandbox, to restore it later."""
    target = SandboxClient(client.caller, name)
    if not listed:
        target.snapshot(label)
    taken = [(entry.id, entry.label, entry.at, entry.rows) for entry in target.snapshots()]
    call.print_json([dict(zip(("id", "label", "at", "rows"), entry, strict=True)) for entry in taken])
    call.table("", ("snapshot 快照", "label", "taken 时间", "rows"), taken)
    call.print_line(f"Restore one: single-window sandbox restore {name} NUMBER" if taken else "There are no snapshots.")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def parsed_options(settings: tuple[str, ...]) -> dict[str, Any]:
    """Parse options such as open=false; raises `UsageError` that lists the valid ones."""
    changes: dict[str, Any] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or name not in Options.__struct_fields__:
            known = ", ".join(Options.__struct_fields__)
            raise click.UsageError(f"{text!r} is not an option; write OPTION=VALUE with one of: {known}.")
        changes[name] = _parsed_option(name, value)
    return changes


def _parsed_option(name: str, value: str) -> bool | str:
    if isinstance(getattr(Options(), name), bool):
        if value not in {"true", "false"}:
            raise click.UsageError(f"{name} must be true or false, not {value!r}.")
        return value == "true"
    if value not in CHOICES.get(name, (value,)):
        raise click.UsageError(f"{name} must be one of {', '.join(CHOICES[name])}, not {value!r}.")
    return value
