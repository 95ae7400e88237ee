"""`single-window status`: where the data lie, what runs on them and whether it can, what is late, what each holds."""

from __future__ import annotations

from collections.abc import Mapping

import click

import single_window
from single_window.commands.by_api import over_api
from single_window.commands.call import FAILED, Call, command
from single_window.language.plainly import moment, plainly
from single_window.observe.watchdog import Waiting
from single_window.process import standing
from single_window.process.standing import ABSENT, EMBEDDED, READY, Holding, Part, Standing


@click.command()
@command
@over_api("GET", "/state")
def status(call: Call) -> None:
    """Where the data lie, how database and broker are, what runs, what takes too long, and what each sandbox holds.

    Exit code 1: the database cannot be used; what can be told is told all the same.

    \b
    Example:
      single-window status --json
    """
    found = standing.standing(call.settings)
    call.give(_plain(found))
    if found.database.state == ABSENT and not call.settings.database:
        call.say(f"No data in {found.data} yet; begin with: single-window run")
        return
    _head(call, found)
    _late(call, found.late)
    _blocked(call, found.holdings)
    _sandboxes(call, found.holdings)
    if found.database.state not in {READY, ABSENT}:
        raise click.exceptions.Exit(FAILED)


def _plain(found: Standing) -> dict[str, object]:
    return {
        "data": str(found.data),
        "version": single_window.__version__,
        "exists": found.database.state != ABSENT,
        "running": found.running,
        "processes": found.processes,
        "bytes": found.size,
        "database": found.database,
        "broker": found.broker,
        "overdue": [
            {
                "stage": one.stage,
                "count": one.late,
                "oldest_seconds": one.oldest,
                "examples": one.examples,
                "words": one.words,
                "remedy": one.remedy,
            }
            for one in found.late
        ],
        "sandboxes": [
            {
                "name": one.sandbox.name,
                "clock": one.sandbox.clock.kind,
                "now": one.sandbox.clock.now(),
                "counts": one.counts,
                "next_due": moment(one.next_due) if one.next_due else None,
                "blocked": one.blocked,
            }
            for one in found.holdings
        ],
    }


def _head(call: Call, found: Standing) -> None:
    size = f" ({found.size / 1e6:.1f} MB)" if found.size is not None else ""
    call.say(f"single-window {single_window.__version__}, data in {found.data}{size}")
    call.say(f"database 数据库 {_told(found.database)}")
    call.say(f"broker 消息代理 {_told(found.broker)}")
    call.say(f"processes 进程 {_processes(found)}")


def _told(part: Part) -> str:
    return f"{part.address}: {part.state}" + (f"\n  {part.detail}" if part.detail else "")


def _processes(found: Standing) -> str:
    running = [f"running at {found.running or 'an unknown address'}"] if found.running is not None else []
    roles = [f"{role} {count}" for role, count in found.processes.items() if role != "run" or not running]
    if running or roles:
        return ", ".join(running + roles)
    return "not running" if found.broker.state == EMBEDDED else "none on this machine that shares this data folder"


def _late(call: Call, late: tuple[Waiting, ...]) -> None:
    call.table(
        "overdue 超时" if late else "",
        ("stage 环节", "count 数量", "oldest 最久", "examples", "what 事项", "do 处置"),
        [
            (
                one.stage,
                one.late,
                _age(one.oldest),
                ", ".join(map(str, one.examples)),
                call.pick(one.words),
                call.pick(one.remedy),
            )
            for one in late
        ],
        dict.fromkeys(range(len(late)), "bad"),
    )


def _blocked(call: Call, holdings: tuple[Holding, ...]) -> None:
    for holding in holdings:
        for one in holding.blocked:
            call.say(
                f"blocked 推送受阻: {one['kind']} of {one['mailbox']} in {holding.sandbox.name} since "
                f"{one['blocked_at']}, {one['behind']} receipts wait, next try {one['next_at']}: "
                f"{one['last_error']}"
            )


def _age(seconds: float) -> str:
    """A span as people read it: 42 s, 7 min, 3 h, 2 d."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"


def _sandboxes(call: Call, holdings: tuple[Holding, ...]) -> None:
    call.table(
        "",
        (
            "sandbox 沙箱",
            "now 现在",
            "messages 报文",
            "imports 进口清单",
            "exports 出口清单",
            "receipts 回执",
            "requests 申请",
            "open 处理中",
            "parked 异常",
            "next due 到期",
        ),
        [_row(one) for one in holdings],
    )


def _row(one: Holding) -> tuple[object, ...]:
    clock, counts = one.sandbox.clock, one.counts
    return (
        one.sandbox.name,
        f"{moment(clock.now())[:19]} ({clock.kind})",
        sum(counts.messages.values()),
        _by(counts.of_flow("I")),
        _by(counts.of_flow("E")),
        sum(counts.receipts.values()),
        _by(plainly(counts.requests)),
        counts.deliveries.get("ready", 0) + counts.deliveries.get("sent", 0),
        counts.deliveries.get("parked", 0),
        moment(one.next_due)[:19] if one.next_due else "",
    )


def _by(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counted.items()) or "0"
