"""`single-window clock`: look at a sandbox's clock, set a virtual one, move it through its deadlines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import click
import msgspec
from sqlalchemy import func, select

from declarations.calendar import DAY, HOUR, SECOND, SHANGHAI, utc_text
from single_window import client
from single_window.cases.coming import about_text, coming
from single_window.clock import FIRST, LAST, may_show
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.remote import over_http
from single_window.language.plainly import moment
from single_window.language.words import Words
from single_window.store import sandboxes
from single_window.store.engine import reading, writing
from single_window.store.tables import deadline
from single_window.wiring import Window
from single_window.work import advancing, dispatch
from single_window.work.idle_timeout import NoProgress

PAGE, MOST = 500, 2_000
"""Deadlines of one call, and of one list."""
_SPAN = r"(\d{1,9})([smhd])"
_UNITS = {"s": SECOND, "m": 60 * SECOND, "h": HOUR, "d": DAY}
_FORMATS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


@click.group()
def clock() -> None:
    """The clock of a sandbox: the machine's, or a virtual one that is moved."""


def _print_there(call: Call, there: client.Clock, sandbox: str) -> None:
    call.give(msgspec.structs.asdict(there))
    call.say(
        f"{sandbox}: {there.mode} clock, {there.now}"
        f"{f'; the next deadline at {there.next_deadline}' if there.next_deadline else ''}"
        f"{'' if there.settled else '; not all that fell due is done yet'}"
    )


@clock.command()
@command
@over_http(lambda call, there: _print_there(call, there.clock.show(), there.name))
def show(call: Call) -> None:
    """Show the sandbox's clock and what is due next.

    \b
    Example:
      single-window clock show --sandbox june
    """
    with call.window() as window:
        _print(call, window)


def _next_there(call: Call, there: client.SandboxClient, until: str) -> None:
    deadlines: list[dict[str, str]] = []
    after: str | None = ""
    while after is not None and len(deadlines) < MOST:
        query = {"after": after, "until": until, "limit": PAGE}
        page = there.control("GET", f"/deadlines?{urlencode({name: value for name, value in query.items() if value})}")
        deadlines, after = deadlines + page["deadlines"], page["next"]
    _list(call, deadlines, after is not None)


@clock.command("next")
@click.option("--until", default="", metavar="SPAN|MOMENT", help="Only until then: 30d, 2026-07-31 [default: all].")
@command
@over_http(_next_there)
def next_(call: Call, until: str) -> None:
    """List what will happen when the clock goes on, before it does: when, what, and to which list or claim.

    What follows from something that happens on the way is not there before.

    \b
    Example:
      single-window clock next --sandbox june --until 30d
    """
    with call.reading() as (window, connection):
        instant = _until(until, window.now(call.sandbox)) if until else None
        deadlines = coming(connection, call.sandbox, MOST + 1, until=instant)
    shown = [
        {
            "id": upcoming.due.id,
            "due": utc_text(upcoming.due.due),
            "kind": upcoming.due.kind,
            "zh": upcoming.words.zh,
            "en": upcoming.words.en,
            "about": upcoming.about,
        }
        for upcoming in deadlines[:MOST]
    ]
    _list(call, shown, len(deadlines) > MOST)


def _list(call: Call, deadlines: Sequence[Mapping[str, Any]], more: bool) -> None:
    call.give(list(deadlines))
    if not deadlines:
        call.say(f"Nothing falls due in {call.sandbox}.")
        return
    call.table(
        "",
        ("due 时间", "what 事项", "about 对象"),
        [
            (
                moment(_milliseconds(entry["due"])),
                Words(entry["zh"], entry["en"]).text(call.language),
                about_text(entry["about"]),
            )
            for entry in deadlines
        ],
    )
    if more:
        call.say(f"These are the first {len(deadlines)}; name an earlier moment with --until to see fewer.")


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000)


