"""The verdict about a recorded run: lost, doubled, wrong and late receipts with their trades."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from simulators.entry.reports import LATE, ReportedFinding
from simulators.imports.arithmetic import POLICIES
from simulators.load.judging import check_trade
from simulators.load.sets import check_moments
from simulators.traffic.making import Expectation
from simulators.verdicts.comparing import check_receipts
from simulators.verdicts.recorded import Run, TimedStatement


def against(run: Run, quiet: Run, within: int) -> list[ReportedFinding]:
    """Compare a run with an undisturbed run of the same messages; `within`: allowed additional delay of a receipt in
    milliseconds."""
    return [*check_receipts(run.sent, run.statements(), quiet.statements()), *_late(run, quiet, within)]


def _late(run: Run, quiet: Run, within: int) -> Iterator[ReportedFinding]:
    for subject, received in sorted(run.answers.items()):
        left = list(quiet.answers.get(subject, ()))
        for receipt in received:
            twin = next((other for other in left if _same(receipt, other)), None)
            if twin is None:
                continue
            left.remove(twin)
            longer = receipt.delay - twin.delay
            if longer > within:
                complaint = (
                    f"{subject}, receipt {receipt.statement.status}: it came {longer / 1_000:g} s later than it should"
                )
                yield ReportedFinding(LATE, complaint, "", subject.trade, subject.mailbox, receipt.statement.sequence)


def _same(receipt: TimedStatement, other: TimedStatement) -> bool:
    return (receipt.statement.status, receipt.statement.fields) == (other.statement.status, other.statement.fields)


def compare_with_promises(
    run: Run, promises: Iterable[Expectation], rounding: str = POLICIES[0]
) -> list[ReportedFinding]:
    """Compare trades with their expected outcomes; `rounding`: the sandbox's policy."""
    return [
        finding
        for promise in promises
        for finding in (
            *check_trade(promise, run.receipts.get(promise.trade, ()), rounding),
            *check_moments(promise, run.receipts.get(promise.trade, ())),
        )
    ]


def sorted_out(findings: Sequence[ReportedFinding]) -> tuple[ReportedFinding, ...]:
    """Findings without repetition, by trade."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: (finding.trade, finding.kind, finding.words)))
