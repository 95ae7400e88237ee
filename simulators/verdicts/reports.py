"""Reports a verdict about a recorded run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from simulators.entry.reports import KINDS, Chart, Figure, Report, ReportCheck, ReportedFinding, Words
from simulators.load.reports import bar_chart
from simulators.verdicts.recorded import Run


def report_of(
    recording: Path, against: Path | None, expected: Path | None, run: Run, findings: Sequence[ReportedFinding]
) -> Report:
    """The report of a verdict about a recording, by the recording and the promises that it was compared with."""
    counts = Counter(finding.kind for finding in findings)
    figures = (
        Figure("messages", Words("报文", "messages"), f"{len(run.sent)}"),
        Figure("receipts", Words("回执", "receipts"), f"{run.counted}"),
        *(Figure(kind, words, f"{counts[kind]}", counts[kind] > 0) for kind, words in KINDS.items()),
    )
    checks = (
        ReportCheck("receipts", Words("录有回执", "there are receipts"), "> 0", f"{run.counted}", run.counted > 0),
        *(ReportCheck(kind, words, "0", f"{counts[kind]}", not counts[kind]) for kind, words in KINDS.items()),
    )
    about = [(Words("录制", "recording"), str(recording))]
    about += [(Words("对照", "against"), str(against))] if against else []
    about += [(Words("预期", "expected"), str(expected))] if expected else []
    return Report(
        "verdict",
        Words("运行判定", "verdict about a run"),
        tuple(about),
        figures,
        checks,
        tuple(findings),
        (_statuses(run),),
        data={figure.name: int(figure.value) for figure in figures},
    )


def _statuses(run: Run) -> Chart:
    words = Words("回执按状态", "receipts by status")
    counter = Counter(
        f"{subject.code} {receipt.statement.status}"
        for subject, received in run.answers.items()
        for receipt in received
    )
    return Chart(words, bar_chart(words, counter.most_common(20)))
