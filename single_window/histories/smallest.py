"""The smallest contradicting set: observations none of which can be left out, while all others stay hidden."""

from __future__ import annotations

from collections.abc import Sequence

from single_window.histories.findings import ContradictingSet, HistoryRule
from single_window.histories.grouping import Grouped
from single_window.histories.observations import NumberedObservation, only

MAX_SHRUNK = 400
"""Observations of a subject up to which its set is made smaller: every one is left out once."""


def smallest(rule: HistoryRule, evidence: ContradictingSet) -> list[NumberedObservation]:
    """The observations of an evidence, without those that are not needed, by number."""
    kept = {one.number for one in evidence.contradicting}
    subject = sorted({one.number: one for one in evidence.about}.values())
    if subject and len(kept) <= MAX_SHRUNK:
        for number in _least_telling_first(evidence.contradicting):
            if _contradicts(rule, subject, kept - {number}):
                kept.remove(number)
    shown = {one.number: one for one in (*evidence.contradicting, *evidence.about)}
    return [shown[number] for number in sorted(kept)]


def _least_telling_first(observations: Sequence[NumberedObservation]) -> list[int]:
    """Numbers in the order in which they are tried to be left out: the newest last, because they tell most."""
    return sorted({one.number for one in observations})


def _contradicts(rule: HistoryRule, subject: Sequence[NumberedObservation], kept: set[int]) -> bool:
    return any(True for _ in rule.find(Grouped(only(subject, kept))))
