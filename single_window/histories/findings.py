"""The findings of a judgement: contradictions, each with its observations, and what is missing for a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from single_window.histories.grouping import Grouped
from single_window.histories.observations import NumberedObservation
from single_window.language.words import Words


class ContradictingSet(NamedTuple):
    """Observations that contradict a rule. `about`: all that were seen of the subject, which are kept hidden while the
    smallest set is looked for; empty if `contradicting` is the smallest set already."""

    contradicting: Sequence[NumberedObservation]
    about: Sequence[NumberedObservation] = ()


class HistoryRule(NamedTuple):
    """A rule: its name, its sentence, and what finds the observations that contradict it."""

    name: str
    words: Words
    find: Callable[[Grouped], Iterator[ContradictingSet]]


class Missing(NamedTuple):
    """An observation that alone does not allow a verdict, and what is missing."""

    by: NumberedObservation
    words: Words
