"""Sends results (792): assigns the numbers of declarations and reports the lines of their lists."""

from __future__ import annotations

from declarations import lifecycle
from declarations.money import plain
from declarations.reasons import Reason
from gateways.customs.requests import step
from gateways.customs.summaries.repository import MadeDeclaration, Summary, SummaryDesk, SummaryPart
from gateways.customs.summaries.work import continue_work, end, note
from gateways.records import ReceiptDraft

MESSAGES_PER_DELIVERY = 10
"""Number of messages sent in one delivery."""
MADE = "1"
"""decState of a declaration that was made. The official values are not published; this one is our choice."""
_SUMMARISED, _RESULT = "18025", "18028"
_HS10 = 1
"""Index of the goods code in a line of a declaration (`MergedLine`)."""


def send(summary: Summary, desk: SummaryDesk) -> None:
    """Send the next results; after the last one, finish the summary."""
    shares = desk.repository.shares(summary.id, summary.cursor, MESSAGES_PER_DELIVERY)
    made = desk.repository.made(summary.id, {share.number for share in shares})
    for share in shares:
        declaration = made[share.number]
        if not declaration.entry_id:
            declaration.decl_seq_no, declaration.entry_id = desk.repository.entry_nos(
                summary.customs_code, desk.day.year
            )
            desk.repository.put_made(declaration)
        desk.receipt(_result(summary, declaration, share, desk))
        desk.repository.delete_result_part(share)
    if len(shares) == MESSAGES_PER_DELIVERY:
        summary.cursor = shares[-1].position + 1
        continue_work(summary, desk)
    else:
        _finish(summary, desk)


def _result(summary: Summary, made: MadeDeclaration, share: SummaryPart, desk: SummaryDesk) -> ReceiptDraft:
    fields = {
        **summary.head,
        "sumNo": summary.sum_no,
        "declSeqNo": made.decl_seq_no,
        "entryId": made.entry_id,
        "decState": MADE,
        "grossWeight": plain(made.gross),
        "netWeight": plain(made.net),
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
    return ReceiptDraft(
        mailboxes=summary.mailboxes,
        code="792",
        order_no=summary.place,
        kind="summary_result",
        key=key,
        return_status="",
        return_time=summary.stamp(desk.now),
        reason=reason,
        fields={**fields, "lines": lines},
    )


def _finish(summary: Summary, desk: SummaryDesk) -> None:
    end(summary)
    summary.done_at = desk.now
    summary.state = lifecycle.move(summary.state, "summarise", "summary").to
    for request in desk.repository.requests_by_id([sheet.request_id for sheet in summary.papers]).values():
        step(request, "summarise")
        request.last_return = max(request.last_return, summary.last_return)
        desk.repository.put_request(request)
    counts = {"declarations": str(summary.declarations), "results": str(summary.results)}
    note(summary, "summarised", desk, [Reason(_SUMMARISED, {**counts, "sum_no": summary.sum_no})])
