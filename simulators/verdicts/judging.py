"""The verdict about a recorded run: what was lost, doubled, wrong or late, and about which trade; and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from simulators.audit.comparing import about_receipts
from simulators.entry.reports import LATE, Finding
from simulators.load.judging import about_trade
from simulators.traffic.making import Expectation
from simulators.verdicts.recorded import Heard, Run


def against(run: Run, quiet: Run, within: int) -> list[Finding]:
    """What differs from the quiet run of the same messages; `within`: by how many milliseconds a receipt may come later
    after its message than there."""
    return [*about_receipts(run.sent, run.statements(), quiet.statements()), *_late(run, quiet, within)]


def _late(run: Run, quiet: Run, within: int) -> Iterator[Finding]:
    for subject, heard in sorted(run.heard.items()):
        left = list(quiet.heard.get(subject, ()))
        for one in heard:
            twin = next((other for other in left if _same(one, other)), None)
            if twin is None:
                continue
            left.remove(twin)
            longer = one.delay - twin.delay
            if longer > within:
                said = f"{subject}, receipt {one.statement.status}: it came {longer / 1_000:g} s later than it should"
                yield Finding(LATE, said, "", subject.trade, subject.mailbox, one.statement.sequence)


def _same(one: Heard, other: Heard) -> bool:
    return (one.statement.status, one.statement.said) == (other.statement.status, other.statement.said)


def promised(run: Run, promises: Iterable[Expectation]) -> list[Finding]:
    """What trades came to that their promises do not say."""
    return [finding for promise in promises for finding in about_trade(promise, run.words.get(promise.trade, ()))]


def sorted_out(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without repetition, by trade."""
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.trade, one.kind, one.words)))
