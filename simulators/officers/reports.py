"""Reports what simulated officers have decided."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from simulators.entry import minute_text
from simulators.entry.commands import fitted_table, heading_in
from simulators.officers.playing import OfficersResult

HEADINGS = ("officer 关员", "role 角色", "decided 已办", "right 正确", "wrong 错误", "not carried out 未办成")
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


def show(played: OfficersResult, console: Console, language: str) -> None:
    """The report for people."""
    rows = []
    for officer in played.officers:
        failed = officer.by_outcome["refused"] + officer.by_outcome["filed"]
        rows.append([officer.name, officer.role, *map(str, (officer.decided, officer.right, officer.wrong, failed))])
    title = f"{minute_text(played.begun)} – {minute_text(played.ended)}"
    console.print(fitted_table(console, [heading_in(text, language) for text in HEADINGS], rows, title))
    for refused in played.refused[:SHOWN]:
        console.print(
            f"{heading_in('Not carried out 未办成', language)}: {refused.action} {refused.case}: {refused.why}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if len(played.refused) > SHOWN:
        console.print(f"… and {len(played.refused) - SHOWN} more, see --json", highlight=False)
    left = ", ".join(f"{desk} {count}" for desk, count in sorted(played.left.items()))
    words = heading_in("Left 待办", language), heading_in("nothing 无", language)
    console.print(f"{words[0]}: {left or words[1]}", highlight=False, soft_wrap=True)
