"""Sends results (792): assigns the numbers of declarations and reports the lines of their lists."""

from __future__ import annotations

from declarations import lifecycle
from declarations.money import amount_text
from declarations.reasons import Reason
from gateways.customs.requests import apply_step
from gateways.customs.summaries.repository import MadeDeclaration, Summary, SummaryDesk, SummaryPart
from gateways.customs.summaries.work import add_event, continue_work, end_work
from gateways.records import CaseReference, ReceiptDraft

MESSAGES_PER_DELIVERY = 10
"""Number of messages sent in one delivery."""
MADE = "1"
"""decState of a declaration that was made. The official values are not published; this one is our choice."""
_SUMMARISED, _RESULT = "18025", "18028"
_HS10 = 1
"""Index of the goods code in a line of a declaration (`MergedLine`)."""


def _number(declaration: MadeDeclaration, customs_code: str, desk: SummaryDesk) -> None:
    declaration.decl_seq_no, declaration.entry_id = desk.repository.entry_nos(customs_code, desk.day.year)
    desk.repository.put_made(declaration)


def send_results(summary: Summary, desk: SummaryDesk) -> None:
    """Send the next results; after the last one, finish the summary."""
    shares = desk.repository.shares(summary.id, summary.cursor, MESSAGES_PER_DELIVERY)
    made = desk.repository.made(summary.id, {share.number for share in shares})
    for share in shares:
        declaration = made[share.number]
        if not declaration.entry_id:
            _number(declaration, summary.customs_code, desk)
        desk.send_receipt(_result_receipt(summary, declaration, share, desk))
        desk.repository.delete_result_part(share)
    if len(shares) == MESSAGES_PER_DELIVERY:
        summary.cursor = shares[-1].position + 1
        continue_work(summary, desk)
    else:
        _finish_summary(summary, desk)


def _result_receipt(summary: Summary, made: MadeDeclaration, share: SummaryPart, desk: SummaryDesk) -> ReceiptDraft:
    fields = {
        **summary.head,
        "sumNo": summary.sum_no,
        "declSeqNo": made.decl_seq_no,
        "entryId": made.entry_id,
        "decState": MADE,
        "grossWeight": amount_text(made.gross),
        "netWeight": amount_text(made.net),
        "msgCount": str(made.parts),
        "msgSeqNo": str(share.msg_seq_no),
    }
    lines = [
        {
            "invtNo": line.invt_no,
            "logisticsNo": line.logistics_no,
            "gseqno": str(line.gseqno),
            "gnum": str(line.gnum),
            "gcode": made.lines[line.gseqno - 1][_HS10],
        }
        for line in share.lines
    ]
    key = f"{summary.sum_no}|{made.decl_seq_no}|{share.msg_seq_no}"
    reason = Reason(
        _RESULT,
        {"entry_id": made.entry_id, "lines": str(len(lines)), "part": str(share.msg_seq_no), "parts": str(made.parts)},
    )
    return CaseReference("summary_result", key, summary.place).receipt(
        summary.mailboxes, "", summary.stamp(desk.now), reason, {**fields, "lines": lines}, code="792"
    )


def _finish_summary(summary: Summary, desk: SummaryDesk) -> None:
    end_work(summary)
    summary.done_at = desk.now
    summary.state = lifecycle.transition_of(summary.state, "summarise", "summary").to
    for request in desk.repository.requests_by_id([sheet.request_id for sheet in summary.papers]).values():
        apply_step(request, "summarise")
        request.last_return = max(request.last_return, summary.last_return)
        desk.repository.put_request(request)
    counts = {"declarations": str(summary.declarations), "results": str(summary.results)}
    add_event(summary, "summarised", desk, [Reason(_SUMMARISED, {**counts, "sum_no": summary.sum_no})])
