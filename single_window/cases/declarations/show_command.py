"""`single-window show`: documents, timeline, receipts and reasons of everything with a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from single_window.cases.declarations.note_parts import NoteStory
from single_window.cases.declarations.parts import Billed, MessageStory, Paper, Story
from single_window.cases.declarations.show_export_command import show_evidence, show_note
from single_window.cases.declarations.story_output_command import (
    label,
    receipts,
    show_message,
    timeline,
    what_next,
    why,
)
from single_window.frame.commands.call import Call
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import client_command
from single_window.frame.typed import local
from single_window.language import phrases
from single_window.language.phrases import book, flow
from single_window.language.words import Words
from single_window_client import SandboxClient
from single_window_client.calls import part

_DETAIL_COMMANDS = {"refund_claim": "refund explain", "forex_report": "forex show", "registration": "registration show"}
"""Kind of document for another agency than customs -> the command that shows details of it."""


@client_command(examples=("D261120A033D0000000", "CK000000000001 --flow E"))
def show(
    call: Call,
    sandbox: SandboxClient,
    number: str,
    full: bool = option("All values of the documents too."),
    wanted: Literal["I", "E"] | None = option("Imports or exports only.", "--flow"),
) -> None:
    """Tell the story of a number, of an import or an export: orderNo, copNo, preNo, invtNo, waybill or payment number,
    master waybill, a note's number, guid, message id; of an invoice, a refund claim, a report of foreign exchange, a
    registration, a sample or plan of spot checks or a credit case: what became of it, and where to look.
    """
    result = sandbox.call("GET", f"/stories/{part(number)}", query={"flow": wanted})
    if story := result["declaration"]:
        call.print_json(story)
        _story(call, convert_answer(story, Story), full)
    elif story := result["note"]:
        call.print_json(story)
        show_note(call, convert_answer(story, NoteStory))
    elif story := result["message"]:
        call.print_json(story)
        if result["matches"][0]["what"] == "paper":
            _paper(call, result["matches"][0])
        _message(call, convert_answer(story, MessageStory))
    elif len(result["matches"]) == 1:
        _case(call, call.answered(result)["matches"][0])
    else:
        matches = call.answered({name: result[name] for name in ("number", "matches")})
        _choose(call, **matches)


def _choose(call: Call, number: str, matches: Sequence[Mapping[str, Any]]) -> None:
    call.table(
        f"{number} leads to {len(matches)} things; show one of them:",
        ("what", "flow", "by", "number", "state"),
        [
            (
                match["what"],
                call.pick(flow(match["flow"])) if match["flow"] and match["what"] != "message" else "",
                match["by"],
                match["label"] if match["what"] != "message" else f"message {match['id']} ({match['label']})",
                _state(call, match),
            )
            for match in matches
        ],
        {place: phrases.tone(match["state"]) for place, match in enumerate(matches)},
    )


def _case(call: Call, match: Mapping[str, Any]) -> None:
    """Print the state of what an agency numbers itself, and the command that shows all of it."""
    call.print_line(f"{match['by']} {match['label']}: {match['state']} — {_state(call, match)}  {match['note']}")
    if match["command"]:
        call.print_line(f"  {label(call, 'see_also')}: {match['command']}{call.scope_options}")


def _paper(call: Call, match: Mapping[str, Any]) -> None:
    """Print the agency's state of a document, and the command that shows details."""
    call.print_line(f"{match['by']} {match['label']}: {match['state']} — {_state(call, match)}")
    if hint := _detail_command(match["kind"], match["order_no"]):
        call.print_line(f"  {label(call, 'see_also')}: {hint}{call.scope_options}")


def _state(call: Call, match: Mapping[str, Any]) -> str:
    return call.pick(Words(match["state_zh"], match["state_en"]))


