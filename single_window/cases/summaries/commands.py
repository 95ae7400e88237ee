"""`single-window summary`: requests to summarise exports, their results, months with waiting lists."""

from __future__ import annotations

from typing import Any

import click

from single_window.cases.summaries.answers import (
    SUMMARY_KIND,
    DueOut,
    DuesOut,
    SummaryDeclarationOut,
    SummaryLineOut,
    SummaryOut,
    WhereOut,
)
from single_window.frame.commands.call import FAILED, Call, Columns
from single_window.frame.commands.cases import convert_answer, show_answer, show_history
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import CommandGroup
from single_window_client import SandboxClient
from single_window_client.calls import part

_MERCHANT = option("Only those of this merchant (ebcCode).", "--merchant", default="")


summary = CommandGroup("summary")


def _show_list(call: Call, sandbox: SandboxClient, number: str) -> None:
    """Print the summary of an export list."""
    show_answer(call, sandbox.call("GET", f"/summaries/lists/{part(number)}"), WhereOut, _show_where)


def _show_where(call: Call, where: WhereOut) -> None:
    call.print_line(f"{where.invt_no}  {where.standing or 'not summarised'} {where.sum_no}  {_lines(where)}".rstrip())


def _show(call: Call, summary: SummaryOut) -> None:
    made, lists, number = summary.of_declarations or (), summary.of_lists or (), summary.sum_no or summary.cop_no
    call.print_line(f"{number}  {call.pick(summary.state_words)}")
    call.print_line(
        f"{summary.ebc_code}; lists {summary.lists} of {len(summary.months)} months, "
        f"left out {sum(summary.left_out.values())}; declarations {summary.declarations}, lines {summary.goods_lines}, "
        f"results (792) {summary.results}" + (f"; {summary.phase}" if summary.phase else "")
    )
    show_history(call, summary.history or (), "summary")
    for declaration in made:
        _show_declaration(call, declaration)
    call.records("", _LIST, lists)
    if len(lists) < summary.lists or len(made) < summary.declarations:
        call.print_line(
            f"{len(made)} of {summary.declarations} declarations, {len(lists)} of {summary.lists} lists; all of them: "
            f"single-window summary show {number} --all"
        )


def _lines(where: WhereOut) -> str:
    return ", ".join(f"{number}.{gseqno} ← {gnum}" for number, gseqno, gnum in where.lines)


_LIST: Columns[WhereOut] = (
    ("list 清单", lambda where: where.invt_no),
    ("", lambda where: where.standing),
    ("declaration.line 报关单.项 ← gnum", _lines),
)
_LINE: Columns[SummaryLineOut] = (
    ("", lambda line: line.gseqno),
    ("HS 商品编码", lambda line: line.hs10),
    ("dest 目的国", lambda line: line.final_destination),
    ("qty 数量", lambda line: line.quantity),
    ("unit", lambda line: line.unit),
    ("amount 金额", lambda line: line.amount),
    ("cur 币制", lambda line: line.currency),
    ("price 单价", lambda line: line.unit_price),
    ("kg", lambda line: line.gross),
)


def _show_declaration(call: Call, declaration: SummaryDeclarationOut) -> None:
    head = " ".join(text for text in declaration.head.values() if text)
    title = (
        f"{declaration.number}  {declaration.entry_id} {declaration.decl_seq_no}  "
        f"{declaration.month}  {head}  {declaration.gross} kg"
    )
    call.records(title, _LINE, declaration.lines)


def _due(call: Call, sandbox: SandboxClient, ebc_code: str) -> bool:
    """Print the months with waiting lists; return whether one is overdue."""
    dues = convert_answer(
        call.answered(sandbox.call("GET", "/summaries/due", query={"merchant": ebc_code})), DuesOut
    ).due
    call.table(
        "",
        ("merchant 电商企业", "month 月份", "last day 截止日", "waiting 待汇总", ""),
        [(due.ebc_code, due.month, due.last_day, due.waiting, "; ".join(_remarks(due))) for due in dues],
        {row: "bad" for row, due in enumerate(dues) if due.overdue},
    )
    if not dues:
        call.print_line("No closed list waits to be summarised.")
    return any(due.overdue for due in dues)


def _remarks(due: DueOut) -> list[str]:
    return [*(["overdue 逾期"] if due.overdue else []), *(["provisional 暂定"] if due.provisional else [])]


def _list_due(call: Call, sandbox: SandboxClient, due: bool, merchant: str | None, **others: Any) -> None:
    _due(call, sandbox, merchant or "")


summary.cases(
    SUMMARY_KIND,
    "List summary requests, newest first.",
    ("--state rejected", "--due"),
    click.option("--due", is_flag=True, help="List months with waiting lists instead, as `summary due`."),
    otherwise=_list_due,
)
summary.case(
    SUMMARY_KIND,
    help="Show one summary by sumNo or copNo, or the summary of a list by its invtNo.",
    show=_show,
    examples=("42272026S000000001", "42272026E000000001"),
    otherwise=_show_list,
)


@summary.client("due", examples=("--merchant 4101985556",))
def due_(call: Call, sandbox: SandboxClient, ebc_code: str = _MERCHANT) -> None:
    """List months with closed lists that are in no summary, the most urgent first. Exit code 1: one is overdue."""
    if _due(call, sandbox, ebc_code):
        raise click.exceptions.Exit(FAILED)
