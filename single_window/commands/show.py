"""`single-window show`: documents, timeline, receipts and the why of whatever a number leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from single_window.cases import stories
from single_window.cases.stories import Match, MessageStory, NoteStory, Story, agencies
from single_window.cases.stories.parts import Billed
from single_window.commands.call import Call, command
from single_window.commands.remote import over_http
from single_window.commands.show_export import show_evidence, show_note
from single_window.commands.show_there import show_there
from single_window.commands.submit import show_message
from single_window.commands.telling import clock, label, receipts, timeline, what_next, why
from single_window.language.words import book, flow
from single_window.store.law_books import law_of


@click.command()
@click.argument("number")
@click.option("--full", is_flag=True, help="All values of the documents too.")
@click.option("--flow", "wanted", type=click.Choice(["I", "E"]), help="Imports or exports only.")
@command
@over_http(show_there)
def show(call: Call, number: str, full: bool, wanted: str | None) -> None:
    """Tell the story of a number, of an import or an export: orderNo, copNo, preNo, invtNo, waybill or payment number,
    master waybill, a note's number, guid, message id; of an invoice, a refund claim, a report of foreign exchange or a
    registration: what became of it, and where to look.

    \b
    Examples:
      single-window show D261120A033D0000000
      single-window show CK000000000001 --flow E
    """
    with call.reading() as (_, connection):
        found = [one for one in stories.find(connection, call.sandbox, number) if wanted is None or one.flow == wanted]
        if not found:
            raise stories.NotFound(number, call.sandbox)
        subjects = {
            (
                one.what if one.what in {"message", "note", "paper"} else "order",
                one.order_no or one.id,
                one.kind if one.what in {"note", "paper"} else one.flow,
            )
            for one in found
        }
        declared = [one for one in found if one.what == "declaration"]
        if len(subjects) > 1 or len(declared) > 1:
            _choose(call, number, found)
            return
        told = _tell(connection, call.sandbox, found, law_of(connection, call.sandbox))
    call.give(told)
    if isinstance(told, MessageStory):
        if found[0].what == "paper":
            _paper(call, found[0])
        _message(call, told)
    elif isinstance(told, NoteStory):
        show_note(call, told)
    else:
        _story(call, told, full)


def _tell(connection: Any, sandbox: str, found: Sequence[Match], law: Any) -> Story | MessageStory | NoteStory:
    first = found[0]
    if first.what == "declaration":
        return stories.of_declaration(connection, sandbox, first.id, law)
    if first.about:
        return stories.of_declaration(connection, sandbox, first.about, law)
    if first.what == "paper":
        return stories.of_message(connection, sandbox, first.id)
    if first.what == "note":
        return stories.of_note(connection, sandbox, first.id, law)
    if first.order_no:
        return stories.of_order(connection, sandbox, first.order_no, law, first.flow)
    return stories.of_message(connection, sandbox, first.id)


def _choose(call: Call, number: str, found: Sequence[Match]) -> None:
    call.give({"number": number, "matches": found})
    call.table(
        f"{number} leads to {len(found)} things; show one of them:",
        ("what", "flow", "by", "number", "state"),
        [
            (
                one.what,
                call.pick(flow(one.flow)) if one.what != "message" else "",
                one.by,
                one.label if one.what != "message" else f"message {one.id} ({one.label})",
                call.pick(one.words),
            )
            for one in found
        ],
        {number: stories.tone(one.state) for number, one in enumerate(found)},
    )


def _paper(call: Call, one: Match) -> None:
    """What an agency has made of a document, and which command tells more."""
    call.say(f"{one.by} {one.label}: {one.state} — {call.pick(one.words)}")
    if hint := agencies.where_to_look(one.kind, one.order_no):
        call.say(f"  {label(call, 'see_also')}: {hint}{call.aside}")


def _message(call: Call, told: MessageStory) -> None:
    code = f"CEB{told.code}" if told.code.isdigit() else told.code
    call.say(f"message {told.id}: {code} {call.pick(told.words)}, {told.documents} document(s), {told.size} bytes")
    call.say(
        f"  from {told.sender or '?'} by {told.channel}, {clock(told.received_at)}, transmission {told.transmission_id}"
    )
    call.say(f"  {told.state}: {call.pick(told.state_words)}")
    show_message(call, told)


def _story(call: Call, told: Story, full: bool) -> None:
    if told.head is not None:
        _head(call, told)
    else:
        call.say(f"{label(call, 'order')} {told.order_no}: {label(call, 'no_list')}")
    if told.evidence is not None:
        show_evidence(call, told.evidence)
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
    timeline(call, told.timeline)
    receipts(call, told.receipts)
    for bill in told.bills:
        _bill(call, bill)
    for asked in told.requests:
        call.say(f"\n{call.pick(asked.words)} {asked.key}: {call.pick(asked.state_words)} {why(call, asked.because)}")
        what_next(call, asked.next, asked.due)
    what_next(call, told.next, told.due)
    if told.advice is not None:
        call.say(f"\n{told.advice.said(call.language)}")
    if told.open_deliveries:
        call.say(f"\n{label(call, 'under_way')}: {told.open_deliveries}")


def _head(call: Call, told: Story) -> None:
    head = told.head
    assert head is not None
    call.say(
        f"{call.pick(head.flow_words)} {label(call, 'declaration')} {head.order_no}: {head.state} — "
        f"{call.pick(head.state_words)}"
    )
    for texts in (
        (("invtNo", head.invt_no), ("preNo", head.pre_no), ("copNo", head.cop_no), ("logisticsNo", head.logistics_no)),
        (
            (label(call, "lane"), call.pick(head.lane_words)),
            ("tradeMode", f"{head.trade_mode} {call.pick(head.trade_mode_words)}"),
            ("customsCode", f"{head.customs_code} {call.pick(head.office)}"),
        ),
        (
            ("billNo", head.bill_no),
            (label(call, "batch"), head.batch_no),
            (label(call, "summary"), call.pick(head.summary)),
        ),
        (
            (label(call, "value" if head.flow == "I" else "fob"), head.value if head.accepted_at else ""),
            *((call.pick(one.words), one.text) for one in head.held),
        ),
    ):
        said = " · ".join(f"{name} {text}" for name, text in texts if text)
        if said:
            call.say(f"  {said}")
    for one in head.because:
        call.say(f"  {label(call, 'because')}: {why(call, [one])}")


def _values(call: Call, facts: Sequence[Any], full: bool) -> str:
    shown = facts if full else [one for one in facts if one.name in book()["shown"]["names"]]
    return "\n".join(f"{one.words.said(call.language)} {one.text}" for one in shown)


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