def _message(call: Call, story: MessageStory) -> None:
    code = f"CEB{story.code}" if story.code.isdigit() else story.code
    call.print_line(
        f"message {story.id}: {code} {call.pick(story.words)}, {story.documents} document(s), {story.size} bytes"
    )
    call.print_line(
        f"  from {story.sender or '?'} by {story.channel}, {local(story.received_at)}, "
        f"transmission {story.transmission_id}"
    )
    call.print_line(f"  {story.state}: {call.pick(story.state_words)}")
    show_message(call, story)


def _story(call: Call, story: Story, full: bool) -> None:
    if story.head is not None:
        _head(call, story)
    else:
        call.print_line(f"{label(call, 'order')} {story.order_no}: {label(call, 'no_list')}")
    if story.evidence is not None:
        show_evidence(call, story.evidence)
    _documents(call, story, full)
    timeline(call, story.timeline)
    receipts(call, story.receipts)
    for document in story.undeclared:
        if document.findings:
            where = f", message {document.message_id}" if document.message_id else ""
            call.print_line(f"\n{call.pick(phrases.kind(document.kind))} {document.key}: {document.status}{where}")
            show_findings(call, document.findings)
    for bill in story.bills:
        _bill(call, bill)
    for request in story.requests:
        call.print_line(
            f"\n{call.pick(request.words)} {request.key}: {call.pick(request.state_words)} {why(call, request.because)}"
        )
        for line in request.tax.working(call.language) if request.tax else ():
            call.print_line(f"  {line}")
        what_next(call, request.next, request.due)
    what_next(call, story.next, story.due)
    if story.advice is not None:
        call.print_line(f"\n{story.advice.text(call.language)}")
    if story.open_deliveries:
        call.print_line(f"\n{label(call, 'under_way')}: {story.open_deliveries}")


def _documents(call: Call, story: Story, full: bool) -> None:
    call.records(
        label(call, "documents"),
        (
            ("kind 单证", lambda document: document.words),
            ("key 主键", lambda document: document.key),
            ("status 状态", lambda document: _status(call, document)),
            ("appTime", lambda document: document.app_time),
            ("message 报文", lambda document: f"{document.message_id}:{document.position}"),
            ("values 要素", lambda document: _values(call, document.facts, full)),
        ),
        story.documents,
        lambda document: phrases.tone(document.last_status),
    )


def _status(call: Call, document: Paper) -> str:
    return f"{document.last_status} {call.pick(document.last_words)}".strip() or call.pick(document.state_words)


def _head(call: Call, story: Story) -> None:
    head = story.head
    assert head is not None
    call.print_line(
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
            *((call.pick(note.words), note.text) for note in head.held),
        ),
    ):
        joined = " · ".join(f"{name} {text}" for name, text in texts if text)
        if joined:
            call.print_line(f"  {joined}")
    for reason in head.because:
        call.print_line(f"  {label(call, 'because')}: {why(call, [reason])}")


def _values(call: Call, facts: Sequence[Any], full: bool) -> str:
    shown = facts if full else [fact for fact in facts if fact.name in book()["shown"]["names"]]
    return "\n".join(f"{fact.words.text(call.language)} {fact.text}" for fact in shown)


def _bill(call: Call, bill: Billed) -> None:
    call.print_line(f"\n{label(call, 'tax')} {bill.tax_no}: {call.pick(bill.state_words)}")
    for line in bill.working(call.language):
        call.print_line(f"  {line}")
    if bill.guarantee is not None:
        held = bill.guarantee
        call.print_line(
            f"  {label(call, 'guarantee')} {held.assure_code}: {held.amount}, {label(call, 'reserved')} "
            f"{held.reserved}, {label(call, 'booked')} {held.booked}, {label(call, 'available')} {held.available}"
        )
    for day in bill.days:
        call.print_line(f"  {call.pick(day.words)}: {day.text}")


def _detail_command(kind: str, number: str) -> str:
    """Return the command that shows details of a document; empty if there is none."""
    return f"single-window {_DETAIL_COMMANDS[kind]} {number}" if kind in _DETAIL_COMMANDS else ""
