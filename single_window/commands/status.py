"""`single-window status`: where the data lie, whether a window runs, what each sandbox holds."""

from __future__ import annotations

import click

import single_window
from single_window import dispatch, stories
from single_window.commands.call import Call, command
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.stories.plainly import moment, plainly


@click.command()
@command
def status(call: Call) -> None:
    """Where the data lie, whether a window runs on them, what each sandbox holds and has under way.

    \b
    Example:
      single-window status --json
    """
    settings = call.settings
    database = settings.data / "window.sqlite3"
    if not settings.database and not database.exists():
        call.give(
            {
                "data": str(settings.data.resolve()),
                "version": single_window.__version__,
                "exists": False,
                "sandboxes": [],
            }
        )
        call.say(f"No data in {settings.data.resolve()} yet; begin with: single-window run")
        return
    with call.window() as window, reading(window.engine) as connection:
        found = [
            (
                sandboxes.find(connection, name),
                stories.counts(connection, name, None),
                dispatch.next_due(connection, name),
            )
            for name in sandboxes.names(connection)
        ]
    size = sum(part.stat().st_size for part in settings.data.glob("window.sqlite3*")) if not settings.database else None
    call.give(
        {
            "data": str(settings.data.resolve()),
            "version": single_window.__version__,
            "exists": True,
            "running": call.beside,
            "bytes": size,
            "sandboxes": [
                {
                    "name": one.name,
                    "clock": one.clock.kind,
                    "now": one.clock.now(),
                    "counts": counts,
                    "next_due": moment(due) if due else None,
                }
                for one, counts, due in found
            ],
        }
    )
    call.say(
        f"single-window {single_window.__version__}, data in {settings.data.resolve()}"
        f"{f' ({size / 1e6:.1f} MB)' if size is not None else ''}"
    )
    call.say(f"running at {call.beside or 'an unknown address'}" if call.beside is not None else "not running")
    call.table(
        "",
        (
            "sandbox 沙箱",
            "now 现在",
            "messages 报文",
            "lists 清单",
            "receipts 回执",
            "requests 申请",
            "open 处理中",
            "parked 异常",
            "next due 到期",
        ),
        [
            (
                one.name,
                f"{moment(one.clock.now())[:19]} ({one.clock.kind})",
                sum(counts.messages.values()),
                _by(counts.declarations),
                sum(counts.receipts.values()),
                _by(plainly(counts.requests)),
                counts.deliveries.get("ready", 0) + counts.deliveries.get("sent", 0),
                counts.deliveries.get("parked", 0),
                moment(due)[:19] if due else "",
            )
            for one, counts, due in found
        ],
    )


def _by(counted: object) -> str:
    return ", ".join(f"{count} {state}" for state, count in dict(counted).items()) or "0"  # type: ignore[call-overload]
