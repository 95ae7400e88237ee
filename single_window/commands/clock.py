"""`single-window clock`: show a sandbox's clock, set or advance a virtual one, list its deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from declarations.calendar import span_of
from single_window.frame.commands.call import Call, Failure
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.typed import local
from single_window.language.words import Words
from single_window_client import Clock, SandboxClient

PAGE_SIZE, MAX_DEADLINES = 500, 2_000
"""Maximum numbers of deadlines in one call, and in the list."""
MAX_IDLE_CALLS = 4
"""Number of calls without progress of clock and work after which `advance` fails."""

_LABELS = {
    "order": "订单 order",
    "list": "清单 list",
    "receipt": "回执 receipt",
    "batch": "批次 batch",
    "claim": "退税申报 claim",
}


clock = CommandGroup("clock")


def _print(call: Call, clock: Clock) -> None:
    call.print_json(msgspec.structs.asdict(clock))
    call.print_line(
        f"{call.sandbox}: {clock.mode} clock, {local(clock.now)}"
        f"{f'; the next deadline at {local(clock.next_deadline)}' if clock.next_deadline else ''}"
    )


@clock.client(examples=("--sandbox june",))
def show(call: Call, sandbox: SandboxClient) -> None:
    """Show the sandbox's clock and its next deadline."""
    _print(call, sandbox.clock.show())


@clock.client("next", examples=("--sandbox june --until 30d",))
def next_(
    call: Call,
    sandbox: SandboxClient,
    until: str = option("Only until then: 30d, 2026-07-31 [default: all].", metavar="SPAN|MOMENT", default=""),
) -> None:
    """List the scheduled deadlines: when, what, and for which list or claim.

    Deadlines that later events will cause are not included.
    """
    deadlines: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None and len(deadlines) < MAX_DEADLINES:
        page = sandbox.control("GET", "/deadlines", query={"after": after, "until": until, "limit": PAGE_SIZE})
        deadlines, after = deadlines + page["deadlines"], page["next"]
    call.print_json(deadlines)
    if not deadlines:
        call.print_line(f"There are no deadlines in {call.sandbox}.")
        return
    call.table(
        "",
        ("due 时间", "what 事项", "about 对象"),
        [
            (local(entry["due"]), Words(entry["zh"], entry["en"]).text(call.language), about_text(entry["about"]))
            for entry in deadlines
        ],
    )
    if after is not None:
        call.print_line(f"These are the first {len(deadlines)}; limit them with --until.")


@clock.client("set", examples=("2026-06-01T08:00 --sandbox june",))
def set_(call: Call, sandbox: SandboxClient, moment_: str = argument("MOMENT")) -> None:
    """Make the clock virtual and set it to a time in Asia/Shanghai, without processing the passed deadlines in
    order."""
    _print(call, sandbox.clock.set("frozen", moment_))


@clock.client(examples=("31d --sandbox june", "2026-07-31 --sandbox june"))
def advance(call: Call, sandbox: SandboxClient, span: str) -> None:
    """Advance a virtual clock by a duration (30s, 90m, 36h, 31d) or to a time, processing all deadlines in order."""
    start = sandbox.clock.show().now
    state = sandbox.clock.advance(**{"to" if span_of(span) is None else "by": span}, timeout=0)
    assert state.to is not None
    target, idle = state.to, 0
    with call.progress("advance", _seconds(start, target)) as progress:
        while not state.settled:
            before, state = state, sandbox.clock.advance(to=target)
            idle = idle + 1 if (before.now, before.open) == (state.now, state.open) else 0
            if idle == MAX_IDLE_CALLS:
                raise Failure(
                    f"Work in {call.sandbox} does not finish; the clock is at "
                    f"{local(state.now)}. See: single-window status{call.scope_options}"
                )
            progress(_seconds(start, state.now))
    _print(call, state)


def _seconds(start: str, end: str) -> int:
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def about_text(about: Mapping[str, str]) -> str:
    """Return the subject of a deadline on one line."""
    return ", ".join(f"{_LABELS.get(name, name)} {value}" for name, value in about.items())
