"""`single-window quality`: closed cases that a second officer decides again."""

from __future__ import annotations

from collections.abc import Sequence

import click

from single_window.cases.quality.answers import QualityAuditOut, QualityOut, QualityRowOut
from single_window.frame.commands.call import Call
from single_window.frame.commands.rows import CommandGroup
from single_window.language.words import Words

_MONTH = click.option("--month", default="", metavar="MONTH", help="As 2026-11 [default: that of the sandbox's today].")


def _print(call: Call, known: QualityOut) -> None:
    call.print_line(
        f"{known.month}: {known.drawn} drawn ({known.share} of the closed cases, at most {known.monthly_cap} "
        f"of a desk), {known.waiting} wait"
    )
    call.print_line(f"commitment {known.commitment or '–'}{f', secret {known.secret}' if known.secret else ''}")
    for title, rows in (
        ("all", [known.all]),
        ("golden cases", [known.golden]),
        ("by desk", known.by_desk),
        ("by reason", known.by_reason),
        ("by lane", known.by_lane),
    ):
        _table(call, title, rows)
    overturned = [check for check in known.checks if check.outcome == "overturned"]
    call.records(
        "overturned",
        (
            ("number", lambda check: check.number),
            ("first", lambda check: check.first),
            ("second", lambda check: check.second),
            ("why", lambda check: check.why),
        ),
        overturned,
    )


def _interval(row: QualityRowOut) -> str:
    return "–" if row.low is None or row.high is None else f"{100 * row.low:.1f}–{100 * row.high:.1f} %"


def _table(call: Call, title: str, rows: Sequence[QualityRowOut]) -> None:
    call.records(
        title,
        (
            ("", lambda row: call.pick(Words(row.zh, row.en))),
            ("checked", lambda row: row.checked),
            ("agreed", lambda row: row.agreed),
            ("overturned", lambda row: row.overturned),
            ("95 %", _interval),
            ("", lambda row: "" if row.enough else "too few to conclude"),
        ),
        rows,
    )


quality = CommandGroup(
    "quality",
    """Quality: closed cases that are drawn by a secret and decided again by a second officer, blind.

    \b
      single-window quality draw
      single-window act 1043 check --about quality_check --choice reject --reason 单证不符 --as zhao
      single-window quality show
      single-window quality audit --month 2026-11
    """,
)
quality.row(
    "show",
    "GET /quality",
    "Agreement of second decisions by desk, reason and lane, and what was overturned.",
    _print,
    options=(_MONTH,),
)
quality.row(
    "draw",
    "POST /quality",
    "Draw the checks of the cases that were closed since the last draw; again and again the same ones.",
    "{answer[month]}: {answer[added]} more cases are checked",
    options=(_MONTH,),
)


def _print_drawn_again(call: Call, again: QualityAuditOut) -> None:
    call.print_line(f"{again.month}: {again.drawn} drawn, secret {'as' if again.kept else 'NOT as'} committed to")
    for title, rows in (("without a check", again.missing), ("not drawn", again.surplus)):
        if rows:
            call.print_line(f"{title}: rows {', '.join(map(str, rows))} of the log")


quality.row(
    "audit",
    "GET /quality/audit",
    "Draw a month again from the log, and compare it with its checks. Exit code 1: they differ.",
    _print_drawn_again,
    options=(_MONTH,),
    holds=lambda again: again.kept and not (again.missing or again.surplus),
)
