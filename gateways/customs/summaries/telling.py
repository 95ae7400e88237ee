"""Results (792): declarations get their numbers, and their lists are told line by line, a thousand in a message."""

from __future__ import annotations

from declarations import lifecycle
from declarations.money import plain
from declarations.reasons import Reason
from gateways.customs.requests import step
from gateways.customs.summaries.memory import Made, Share, Summary, SummaryMemory
from gateways.customs.summaries.work import end, go_on, note
from gateways.gateway import Answers, Circumstances, ReceiptDraft

TOGETHER = 10
"""Messages that one delivery makes."""
MADE = "1"
"""decState, whose values are not published: the declaration was made (ours)."""
_TOLD, _RESULT = "18025", "18028"
_HS10 = 1
"""Where a line of a declaration says its goods code."""


def tell(summary: Summary, memory: SummaryMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Make the next results; with the last of them the summary is done."""
    shares = memory.shares(summary.id, summary.cursor, TOGETHER)
    made = memory.made(summary.id, {one.number for one in shares})
    for share in shares:
        one = made[share.number]
        if not one.entry_id:
            one.decl_seq_no, one.entry_id = memory.entry_nos(summary.customs_code, circumstances.day.year)
            memory.put_made(one)
        answers.receipts.append(_result(summary, one, share, circumstances))
        memory.drop_share(share)
    if len(shares) == TOGETHER:
        summary.cursor = shares[-1].position + 1
        go_on(summary, answers)
    else:
        _finish(summary, memory, circumstances, answers)


def _result(summary: Summary, made: Made, share: Share, circumstances: Circumstances) -> ReceiptDraft:
    fields = {**summary.head, "sumNo": summary.sum_no, "declSeqNo": made.decl_seq_no, "entryId": made.entry_id,
              "decState": MADE, "grossWeight": plain(made.gross), "netWeight": plain(made.net),
              "msgCount": str(made.parts), "msgSeqNo": str(share.msg_seq_no)}
    lines = [{"invtNo": one.invt_no, "logisticsNo": one.logistics_no, "gseqno": str(one.gseqno),
              "gnum": str(one.gnum), "gcode": made.lines[one.gseqno - 1][_HS10]} for one in share.lines]
    key = f"{summary.sum_no}|{made.decl_seq_no}|{share.msg_seq_no}"
    said = Reason(_RESULT, {"entry_id": made.entry_id, "lines": str(len(lines)), "part": str(share.msg_seq_no),
                            "parts": str(made.parts)})
    return ReceiptDraft(summary.mailboxes, "792", summary.place, "summary_result", key, "",
                        summary.stamp(circumstances.now), said, {**fields, "lines": lines})


def _finish(summary: Summary, memory: SummaryMemory, circumstances: Circumstances, answers: Answers) -> None:
    end(summary)
    summary.done_at = circumstances.now
    summary.state = lifecycle.move(summary.state, "summarise", "summary").to
    for request in memory.requests_by_id([number for _, number in summary.papers]).values():
        step(request, "summarise")
        request.last_return = max(request.last_return, summary.last_return)
        memory.put_request(request)
    counts = {"declarations": str(summary.declarations), "results": str(summary.results)}
    note(summary, "summarised", circumstances, answers, [Reason(_TOLD, {**counts, "sum_no": summary.sum_no})])