@clock.command("set")
@click.argument("moment_", metavar="MOMENT")
@command
@over_http(lambda call, there, moment_: _print_there(call, there.clock.set("frozen", moment_), there.name))
def set_(call: Call, moment_: str) -> None:
    """Make the clock virtual and put it to a moment of Asia/Shanghai, without doing what falls due on the way.

    \b
    Example:
      single-window clock set 2026-06-01T08:00 --sandbox june
    """
    wanted = _instant(moment_)
    with call.window() as window:
        sandbox = window.sandbox(call.sandbox)
        if sandbox.clock.kind == "virtual" and wanted < sandbox.clock.now():
            raise Failure(
                f"The clock of {call.sandbox} stands at {moment(sandbox.clock.now())}; it is never put back. "
                "Make a new sandbox for an earlier day: single-window sandbox create NAME --on DAY"
            )
        with writing(window.engine) as connection:
            moved = sandboxes.set_clock(connection, call.sandbox, wanted, seen=sandbox.clock)
        if not moved:
            raise Failure(f"Somebody else has moved the clock of {call.sandbox} at this moment. See: clock show")
        _print(call, window)


@clock.command()
@click.argument("span")
@command
@over_http(
    lambda call, there, span: _print_there(
        call, there.clock.advance(**{"by" if re.fullmatch(_SPAN, span) else "to": span}), there.name
    )
)
def advance(call: Call, span: str) -> None:
    """Move a virtual clock on by a span (30s, 90m, 36h, 31d) or to a moment, and do all that falls due on the way.

    \b
    Examples:
      single-window clock advance 31d --sandbox june
      single-window clock advance 2026-07-31 --sandbox june
    """
    with call.window() as window:
        sandbox = window.sandbox(call.sandbox)
        if sandbox.clock.kind != "virtual":
            raise Failure(
                f"Sandbox {call.sandbox!r} follows the machine's clock. Give it one that can be moved: "
                f"single-window clock set {moment(sandbox.clock.now())[:16]} --sandbox {call.sandbox}"
            )
        start = sandbox.clock.now()
        until = _until(span, start)
        if until < start:
            raise Failure(f"The clock stands at {moment(start)}, after {span}; it is never put back.")
        with call.progress("advance", (until - start) // 1000) as progress:
            settle = window.settle if call.beside is None else lambda: _until_quiet(call, window)
            others_work = call.beside is not None or window.broker.is_durable
            advancing.advance(
                window, call.sandbox, until, settle, others_work, lambda instant: progress((instant - start) // 1000)
            )
        _print(call, window)


def _until_quiet(call: Call, window: Window) -> None:
    """Wait until those who work have done all there is to do in the sandbox."""
    stands = f"the clock stands at {moment(window.now(call.sandbox))}"
    try:
        if not call.others(window).quiet():
            raise Failure(f"There is work in {call.sandbox} that does not come to an end; {stands}. See: status")
    except NoProgress as nobody:
        raise Failure(f"{nobody}; {stands}") from None


def _print(call: Call, window: Window) -> None:
    sandbox = window.sandbox(call.sandbox)
    with reading(window.engine) as connection:
        due = dispatch.next_due(connection, call.sandbox)
        open_ = connection.execute(
            select(func.count())
            .select_from(deadline)
            .where(deadline.c.sandbox == call.sandbox, deadline.c.state == "open")
        ).scalar()
    call.give(
        {
            "sandbox": call.sandbox,
            "kind": sandbox.clock.kind,
            "now": sandbox.clock.now(),
            "next_due": moment(due) if due else None,
            "open_deadlines": open_,
        }
    )
    call.say(
        f"{call.sandbox}: {sandbox.clock.kind} clock, {moment(sandbox.clock.now())}; {open_} open deadline(s)"
        f"{f', the next at {moment(due)}' if due else ''}"
    )


def _until(span: str, start: int) -> int:
    match = re.fullmatch(_SPAN, span)
    return within(start + int(match[1]) * _UNITS[match[2]]) if match else _instant(span)


def within(instant: int) -> int:
    """The instant, where a clock may show it; else refused."""
    if not may_show(instant):
        raise click.UsageError(f"A sandbox's clock shows days from {FIRST} to {LAST} only.")
    return instant


def _instant(text: str) -> int:
    for form in _FORMATS:
        try:
            moment_ = datetime.strptime(text, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
        return within(int(moment_.timestamp() * 1000))
    raise click.UsageError(
        f"{text!r} is no moment: write 2026-06-01 or 2026-06-01T08:00 (or a span: 30s, 90m, 36h, 31d)."
    )
