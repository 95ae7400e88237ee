"""Reports what simulated officers have decided."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from simulators.entry import minute_text
from simulators.officers.playing import OfficersResult

SHOWN = 20
"""Decisions not carried out that people are shown; --json tells all."""


def report_of(played: OfficersResult) -> dict[str, Any]:
    """The report for programs."""
    return {
        "from": minute_text(played.begun),
        "until": minute_text(played.ended),
        "officers": [
            {
                **{name: getattr(officer, name) for name in ("name", "role", "decided", "right", "wrong")},
                "actions": dict(sorted(officer.by_action.items())),
                "outcomes": dict(sorted(officer.by_outcome.items())),
            }
            for officer in played.officers
        ],
        "not_carried_out": [refused._asdict() for refused in played.refused],
        "left": dict(sorted(played.left.items())),
    }


def show(played: OfficersResult, console: Console) -> None:
    """The report for people."""
    table = Table(
        "officer 关员",
        "role 角色",
        "decided 已办",
        "right 正确",
        "wrong 错误",
        "not carried out 未办成",
        title=f"{minute_text(played.begun)} – {minute_text(played.ended)}",
        title_justify="left",
    )
    for officer in played.officers:
        failed = officer.by_outcome["refused"] + officer.by_outcome["filed"]
        table.add_row(officer.name, officer.role, *map(str, (officer.decided, officer.right, officer.wrong, failed)))
    console.print(table, highlight=False)
    for refused in played.refused[:SHOWN]:
        console.print(
            f"Not carried out 未办成: {refused.action} {refused.case}: {refused.why}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if len(played.refused) > SHOWN:
        console.print(f"… and {len(played.refused) - SHOWN} more, see --json", highlight=False)
    left = ", ".join(f"{desk} {count}" for desk, count in sorted(played.left.items()))
    console.print(f"Left 待办: {left or 'nothing 无'}", highlight=False, soft_wrap=True)
