"""`single-window team`: absences of officers, handing over, distribution of cases, and what concerns an officer."""

from __future__ import annotations

from datetime import datetime

import click

from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import convert_answer, show_answer
from single_window.frame.commands.through_api import through_api
from single_window.frame.decision_answers import (
    AbsenceOut,
    AbsencesOut,
    AlertOut,
    AlertsOut,
    DistributedOut,
    HandedOverOut,
)
from single_window.frame.typed import local

DAY = click.DateTime(["%Y-%m-%d"])
_ABSENCES: Columns[AbsenceOut] = (
    ("officer 人员", lambda absence: absence.account),
    ("from 自", lambda absence: absence.since),
    ("until 至", lambda absence: absence.until),
    ("cases to 移交", lambda absence: absence.to or "queue 待办"),
    ("handed over 已移交", lambda absence: "yes 是" if absence.handed_over else "no 否"),
)
_ALERTS: Columns[AlertOut] = (
    ("time 时间", lambda alert: local(alert.at)),
    ("case 事项", lambda alert: f"{alert.subject} {alert.number}"),
    ("what 事由", lambda alert: alert.action),
    ("by 人员", lambda alert: alert.by),
    ("text 内容", lambda alert: alert.text),
)


@click.group()
def team() -> None:
    """Absences of officers, handing over, distribution of waiting cases, alerts."""


@team.command()
@command
@through_api
def absences(call: Call, sandbox: SandboxClient) -> None:
    """List absences that are or come: yours, and of the officers to whom you give cases.

    \b
    Example:
      single-window team absences --as zhao
    """
    _show_absences(call, sandbox.call("GET", "/absences"))


def _show_absences(call: Call, answer: object) -> None:
    found = convert_answer(call.answered(answer), AbsencesOut).absences
    call.records("", _ABSENCES, found)
    if not found:
        call.print_line("Nobody is absent. 无人请假。")


@team.command()
@click.argument("since", type=DAY, metavar="SINCE")
@click.argument("until", type=DAY, metavar="UNTIL")
@click.option("--officer", default="", metavar="ACCOUNT", help="The officer [default: you].")
@click.option("--to", default="", metavar="ACCOUNT", help="The colleague who gets the cases [default: the queue].")
@command
@through_api
def absent(call: Call, sandbox: SandboxClient, since: datetime, until: datetime, officer: str, to: str) -> None:
    """Note an absence from day SINCE to day UNTIL; cases are handed over when it begins.

    \b
    Example:
      single-window team absent 2026-12-01 2026-12-04 --to li --as wang
    """
    body = {"account": officer, "to": to, "since": since.date().isoformat(), "until": until.date().isoformat()}
    made = sandbox.call("POST", "/absences", json=body)
    show_answer(call, made, AbsenceOut, lambda call, absence: call.records("", _ABSENCES, [absence]))


@team.command()
@click.argument("officer", metavar="ACCOUNT")
@click.argument("since", type=DAY, metavar="SINCE")
@command
@through_api
def present(call: Call, sandbox: SandboxClient, officer: str, since: datetime) -> None:
    """End or cancel the absence of an officer that begins on day SINCE.

    \b
    Example:
      single-window team present wang 2026-12-01 --as zhao
    """
    query = {"since": since.date().isoformat()}
    _show_absences(call, sandbox.call("DELETE", f"/absences/{part(officer)}", query=query))


@team.command("hand-over")
@click.option("--officer", default="", metavar="ACCOUNT", help="The officer [default: you].")
@click.option("--to", default="", metavar="ACCOUNT", help="The colleague who gets the cases [default: the queue].")
@command
@through_api
def hand_over(call: Call, sandbox: SandboxClient, officer: str, to: str) -> None:
    """Hand over all that an officer holds, in every sandbox, such as at the end of a shift.

    \b
    Example:
      single-window team hand-over --to li --as wang
    """
    made = sandbox.call("POST", "/handovers", json={"account": officer, "to": to})
    show_answer(
        call, made, HandedOverOut, lambda call, done: call.print_line(f"Handed over 已移交: {done.cases} case(s) 件")
    )


@team.command()
@click.argument("desk")
@click.option("--most", type=click.IntRange(1), help="Cases at most, the first due first.")
@click.option("--company", default="", metavar="CODE", help="Only cases of this company.")
@click.option("--together", is_flag=True, help="All cases of a company go to the same officer.")
@command
@through_api
def distribute(call: Call, sandbox: SandboxClient, desk: str, most: int | None, company: str, together: bool) -> None:
    """Distribute what waits at a desk, such as review, to its officers who are there: to those with the fewest cases.

    \b
    Example:
      single-window team distribute review --most 50 --as zhao
    """
    body = {"desk": desk, "company": company, "together": together, **({"most": most} if most else {})}
    show_answer(call, sandbox.call("POST", "/distributions", json=body), DistributedOut, _show_distributed)


def _show_distributed(call: Call, made: DistributedOut) -> None:
    given = sorted(made.given.items())
    call.records("", (("officer 人员", lambda pair: pair[0]), ("cases 件数", lambda pair: pair[1])), given)
    if not given:
        call.print_line("Nothing was given. 未分派任何事项。")


@team.command()
@command
@through_api
def alerts(call: Call, sandbox: SandboxClient) -> None:
    """List what concerns you until you open the case on its page: notes that mention you, cases handed or given to you.

    \b
    Example:
      single-window team alerts --as zhao
    """
    answer = call.answered(sandbox.call("GET", "/alerts"))
    found = convert_answer(answer, AlertsOut).alerts
    call.records("", _ALERTS, found)
    if not found:
        call.print_line("Nothing concerns you. 没有与您有关的事项。")
