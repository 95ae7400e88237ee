"""`single-window team`: absences of officers, handing over, distribution of cases, and what concerns an officer."""

from __future__ import annotations

import click

from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.rows import CommandGroup, Listed, Single
from single_window.frame.decision_answers import (
    AbsenceOut,
    AbsencesOut,
    AlertOut,
    AlertsOut,
    DistributedOut,
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


_OFFICER = click.option("--officer", default="", metavar="ACCOUNT", help="The officer [default: you].")
_TO = click.option("--to", default="", metavar="ACCOUNT", help="The colleague who gets the cases [default: the queue].")


def _show_distributed(call: Call, made: DistributedOut) -> None:
    given = sorted(made.given.items())
    call.records("", (("officer 人员", lambda pair: pair[0]), ("cases 件数", lambda pair: pair[1])), given)
    if not given:
        call.print_line("Nothing was given. 未分派任何事项。")


team = CommandGroup("team")


_SHOWN_ABSENCES = Listed(AbsencesOut, _ABSENCES, "Nobody is absent. 无人请假。")
team.row(
    "absences",
    "GET /absences",
    "List absences that are or come: yours, and of the officers to whom you give cases.",
    _SHOWN_ABSENCES,
    examples=("--as zhao",),
)
team.row(
    "absent",
    "POST /absences",
    "Note an absence from day SINCE to day UNTIL; cases are handed over when it begins.",
    Single(AbsenceOut, _ABSENCES),
    options=(
        click.argument("since", type=DAY, metavar="SINCE"),
        click.argument("until", type=DAY, metavar="UNTIL"),
        _OFFICER,
        _TO,
    ),
    examples=("2026-12-01 2026-12-04 --to li --as wang",),
)
team.row(
    "present",
    "DELETE /absences/{officer}",
    "End or cancel the absence of an officer that begins on day SINCE.",
    _SHOWN_ABSENCES,
    options=(
        click.argument("officer", metavar="ACCOUNT"),
        click.argument("since", type=DAY, metavar="SINCE"),
    ),
    examples=("wang 2026-12-01 --as zhao",),
)
team.row(
    "hand-over",
    "POST /handovers",
    "Hand over all that an officer holds, in every sandbox, such as at the end of a shift.",
    "Handed over 已移交: {answer[cases]} case(s) 件",
    options=(_OFFICER, _TO),
    examples=("--to li --as wang",),
)
team.row(
    "distribute",
    "POST /distributions",
    "Distribute what waits at a desk, such as review, to its officers who are there: to those with the fewest cases.",
    _show_distributed,
    options=(
        click.argument("desk"),
        click.option("--most", type=click.IntRange(1), help="Cases at most, the first due first."),
        click.option("--company", default="", metavar="CODE", help="Only cases of this company."),
        click.option("--together", is_flag=True, help="All cases of a company go to the same officer."),
    ),
    examples=("review --most 50 --as zhao",),
)
team.row(
    "alerts",
    "GET /alerts",
    "List what concerns you until you open the case on its page: notes that mention you, cases handed or given to you.",
    Listed(AlertsOut, _ALERTS, "Nothing concerns you. 没有与您有关的事项。"),
    examples=("--as zhao",),
)
