"""`single-window status`: shows the data folder, database, broker, processes, overdue work and sandboxes."""

from __future__ import annotations

from collections.abc import Mapping

import click

from single_window.answers.window import ABSENT, NOT_USED, READY, CountsOut, HoldingOut, LateOut, PartOut, StandingOut
from single_window.frame.commands.call import FAILED, Call, Columns, Failure, command
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.through_api import address, at_window, running_window
from single_window.frame.typed import local
from single_window.language.words import Words


@click.command()
@command
@address
def status(call: Call, url: str | None, key: str) -> None:
    """Show the data folder, database, broker, processes, overdue work, and the contents of each sandbox.

    Exit code 1: the database cannot be used; everything else is still shown.

    \b
    Example:
      single-window status --json
    """
    state = call.answered(_state(call, url or "", key))
    if not state.exists and not call.settings.database:
        call.print_line(f"No data in {state.data} yet; begin with: single-window run")
        return
    _head(call, state)
    _late(call, state.overdue)
    _show_blocked(call, state.sandboxes)
    _sandboxes(call, state.sandboxes)
    if state.database.state not in {READY, ABSENT}:
        raise click.exceptions.Exit(FAILED)


def _state(call: Call, url: str, key: str) -> StandingOut:
    """Return the state from the running window; if there is none, or it fails, determine it in this process."""
    window = running_window(call, url, key)
    if window is not None:
        try:
            with at_window(call, window) as sandbox:
                return convert_answer(sandbox.call("GET", "/state/standing"), StandingOut)
        except Failure:
            if url:
                raise
    # not through the application, which cannot be opened if the database is unavailable or has another revision
    from single_window.answers.standing import standing

    return standing(call.settings)


def _head(call: Call, state: StandingOut) -> None:
    size = f" ({state.bytes / 1e6:.1f} MB)" if state.bytes is not None else ""
    call.print_line(f"single-window {state.version}, data in {state.data}{size}")
    call.print_line(f"database 数据库 {_part_text(state.database)}")
    call.print_line(f"broker 消息代理 {_part_text(state.broker)}")
    call.print_line(f"processes 进程 {_processes(state)}")


def _part_text(part: PartOut) -> str:
    return ": ".join(filter(None, (part.address, part.state))) + (f"\n  {part.detail}" if part.detail else "")


def _processes(state: StandingOut) -> str:
    running = [f"running at {state.running or 'an unknown address'}"] if state.running is not None else []
    roles = [f"{role} {count}" for role, count in state.processes.items() if role != "run" or not running]
    if running or roles:
        return ", ".join(running + roles)
    return "not running" if state.broker.state == NOT_USED else "none on this machine that shares this data folder"


def _late(call: Call, late: tuple[LateOut, ...]) -> None:
    call.records(
        "overdue 超时",
        (
            ("stage 环节", lambda waiting: waiting.stage),
            ("count 数量", lambda waiting: waiting.count),
            ("oldest 最久", lambda waiting: _age(waiting.oldest_seconds)),
            ("examples", lambda waiting: ", ".join(map(str, waiting.examples))),
            ("what 事项", lambda waiting: Words(waiting.words.zh, waiting.words.en)),
            ("do 处置", lambda waiting: Words(waiting.remedy.zh, waiting.remedy.en)),
        ),
        late,
        lambda waiting: "bad",
    )


def _show_blocked(call: Call, holdings: tuple[HoldingOut, ...]) -> None:
    for holding in holdings:
        for channel in holding.blocked:
            call.print_line(
                f"blocked 推送受阻: {channel.kind} of {channel.mailbox} in {holding.name} since "
                f"{channel.blocked_at}, {channel.behind} receipts wait, next try {channel.next_at}: "
                f"{channel.last_error}"
            )


def _age(seconds: float) -> str:
    """Format a duration: 42 s, 7 min, 3 h, 2 d."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}"
    return f"{int(seconds)} s"


def _sandboxes(call: Call, holdings: tuple[HoldingOut, ...]) -> None:
    call.records("", _SANDBOX, holdings)


_SANDBOX: Columns[HoldingOut] = (
    ("sandbox 沙箱", lambda holding: holding.name),
    ("now 现在", lambda holding: f"{local(holding.now)} ({holding.clock})"),
    ("messages 报文", lambda holding: sum(holding.counts.messages.values())),
    ("imports 进口清单", lambda holding: _by(_of_flow(holding.counts, "I"))),
    ("exports 出口清单", lambda holding: _by(_of_flow(holding.counts, "E"))),
    ("receipts 回执", lambda holding: sum(holding.counts.receipts.values())),
    ("requests 申请", lambda holding: _by(holding.counts.requests)),
    ("open 处理中", lambda holding: holding.counts.deliveries.get("ready", 0)),
    ("parked 异常", lambda holding: holding.counts.deliveries.get("parked", 0)),
    ("files 文件", lambda holding: holding.files or ""),
    ("next due 到期", lambda holding: local(holding.next_due)),
)


def _of_flow(counts: CountsOut, flow: str) -> dict[str, int]:
    """Return the lists of a flow by state."""
    return {name.partition(" ")[2]: count for name, count in counts.lists.items() if name.startswith(f"{flow} ")}


def _by(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counted.items()) or "0"
