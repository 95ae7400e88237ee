"""`single-window show`: documents, timeline, receipts and the why of whatever a number leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from single_window import stories
from single_window.commands.call import Call, command
from single_window.commands.submit import show_message
from single_window.stories import Match, MessageStory, Story
from single_window.stories.parts import Billed, Due, Happening, Next
from single_window.stories.plainly import moment
from single_window.stories.words import Because, book, kind, phrase


@click.command()
@click.argument("number")
@click.option("--full", is_flag=True, help="All values of the documents too.")
@command
def show(call: Call, number: str, full: bool) -> None:
    """Tell the story of a number: orderNo, copNo, preNo, invtNo, waybill or payment number, guid, message id.

    \b
    Example:
      single-window show D261120A033D0000000
    """
    with call.reading() as (window, connection):
        found = stories.find(connection, call.sandbox, number)
        if not found:
            raise stories.NotFound(number, call.sandbox)
        subjects = {(one.what if one.what == "message" else "order", one.order_no or one.id) for one in found}
        declared = [one for one in found if one.what == "declaration"]
        if len(subjects) > 1 or len(declared) > 1:
            _choose(call, number, found)
            return
        told = _tell(connection, call.sandbox, found, window.parameters)
    call.give(told)
    if isinstance(told, MessageStory):
        _message(call, told)
    else:
        _story(call, told, full)


def _tell(connection: Any, sandbox: str, found: Sequence[Match], law: Any) -> Story | MessageStory:
    first = found[0]
    if first.what == "declaration":
        return stories.of_declaration(connection, sandbox, first.id, law)
    if first.order_no:
        return stories.of_order(connection, sandbox, first.order_no, law)
    return stories.of_message(connection, sandbox, first.id)


def _choose(call: Call, number: str, found: Sequence[Match]) -> None:
    call.give({"number": number, "matches": found})
    call.table(
        f"{number} leads to {len(found)} things; show one of them:",
        ("what", "by", "number", "state"),
        [
            (
                one.what,
                one.by,
                one.label if one.what != "message" else f"message {one.id} ({one.label})",
                call.pick(one.words),
            )
            for one in found
        ],
        {number: stories.tone(one.state) for number, one in enumerate(found)},
    )


def _message(call: Call, told: MessageStory) -> None:
    call.say(
        f"message {told.id}: CEB{told.code} {call.pick(told.words)}, {told.documents} document(s), {told.size} bytes"
    )
    call.say(
        f"  from {told.sender or '?'} by {told.channel}, {clock(told.received_at)}, transmission {told.transmission_id}"
    )
    call.say(f"  {told.state}: {call.pick(told.state_words)}")
    show_message(call, told)


def label(call: Call, name: str) -> str:
    """A heading."""
    return call.pick(phrase("label", name))


def clock(instant: int) -> str:
    """An instant as people read it: 2026-11-20 08:00:00."""
    return moment(instant)[:19].replace("T", " ") if instant else ""


def _story(call: Call, told: Story, full: bool) -> None:
    if told.head is not None:
        _head(call, told)
    else:
        call.say(f"{label(call, 'order')} {told.order_no}: {label(call, 'no_list')}")
    call.table(
        label(call, "documents"),
        ("kind 单证", "key 主键", "status 状态", "appTime", "message 报文", "values 要素"),
        [
            (
                call.pick(one.words),
                one.key,
                f"{one.last_status} {call.pick(one.last_words)}".strip() or call.pick(one.state_words),
                one.app_time,
                f"{one.message_id}:{one.position}",
                _values(call, one.facts, full),
            )
            for one in told.documents
        ],
        {n: stories.tone(one.last_status) for n, one in enumerate(told.documents)},
    )
    call.table(
        label(call, "timeline"),
        ("time 时间", "who 经手", "what 事项", "state 状态", "why 理由"),
        [
            (clock(one.at), call.pick(one.actor), _what(call, one), call.pick(one.state_words), _why(call, one.because))
            for one in told.timeline
        ],
        {n: stories.tone(one.state) for n, one in enumerate(told.timeline)},
    )
    call.table(
        label(call, "receipts"),
        ("time 时间", "to 接收方", "no. 序号", "message 报文", "status 状态", "says 内容"),
        [
            (
                clock(one.time),
                one.mailbox,
                one.sequence or "-",
                one.code,
                f"{one.status} {call.pick(one.words)}",
                one.info if call.language == "zh" else one.info_en,
            )
            for one in told.receipts
        ],
        {n: stories.tone(one.status) for n, one in enumerate(told.receipts)},
    )
    for bill in told.bills:
        _bill(call, bill)
    for asked in told.requests:
        call.say(f"\n{call.pick(asked.words)} {asked.key}: {call.pick(asked.state_words)} {_why(call, asked.because)}")
        _what_next(call, asked.next, asked.due)
    _what_next(call, told.next, told.due)
    if told.open_deliveries:
        call.say(f"\n{label(call, 'under_way')}: {told.open_deliveries}")


def _head(call: Call, told: Story) -> None:
    head = told.head
    assert head is not None
    call.say(f"{label(call, 'declaration')} {head.order_no}: {head.state} — {call.pick(head.state_words)}")
    for texts in (
        (("invtNo", head.invt_no), ("preNo", head.pre_no), ("copNo", head.cop_no), ("logisticsNo", head.logistics_no)),
        (
            (label(call, "lane"), call.pick(head.lane_words)),
            ("tradeMode", f"{head.trade_mode} {call.pick(head.trade_mode_words)}"),
            ("customsCode", f"{head.customs_code} {call.pick(head.office)}"),
        ),
        ((label(call, "value"), head.value), *((call.pick(one.words), one.text) for one in head.held)),
    ):
        call.say("  " + " · ".join(f"{name} {text}" for name, text in texts if text))
    for one in head.because:
        call.say(f"  {label(call, 'because')}: {_why(call, [one])}")


def _what(call: Call, one: Happening) -> str:
    """What happened, with the kind of document where it is not the list itself."""
    return (
        call.pick(one.words)
        if one.kind in {"inventory", "tax_bill"}
        else f"{call.pick(kind(one.kind))}: {call.pick(one.words)}"
    )


def _values(call: Call, facts: Sequence[Any], full: bool) -> str:
    shown = facts if full else [one for one in facts if one.name in book()["shown"]["names"]]
    return "\n".join(f"{one.words.said(call.language)} {one.text}" for one in shown)


def _why(call: Call, because: Sequence[Because]) -> str:
    lines = []
    for one in because:
        said = one.words.said(call.language)
        if one.warning:
            said = f"{phrase('label', 'warning').said(call.language)}: {said}"
        lines.append(f"{said} ({one.details})" if one.details else said)
        lines += [f"  {basis.title.said(call.language)} {basis.content}, {basis.source}" for basis in one.bases]
    return "\n".join(lines)


def _bill(call: Call, bill: Billed) -> None:
    call.say(f"\n{label(call, 'tax')} {bill.tax_no}: {bill.state} — {call.pick(bill.state_words)}")
    for line in bill.working(call.language):
        call.say(f"  {line}")
    if bill.guarantee is not None:
        one = bill.guarantee
        call.say(
            f"  {label(call, 'guarantee')} {one.assure_code}: {one.amount}, {label(call, 'reserved')} {one.reserved}, "
            f"{label(call, 'booked')} {one.booked}, {label(call, 'available')} {one.available}"
        )
    for day in bill.days:
        call.say(f"  {call.pick(day.words)}: {day.text}")


def _what_next(call: Call, steps: Sequence[Next], due: Sequence[Due]) -> None:
    call.table(
        label(call, "next"),
        ("action 操作", "by 由", "leads to 之后", "receipt 回执", "needs 条件"),
        [
            (
                f"{one.action} {one.words.zh}",
                ", ".join(one.by),
                one.to,
                one.return_status,
                "; ".join(need.said(call.language) for need in one.needs),
            )
            for one in steps
        ],
    )
    for one in due:
        call.say(f"  {clock(one.at)}: {call.pick(one.words)}")
