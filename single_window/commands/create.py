"""`single-window create`: an officer makes a new case, such as a batch."""

from __future__ import annotations

import click
import msgspec

from single_window.cases import folders
from single_window.frame.commands.call import FAILED, Call
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command
from single_window.frame.decision_answers import CreatableOut, CreatedOut
from single_window_client import SandboxClient


@client_command(
    examples=(
        "batch",
        "batch open flow=I customs_code=4240 trade_mode=1210",
        "batch open flow=I customs_code=4240 trade_mode=1210 --once monday-1 --as wang",
    )
)
def create(
    call: Call,
    sandbox: SandboxClient,
    kind: str = argument(type=click.Choice(folders.subjects_of_decisions())),
    action: str | None = argument(),
    values: tuple[str, ...] = argument("[NAME=VALUE]…"),
    reason: str = option("The reason, which is stored; some acts require one.", default=""),
    once: str = option(
        "Your own name of the request: sent again with it, nothing is made twice.", metavar="KEY", default=""
    ),
) -> None:
    """Make a new case as an officer, such as a batch. Without ACTION: show what may be made of the kind, and the values
    that it needs. Exit code 1: not made yet.
    """
    path = f"/cases/{kind}/decisions"
    if action is None:
        _show(call, msgspec.convert(sandbox.call("GET", path), CreatableOut))
        return
    pairs = [text.partition("=") for text in values]
    body = {"action": action, "values": {name: value for name, _, value in pairs}, "reason": reason, "key": once}
    created = call.answered(msgspec.convert(sandbox.call("POST", path, json=body), CreatedOut))
    if created.status == "done":
        call.print_line(f"{created.number}: {created.state}")
        return
    if created.status == "proposed":
        call.print_line(
            f"It waits for a second person: single-window act {created.decision} approve --about proposal --as …"
            f"{call.scope_options}"
        )
        return
    call.print_line(f"The request is stored but not completed yet; see: single-window audit log{call.scope_options}")
    raise click.exceptions.Exit(FAILED)


def _show(call: Call, creatable: CreatableOut) -> None:
    """Print the acts that make a case of a kind, with their values."""
    call.print_json(creatable)
    for act in creatable.acts:
        call.print_line(f"{act.action} {act.zh} ({act.en})")
        for name, meaning in act.values.items():
            call.print_line(f"  {name}=…  {meaning}")
    if not creatable.acts:
        call.print_line("No act makes a case of this kind.")
