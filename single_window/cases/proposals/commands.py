"""`single-window proposal`: decisions that a second person must approve."""

from __future__ import annotations

from single_window.cases.proposals.answers import FoundLineOut, ProposalOut, ProposalShownOut, ProposalsOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.rows import CommandGroup, limit
from single_window.frame.typed import local
from single_window.language.words import Words

proposal = CommandGroup("proposal")


_COLUMNS: Columns[ProposalOut] = (
    ("id 编号", lambda proposal: proposal.id),
    ("when 时间", lambda proposal: local(proposal.at)[:16]),
    ("by 提出人", lambda proposal: f"{proposal.by} ({proposal.role})"),
    ("what 办理", lambda proposal: proposal.action),
    ("about 对象", lambda proposal: f"{proposal.subject} {proposal.subject_id}"),
    ("why 原因", lambda proposal: proposal.reason),
)


_FOUND: Columns[FoundLineOut] = (
    ("line 项", lambda found: found.line),
    ("goods 商品", lambda found: found.goods),
    ("result 结果", lambda found: f"{found.result_zh} {found.result_en}"),
    ("remark 备注", lambda found: found.remark),
)


def _show_waiting(call: Call, answer: ProposalsOut) -> None:
    waiting = answer.proposals
    call.records("", _COLUMNS, waiting)
    waits = f"{len(waiting)} wait(s) for approval 待复核。"
    call.print_line(waits if waiting else "Nothing waits for approval. 没有待复核事项。")


def _show(call: Call, shown: ProposalShownOut) -> None:
    action, to = Words(shown.action_zh, shown.action_en), Words(shown.to_zh, shown.to_en)
    call.print_line(f"{shown.number}: {call.pick(action)} → {call.pick(to)}")
    call.print_line(f"{shown.by} ({shown.role}), {local(shown.at)[:16]}: {shown.reason}")
    if shown.reads_zh:
        call.print_line(f"{shown.return_status} {shown.reads_zh}")
    if shown.findings:
        call.records("", _FOUND, shown.findings)
    if shown.vain:
        call.print_line("As things stand its gateway would refuse it. 按现状无法办理。")


proposal.row(
    "list",
    "GET /proposals",
    "List proposals that wait, oldest first.",
    _show_waiting,
    options=(limit(500, 100),),
    examples=("", "--sandbox demo --json"),
)
proposal.row(
    "show",
    "GET /proposals/{number}",
    "Show a proposal, and what it would do: state, the declarant's receipt, the inspection's results.",
    _show,
    examples=("1042",),
)
