"""Judges a history: true, false with the smallest contradicting sets, or unknown with what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import NamedTuple

from single_window.histories.findings import ContradictingSet, HistoryRule, Missing
from single_window.histories.grouping import Grouped
from single_window.histories.observations import NumberedObservation
from single_window.histories.rules import answers, balances, bills, paths, places, transmissions
from single_window.histories.smallest import smallest

BOUND = 60_000
"""Milliseconds after an acknowledgement within which a document has its first receipt, if nothing else is given."""
MAX_SHOWN = 20
"""Contradictions of a rule, and missing observations, that are shown; the others are counted."""
_OWN_RULES = (*answers.RULES, *transmissions.RULES, *paths.RULES, *places.RULES, *balances.RULES, *bills.RULES)
LOST = "acknowledged-and-lost"
NAMES = (*(rule.name for rule in _OWN_RULES), LOST)


class HistoryVerdict(StrEnum):
    """The verdict on a history: explained, contradicted, or neither."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


class HistoryContradiction(NamedTuple):
    """A rule, and the smallest set of observations that contradicts it."""

    rule: HistoryRule
    observations: Sequence[NumberedObservation]


class Judgement(NamedTuple):
    """The verdict about a history, with contradictions, what is missing, and how many of both are not shown."""

    verdict: HistoryVerdict
    contradictions: Sequence[HistoryContradiction]
    missing: Sequence[Missing]
    more: int = 0
    more_missing: int = 0


def rules(bound: int = BOUND) -> tuple[HistoryRule, ...]:
    """All rules; `bound` in milliseconds is that of lost documents."""
    return (*_OWN_RULES, HistoryRule(LOST, transmissions.LOST, partial(transmissions.lost_documents, bound=bound)))


def judge(
    history: Iterable[NumberedObservation], bound: int = BOUND, progress: Callable[[int], None] = lambda done: None
) -> Judgement:
    """Judge a history in the order in which it was observed; `progress` counts the rules that were asked."""
    grouped = Grouped(history)
    contradictions: list[HistoryContradiction] = []
    more = 0
    for done, rule in enumerate(rules(bound), 1):
        found = iter(rule.find(grouped))
        contradictions += _distinct(rule, islice(found, MAX_SHOWN))
        more += sum(1 for _ in found)
        progress(done)
    lacking = transmissions.missing(grouped, bound)
    missing = list(islice(lacking, MAX_SHOWN))
    verdict = HistoryVerdict.UNKNOWN if missing else HistoryVerdict.TRUE
    if contradictions:
        verdict = HistoryVerdict.FALSE
    return Judgement(verdict, contradictions, missing, more, sum(1 for _ in lacking))


def _distinct(rule: HistoryRule, found: Iterator[ContradictingSet]) -> Iterator[HistoryContradiction]:
    """The contradictions of a rule without those that have the same observations."""
    seen = set[tuple[int, ...]]()
    for evidence in found:
        observations = smallest(rule, evidence)
        numbers = tuple(one.number for one in observations)
        if numbers not in seen:
            seen.add(numbers)
            yield HistoryContradiction(rule, observations)
