"""`single-window audit own`: what the account has decided, with what came of it."""

from __future__ import annotations

import click

from single_window.answers.decision_log import OwnDecisionOut, OwnDecisionsOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import client_command
from single_window.frame.typed import local
from single_window.language.words import Words
from single_window_client import SandboxClient

_COLUMNS: Columns[OwnDecisionOut] = (
    ("when 时间", lambda own: local(own.at)[:16]),
    ("what 办理", lambda own: f"{own.action_zh} {own.action_en}"),
    ("about 对象", lambda own: own.number),
    ("why 原因", lambda own: own.reason),
    ("by 提出人", lambda own: own.by),
    ("second 复核人", lambda own: own.second),
)


@client_command()
def own(
    call: Call, sandbox: SandboxClient, limit: int = option("Maximum number.", type=click.IntRange(1, 200), default=50)
) -> None:
    """List your own decisions, newest first: what you decided, proposed or settled, and what came of it.

    \b
    Examples:
      single-window audit own --as wang
      single-window audit own --url http://127.0.0.1:8642 --key wang:PASSWORD
    """
    answered = call.answered(sandbox.call("GET", "/decisions/own", query={"limit": limit}))
    found = convert_answer(answered, OwnDecisionsOut).decisions
    outcome = ("result 结果", lambda each: call.pick(Words(each.state_zh, each.state_en)))
    call.records("", (*_COLUMNS, outcome), found)
    if not found:
        call.print_line("Nothing decided yet. 尚无决定。")
