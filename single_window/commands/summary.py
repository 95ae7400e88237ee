"""`single-window summary`: requests to summarise exports, what came of them, which months still wait."""

from __future__ import annotations

from typing import Any

import click

from declarations.money import plain
from declarations.summary.shapes import MergedLine
from gateways.customs.summaries.repository import Made, Summary
from single_window.cases import summaries
from single_window.commands.by_api import over_api
from single_window.commands.call import FAILED, Call, Failure, command
from single_window.commands.histories import show_history
from single_window.language import words
from single_window.language.plainly import moment

SHOWN = 10
"""Declarations and lists that `show` lists at most unless it is told otherwise."""
_MERCHANT = click.option("--merchant", "ebc_code", default="", help="Only those of this merchant (ebcCode).")


@click.group()
def summary() -> None:
    """Summaries: closed export lists of a month, merged into declarations on request (701)."""


@summary.command("list")
@click.option("--state", default="", help="Only those in this state.")
@click.option("--due", is_flag=True, help="Instead: months with lists that still wait, as `summary due`.")
@_MERCHANT
@command
@over_api("GET", "/summaries", query={"state": "state", "ebc_code": "merchant"})
def list_(call: Call, state: str, due: bool, ebc_code: str) -> None:
    """List summary requests, newest first.

    \b
    Examples:
      single-window summary list --state rejected
      single-window summary list --due
    """
    if due:
        _due(call, ebc_code)
        return
    with call.reading() as (_, connection):
        found = summaries.listed(connection, call.sandbox, state, ebc_code)
    call.give(found)
    call.table(
        "",
        (
            "sumNo",
            "copNo",
            "merchant 电商企业",
            "state 状态",
            "lists 清单",
            "left out 未列入",
            "declarations 报关单",
            "filed 申请",
        ),
        [
            (
                one.sum_no,
                one.cop_no,
                one.ebc_code,
                _state(call, one),
                one.lists,
                sum(one.left_out.values()),
                one.declarations,
                moment(one.filed_at)[:19],
            )
            for one in found
        ],
    )
    if not found:
        call.say("There are no summary requests.")


@summary.command("due")
@_MERCHANT
@command
@over_api("GET", "/summaries/due", query={"ebc_code": "merchant"})
def due_(call: Call, ebc_code: str) -> None:
    """List months with closed lists that are in no summary, the most urgent first. Exit code 1: one is overdue.

    \b
    Example:
      single-window summary due --merchant 4101985556
    """
    if _due(call, ebc_code):
        raise click.exceptions.Exit(FAILED)


@summary.command()
@click.argument("number")
@click.option("--all", "every", is_flag=True, help="All declarations and lists, not only the first.")
@command
@over_api("GET", "/summaries/{number}")
def show(call: Call, number: str, every: bool) -> None:
    """Show one summary by sumNo or copNo, or where a list stands by its invtNo.

    \b
    Examples:
      single-window summary show 42272026S000000001
      single-window summary show 42272026E000000001
    """
    with call.reading() as (window, connection):
        one = summaries.found(connection, call.sandbox, number)
        if one is None:
            where = summaries.where(connection, call.sandbox, number, window.parameters)
            _show_list(call, number, where)
            return
        told = summaries.history(connection, call.sandbox, one)
        made = summaries.made(connection, one.id, most=max(one.declarations, 1) if every else SHOWN)
        lists = summaries.members(connection, one.id, most=max(one.lists, 1) if every else SHOWN)
    call.give({"summary": one, "declarations": made, "lists": lists, "history": told})
    call.say(f"{one.sum_no or one.cop_no}  {_state(call, one)}")
    call.say(
        f"{one.ebc_code}; lists {one.lists} of {len(one.months)} months, left out {sum(one.left_out.values())}; "
        f"declarations {one.declarations}, lines {one.goods_lines}, results (792) {one.results}"
        + (f"; {one.phase}" if one.phase else "")
    )
    show_history(call, told, "summary")
    for each in made:
        _show_made(call, each)
    call.table(
        "",
        ("list 清单", "", "declaration.line 报关单.项 ← gnum"),
        [(each.invt_no, each.standing, _lines(each)) for each in lists],
    )
    if len(lists) < one.lists or len(made) < one.declarations:
        call.say(
            f"{len(made)} of {one.declarations} declarations, {len(lists)} of {one.lists} lists; all of them: "
            f"single-window summary show {number} --all"
        )


def _due(call: Call, ebc_code: str) -> bool:
    """Show the months that wait; gives whether one is overdue."""
    with call.reading() as (window, connection):
        now = window.now(call.sandbox)
        found = summaries.due(connection, call.sandbox, now, window.parameters, ebc_code)
    call.give(found)
    call.table(
        "",
        ("merchant 电商企业", "month 月份", "last day 截止日", "waiting 待汇总", ""),
        [(one.ebc_code, one.month, one.last_day, one.waiting, "; ".join(_remarks(one))) for one in found],
        {row: "bad" for row, one in enumerate(found) if one.overdue},
    )
    if not found:
        call.say("No closed list waits to be summarised.")
    return any(one.overdue for one in found)


def _remarks(one: summaries.Due) -> list[str]:
    return [*(["overdue 逾期"] if one.overdue else []), *(["provisional 暂定"] if one.provisional else [])]


def _show_list(call: Call, number: str, where: summaries.Where | None) -> None:
    if where is None:
        raise Failure(
            f"The sandbox {call.sandbox} has no summary and no export list {number}; "
            f"see: single-window summary list{call.aside}"
        )
    call.give(where)
    call.say(f"{where.invt_no}  {where.standing or 'not summarised'} {where.sum_no}  {_lines(where)}".rstrip())


def _show_made(call: Call, one: Made) -> None:
    head = " ".join(text for text in one.head.values() if text)
    call.table(
        f"{one.number}  {one.entry_id} {one.decl_seq_no}  {one.month[:7]}  {head}  {plain(one.gross)} kg",
        ("", "HS 商品编码", "dest 目的国", "qty 数量", "unit", "amount 金额", "cur 币制", "price 单价", "kg"),
        [_row(MergedLine(*line)) for line in one.lines],
    )


def _row(line: MergedLine) -> tuple[Any, ...]:
    return (
        line.gseqno,
        line.hs10,
        line.final_destination,
        plain(line.quantity),
        line.unit,
        plain(line.amount),
        line.currency,
        plain(line.unit_price),
        plain(line.gross),
    )


def _lines(where: summaries.Where) -> str:
    return ", ".join(f"{number}.{gseqno} ← {gnum}" for number, gseqno, gnum in where.lines)


def _state(call: Call, one: Summary) -> str:
    return call.pick(words.state(one.state, "summary"))
