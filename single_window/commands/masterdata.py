"""`single-window import`: import companies, goods, guarantees, stock and rates from a CSV file, all rows or none."""

from __future__ import annotations

from pathlib import Path

import click

from single_window.frame.commands.call import Call
from single_window.frame.commands.options import EXISTING_FILE, argument, option
from single_window.frame.commands.rows import client_command
from single_window_client import SandboxClient


@client_command("import", examples=("participants companies.csv", "stock --columns", "exchange_rates rates.csv"))
def import_(
    call: Call,
    sandbox: SandboxClient,
    kind: str,
    file: Path | None = argument(type=EXISTING_FILE),
    columns: bool = option("Only show the columns that the file needs."),
) -> None:
    """Import master data from a CSV file (UTF-8 or GB18030, header first)."""
    if columns:
        _show_columns(call, kind)
        return
    if file is None:
        raise click.UsageError("Name the file to import, or show its columns with --columns.")
    done = call.answered(sandbox.import_master_data(kind, file.read_bytes()))
    call.print_line(
        f"{file}: {', '.join(f'{value} {name}' for name, value in done.items() if name != 'kind')} "
        f"({kind}, sandbox {call.sandbox})"
    )


def _show_columns(call: Call, kind: str) -> None:
    from single_window.master_data.importing import (
        KINDS,  # imported late: only needed here, since the window checks imports
    )

    if kind not in KINDS:
        raise click.UsageError(f"{kind!r} is not a kind of master data; the kinds are: {', '.join(KINDS)}.")
    layout = KINDS[kind].columns
    names = ("name", "allowed", "default", "example")
    call.print_json([{name: getattr(column, name) for name in names} for column in layout])
    call.table(
        "",
        ("column 列", "required", "allowed 允许", "example 示例"),
        [(column.name, "yes" if column.default is None else "no", column.allowed, column.example) for column in layout],
    )
