"""`single-window proposal`: decisions that a second person must approve."""

from __future__ import annotations

import click

from single_window.cases.proposals.answers import FoundLineOut, ProposalOut, ProposalShownOut, ProposalsOut
from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local
from single_window.language.words import Words


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


_FOUND: Columns[FoundLineOut] = (
    ("line 项", lambda found: found.line),
    ("goods 商品", lambda found: found.goods),
    ("result 结果", lambda found: f"{found.result_zh} {found.result_en}"),
    ("remark 备注", lambda found: found.remark),
)


@proposal.command()
@click.argument("number")
@command
@through_api
def show(call: Call, sandbox: SandboxClient, number: str) -> None:
    """Show a proposal, and what it would do: state, the declarant's receipt, the inspection's results.

    \b
    Example:
      single-window proposal show 1042
    """
    answered = call.answered(sandbox.call("GET", f"/proposals/{part(number)}"))
    shown = convert_answer(answered, ProposalShownOut)
    action, to = Words(shown.action_zh, shown.action_en), Words(shown.to_zh, shown.to_en)
    call.print_line(f"{shown.number}: {call.pick(action)} → {call.pick(to)}")
    call.print_line(f"{shown.by} ({shown.role}), {local(shown.at)[:16]}: {shown.reason}")
    if shown.reads_zh:
        call.print_line(f"{shown.return_status} {shown.reads_zh}")
    if shown.findings:
        call.records("", _FOUND, shown.findings)
    if shown.vain:
        call.print_line("As things stand its gateway would refuse it. 按现状无法办理。")
