"""`single-window proposal`: decisions that a second person must approve."""

from __future__ import annotations

import click

from single_window.cases.proposals.answers import ProposalOut, ProposalsOut
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local


@click.group()
def proposal() -> None:
    """Decisions that a second person must approve before they are carried out."""


_COLUMNS: Columns[ProposalOut] = (
    ("id 编号", lambda proposal: proposal.id),
    ("when 时间", lambda proposal: local(proposal.at)[:16]),
    ("by 提出人", lambda proposal: f"{proposal.by} ({proposal.role})"),
    ("what 办理", lambda proposal: proposal.action),
    ("about 对象", lambda proposal: f"{proposal.subject} {proposal.subject_id}"),
    ("why 原因", lambda proposal: proposal.reason),
)


@proposal.command("list")
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True)
@command
@through_api
def list_(call: Call, sandbox: SandboxClient, limit: int) -> None:
    """List proposals that wait, oldest first.

    \b
    Examples:
      single-window proposal list
      single-window proposal list --sandbox demo --json
    """
    proposals = convert_answer(
        call.answered(sandbox.call("GET", "/proposals", query={"limit": limit})), ProposalsOut
    ).proposals
    call.records("", _COLUMNS, proposals)
    waits = f"{len(proposals)} wait(s) for approval 待复核。"
    call.print_line(waits if proposals else "Nothing waits for approval. 没有待复核事项。")
