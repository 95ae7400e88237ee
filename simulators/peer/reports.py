"""Reports what a peer did otherwise than it must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from simulators.entry.reports import WRONG, Figure, Report, ReportCheck, ReportedFinding, ReportTable, Words
from simulators.known_faults import known_fault
from simulators.peer.driving import Handed
from simulators.receipt_log import ReceiptLog
from simulators.verdict import TradeVerdict

SOUND = Words("无差错", "sound")


def report_of(
    url: str,
    verdicts: Sequence[TradeVerdict],
    refused: Sequence[Handed],
    receipt_log: ReceiptLog,
    messages: int,
) -> Report:
    """Return the report about a peer: a row for each kind of trade, a finding for each thing that went otherwise."""
    findings = (*_refused(refused), *_unreadable(receipt_log), *_otherwise(verdicts))
    wrong = sum(not verdict.ok for verdict in verdicts)
    figures = (
        Figure("messages", Words("报文", "messages"), f"{messages}"),
        Figure("receipts", Words("回执", "receipts"), f"{sum(receipt_log.counts.values())}"),
        Figure("trades", Words("交易", "trades"), f"{len(verdicts)}"),
        Figure("wrong", Words("不符", "otherwise"), f"{wrong}", wrong > 0),
    )
    checks = (
        ReportCheck("taken", Words("报文均被接收", "all messages are taken"), "0", f"{len(refused)}", not refused),
        *(_check(fault, of_fault) for fault, of_fault in _by_fault(verdicts).items()),
    )
    return Report(
        "peer",
        Words("对端验证", "verification of a peer"),
        ((Words("对端", "peer"), url),),
        figures,
        checks,
        findings,
        grids=(_grid(verdicts),),
        data={figure.name: int(figure.value) for figure in figures},
    )


def lines(report: Report) -> Iterator[str]:
    """Yield a line with the figures, and one for each kind of trade that came out otherwise."""
    yield ", ".join(f"{figure.value} {figure.words.en}" for figure in report.figures)
    for check in report.checks:
        if not check.ok:
            yield f"NOT as it must be: {check.words.en} {check.words.zh}: {check.found} otherwise"


def _by_fault(verdicts: Sequence[TradeVerdict]) -> dict[str, list[TradeVerdict]]:
    by_fault: dict[str, list[TradeVerdict]] = {}
    for verdict in verdicts:
        by_fault.setdefault(verdict.fault, []).append(verdict)
    return by_fault


def _named(fault: str) -> Words:
    known = known_fault("import", fault) if fault else None
    return Words(known.zh, known.en) if known else SOUND


def _check(fault: str, verdicts: Sequence[TradeVerdict]) -> ReportCheck:
    wrong = sum(not verdict.ok for verdict in verdicts)
    return ReportCheck(fault or "sound", _named(fault), "0", f"{wrong}", not wrong)


def _grid(verdicts: Sequence[TradeVerdict]) -> ReportTable:
    columns = (
        Words("交易", "trade"),
        Words("须得", "must come to"),
        Words("笔数", "how many"),
        Words("实得", "came to"),
    )
    rows = [
        (_named(fault).text("en"), of_fault[0].expected, len(of_fault), _paths(of_fault))
        for fault, of_fault in _by_fault(verdicts).items()
    ]
    return ReportTable(Words("各类交易", "kinds of trades"), columns, rows)


def _paths(verdicts: Sequence[TradeVerdict]) -> str:
    counts = Counter(verdict.got or "–" for verdict in verdicts)
    return "; ".join(f"{count} × {path}" for path, count in counts.most_common())


def _refused(refused: Sequence[Handed]) -> Iterator[ReportedFinding]:
    for one in refused:
        yield ReportedFinding(WRONG, f"a message {one.code} is not taken: HTTP {one.status or 'no answer'} {one.said}")


def _unreadable(receipt_log: ReceiptLog) -> Iterator[ReportedFinding]:
    for wrong in receipt_log.wrong:
        yield ReportedFinding(WRONG, f"a receipt cannot be read: {wrong.why}", mailbox=wrong.mailbox)


def _otherwise(verdicts: Sequence[TradeVerdict]) -> Iterator[ReportedFinding]:
    for verdict in verdicts:
        for complaint in verdict.complaints:
            yield ReportedFinding(WRONG, f"{_named(verdict.fault).text('en')}: {complaint}", trade=verdict.trade)
