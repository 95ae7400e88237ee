"""`single-window audit statistics`: number and duration of a month's decisions by desk and action."""

from __future__ import annotations

import sys

import click

from single_window.answers.decision_log import MonthOut
from single_window.cases import monthly
from single_window.cases.monthly import Month
from single_window.frame.commands.call import Call
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import client_command
from single_window.language import phrases
from single_window.store.desks import desks
from single_window_client import SandboxClient


def _parse_month(_context: click.Context, _option: click.Parameter, text: str) -> Month:
    month = monthly.month_of(text)
    if month is None:
        raise click.BadParameter(f"{text!r} is not a month such as 2026-10.")
    return month


@client_command()
def statistics(
    call: Call,
    sandbox: SandboxClient,
    month: Month = option(
        "Decisions that were answered in this month (Asia/Shanghai).", metavar="YYYY-MM", callback=_parse_month
    ),
    as_csv: bool = option("Print CSV, the same as from the page /supervision.", "--csv"),
) -> None:
    """Count the decisions of a month by desk and action, with median and 90th percentile of their duration in hours.

    \b
    Examples:
      single-window audit statistics --sandbox desks --month 2026-10
      single-window audit statistics --month 2026-10 --csv
    """
    answer = call.answered(sandbox.call("GET", "/decisions/statistics", query={"month": month.name}))
    rows = convert_answer(answer, MonthOut).rows
    if as_csv and not call.as_json:
        sys.stdout.write(monthly.csv_text(rows))
        return
    call.table(
        "",
        ("desk 岗位", "what 办理", "decisions 决定", "refused 未执行", "timed 可计时", "median 中位数 (h)", "p90 (h)"),
        [
            (
                call.pick(desks()[row.desk].words) if row.desk else "–",
                row.action,
                row.decisions,
                row.refused,
                row.timed,
                *("–" if hours is None else f"{hours:.2f}" for hours in (row.median_hours, row.p90_hours)),
            )
            for row in rows
        ],
    )
    if not rows:
        call.print_line(call.pick(phrases.phrase("label", "no_decisions")))
