"""`single-window parked`: deliveries that could not be processed: list them, send them again, close them for good."""

from __future__ import annotations

from typing import Any

import click

from single_window.commands.call import Call, Failure, command
from single_window.store import deliveries
from single_window.store.engine import writing

_IDS = click.argument("ids", nargs=-1, type=int)


@click.group()
def parked() -> None:
    """Deliveries that could not be processed after all attempts."""


@parked.command("list")
@click.option("--traceback", is_flag=True, help="Where each failed, too.")
@command
def list_(call: Call, traceback: bool) -> None:
    """List what is parked, newest first.

    \b
    Example:
      single-window parked list
    """
    with call.reading() as (_, connection):
        found: list[dict[str, Any]] = deliveries.parked(connection, call.sandbox)
    call.give(found)
    call.table(
        "",
        ("id", "queue 队列", "topic 主题", "items", "attempts 次数", "reason 原因"),
        [tuple(one[name] for name in ("id", "queue", "topic", "item_count", "attempts", "reason")) for one in found],
    )
    for one in found if traceback else ():
        call.say(f"{one['id']}:\n{one['traceback']}")
    call.say(
        f"{len(found)} parked. Send again with: single-window parked retry ID … (or --all)"
        if found
        else "Nothing is parked."
    )


@parked.command()
@_IDS
@click.option("--all", "every", is_flag=True, help="All of the sandbox.")
@command
def retry(call: Call, ids: tuple[int, ...], every: bool) -> None:
    """Send parked deliveries again.

    \b
    Example:
      single-window parked retry 1205 1206
    """
    _chosen(ids, every)
    with call.window() as window:
        window.sandbox(call.sandbox)
        with writing(window.engine) as connection:
            count = deliveries.retry(connection, None if every else list(ids), call.sandbox)
        call.work(window)
        with writing(window.engine) as connection:
            left = len([one for one in deliveries.parked(connection, call.sandbox) if every or one["id"] in ids])
    _told(call, count, len(ids), every, f"sent again, {left} parked again" if left else "sent again", {"parked": left})


@parked.command()
@_IDS
@click.option("--all", "every", is_flag=True, help="All of the sandbox.")
@click.option("--reason", required=True, help="Why nothing is to be done about them.")
@command
def dismiss(call: Call, ids: tuple[int, ...], every: bool, reason: str) -> None:
    """Close parked deliveries for good.

    \b
    Example:
      single-window parked dismiss 1205 --reason "sent by mistake"
    """
    _chosen(ids, every)
    with call.window() as window:
        window.sandbox(call.sandbox)
        with writing(window.engine) as connection:
            count = deliveries.dismiss(connection, None if every else list(ids), reason, call.sandbox)
    _told(call, count, len(ids), every, "dismissed", {})


def _chosen(ids: tuple[int, ...], every: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name the deliveries by id, or all of them with --all.")


def _told(call: Call, count: int, asked: int, every: bool, what: str, more: dict[str, int]) -> None:
    call.give({"count": count, **more})
    if not every and count < asked:
        raise Failure(
            f"{count} of {asked} {what}; the others are not parked in sandbox {call.sandbox!r}. "
            "See: single-window parked list"
        )
    call.say(f"{count} {what}.")
