"""`single-window clock`: look at a sandbox's clock, set a virtual one, move it through its deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
import msgspec

from declarations.calendar import span_of
from single_window import client
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local
from single_window.language.words import Words

PAGE, MOST = 500, 2_000
"""Deadlines of one call, and of one list."""
PATIENCE = 4
"""Calls that move a clock, each of which waits as long as it may, and find it where it was with the same work open."""

_LABELS = {
    "order": "订单 order",
    "list": "清单 list",
    "receipt": "回执 receipt",
    "batch": "批次 batch",
    "claim": "退税申报 claim",
}


@click.group()
def clock() -> None:
    """The clock of a sandbox: the machine's, or a virtual one that is moved."""


def _print(call: Call, there: client.Clock) -> None:
    call.print_json(msgspec.structs.asdict(there))
    call.print_line(
        f"{call.sandbox}: {there.mode} clock, {local(there.now)}"
        f"{f'; the next deadline at {local(there.next_deadline)}' if there.next_deadline else ''}"
    )


@clock.command()
@command
@through_api
def show(call: Call, sandbox: SandboxClient) -> None:
    """Show the sandbox's clock and what is due next.

    \b
    Example:
      single-window clock show --sandbox june
    """
    _print(call, sandbox.clock.show())


@clock.command("next")
@click.option("--until", default="", metavar="SPAN|MOMENT", help="Only until then: 30d, 2026-07-31 [default: all].")
@command
@through_api
def next_(call: Call, sandbox: SandboxClient, until: str) -> None:
    """List what will happen when the clock goes on, before it does: when, what, and to which list or claim.

    What follows from something that happens on the way is not there before.

    \b
    Example:
      single-window clock next --sandbox june --until 30d
    """
    deadlines: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None and len(deadlines) < MOST:
        page = sandbox.control("GET", "/deadlines", query={"after": after, "until": until, "limit": PAGE})
        deadlines, after = deadlines + page["deadlines"], page["next"]
    call.print_json(deadlines)
    if not deadlines:
        call.print_line(f"Nothing falls due in {call.sandbox}.")
        return
    call.table(
        "",
        ("due 时间", "what 事项", "about 对象"),
        [
            (
                local(entry["due"]),
                Words(entry["zh"], entry["en"]).text(call.language),
                about_text(entry["about"]),
            )
            for entry in deadlines
        ],
    )
    if after is not None:
        call.print_line(f"These are the first {len(deadlines)}; name an earlier moment with --until to see fewer.")


@clock.command("set")
@click.argument("moment_", metavar="MOMENT")
@command
@through_api
def set_(call: Call, sandbox: SandboxClient, moment_: str) -> None:
    """Make the clock virtual and put it to a moment of Asia/Shanghai, without doing what falls due on the way.

    \b
    Example:
      single-window clock set 2026-06-01T08:00 --sandbox june
    """
    _print(call, sandbox.clock.set("frozen", moment_))


@clock.command()
@click.argument("span")
@command
@through_api
def advance(call: Call, sandbox: SandboxClient, span: str) -> None:
    """Move a virtual clock on by a span (30s, 90m, 36h, 31d) or to a moment, and do all that falls due on the way.

    \b
    Examples:
      single-window clock advance 31d --sandbox june
      single-window clock advance 2026-07-31 --sandbox june
    """
    start = sandbox.clock.show().now
    stands = sandbox.clock.advance(**{"to" if span_of(span) is None else "by": span}, timeout=0)
    assert stands.to is not None
    target, idle = stands.to, 0
    with call.progress("advance", _seconds(start, target)) as progress:
        while not stands.settled:
            before, stands = stands, sandbox.clock.advance(to=target)
            idle = idle + 1 if (before.now, before.open) == (stands.now, stands.open) else 0
            if idle == PATIENCE:
                raise Failure(
                    f"There is work in {call.sandbox} that does not come to an end; the clock stands at "
                    f"{local(stands.now)}. See: single-window status{call.scope_options}"
                )
            progress(_seconds(start, stands.now))
    _print(call, stands)


def _seconds(start: str, end: str) -> int:
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def about_text(about: Mapping[str, str]) -> str:
    """The subject of a deadline, on one line."""
    return ", ".join(f"{_LABELS.get(name, name)} {value}" for name, value in about.items())
