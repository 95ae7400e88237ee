"""`single-window status`: where the data lie, what runs on them and whether it can, what is late, what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

import single_window
from single_window.frame.commands.call import FAILED, Call, command
from single_window.frame.commands.through_api import address, client
from single_window.frame.typed import local
from single_window.language.plainly import moment, plainly
from single_window.observe.watchdog import Waiting
from single_window.process import standing
from single_window.process.standing import ABSENT, NOT_USED, READY, Holding, Part, Standing


@click.command()
@command
@address
def status(call: Call, url: str | None, key: str) -> None:
    """Show where the data lie, how database and broker are, what runs, what takes too long, and what each sandbox
    holds.

    Exit code 1: the database cannot be used; what can be told is told all the same.

    
    Example:
      single-window status --json
    """
    if url:
        with client(call, url, key) as sandbox:
            _show_work(call, sandbox.call("GET", "/state"))
        return
    state = standing.standing(call.settings)
    call.give(_plain(state))
    if state.database.state == ABSENT and not call.settings.database:
        call.say(f"No data in {state.data} yet; begin with: single-window run")
        return
    _head(call, state)
    _late(call, state.late)
    _blocked(call, state.holdings)
    _sandboxes(call, state.holdings)
    if state.database.state not in {READY, ABSENT}:
        raise click.exceptions.Exit(FAILED)


def _show_work(call: Call, state: Mapping[str, Any]) -> None:
    """Print the state of a window elsewhere: its data folder, database and processes are told on its own machine."""
    call.give(state)
    working = {True: "yes 是", False: "no 否"}.get(state["working"], "elsewhere 在其他进程")
    counts = ", ".join(f"{count} {name}" for name, count in state["deliveries"].items())
    call.table("", ("what 项目", "is 状态"), (("working 运行", working), ("deliveries 任务", counts)))
    call.table("", ("sandbox 沙箱", "now 现在"), [(name, local(now)) for name, now in state["sandboxes"].items()])


def _plain(state: Standing) -> dict[str, object]:
    return {
        "data": str(state.data),
        "version": single_window.__version__,
        "exists": state.database.state != ABSENT,
        "running": state.running,
        "processes": state.processes,
        "bytes": state.size,
        "database": state.database,
        "broker": state.broker,
        "overdue": [
            {
                "stage": waiting.stage,
                "count": waiting.late,
                "oldest_seconds": waiting.oldest,
                "examples": waiting.examples,
                "words": waiting.words,
                "remedy": waiting.remedy,
            }
            for waiting in state.late
        ],
        "sandboxes": [
            {
                "name": holding.sandbox.name,
                "clock": holding.sandbox.clock.kind,
                "now": holding.sandbox.clock.now(),
                "counts": holding.counts,
                "next_due": moment(holding.next_due) if holding.next_due else None,
                "blocked": holding.blocked,
            }
            for holding in state.holdings
        ],
    }


def _head(call: Call, state: Standing) -> None:
    size = f" ({state.size / 1e6:.1f} MB)" if state.size is not None else ""
    call.say(f"single-window {single_window.__version__}, data in {state.data}{size}")
    call.say(f"database 数据库 {_part_text(state.database)}")
    call.say(f"broker 消息代理 {_part_text(state.broker)}")
    call.say(f"processes 进程 {_processes(state)}")


def _part_text(part: Part) -> str:
    return ": ".join(filter(None, (part.address, part.state))) + (f"\n  {part.detail}" if part.detail else "")


def _processes(state: Standing) -> str:
    running = [f"running at {state.running or 'an unknown address'}"] if state.running is not None else []
    roles = [f"{role} {count}" for role, count in state.processes.items() if role != "run" or not running]
    if running or roles:
        return ", ".join(running + roles)
    return "not running" if state.broker.state == NOT_USED else "none on this machine that shares this data folder"


def _late(call: Call, late: tuple[Waiting, ...]) -> None:
    call.table(
        "overdue 超时" if late else "",
        ("stage 环节", "count 数量", "oldest 最久", "examples", "what 事项", "do 处置"),
        [
            (
                waiting.stage,
                waiting.late,
                _age(waiting.oldest),
                ", ".join(map(str, waiting.examples)),
                call.pick(waiting.words),
                call.pick(waiting.remedy),
            )
            for waiting in late
        ],
        dict.fromkeys(range(len(late)), "bad"),
    )


def _blocked(call: Call, holdings: tuple[Holding, ...]) -> None:
    for holding in holdings:
        for channel in holding.blocked:
            call.say(
                f"blocked 推送受阻: {channel.kind} of {channel.mailbox} in {holding.sandbox.name} since "
                f"{channel.blocked_at}, {channel.behind} receipts wait, next try {channel.next_at}: "
                f"{channel.last_error}"
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
        [_row(holding) for holding in holdings],
    )


def _row(holding: Holding) -> tuple[object, ...]:
    clock, counts = holding.sandbox.clock, holding.counts
    return (
        holding.sandbox.name,
        f"{moment(clock.now())[:19]} ({clock.kind})",
        sum(counts.messages.values()),
        _by(counts.of_flow("I")),
        _by(counts.of_flow("E")),
        sum(counts.receipts.values()),
        _by(plainly(counts.requests)),
        counts.deliveries.get("ready", 0),
        counts.deliveries.get("parked", 0),
        moment(holding.next_due)[:19] if holding.next_due else "",
    )


def _by(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counted.items()) or "0"
