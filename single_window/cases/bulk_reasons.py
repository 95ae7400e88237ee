"""Prepared reasons and questions for several listed cases that wait for different things: which of them fits each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from single_window.frame.asking import asks_about
from single_window.language.prepared_reasons import ReasonChoice, fits_why
from single_window.store.case_queue import Key
from single_window.store.questioning import ASK

OWN = "own"
"""Instead of the number of a prepared reason or question: each case gets the one that fits why it waits."""


class FittingSets(NamedTuple):
    """The reasons and questions that fit listed cases, each set of them told once. `sets`: values of reasons with their
    kind of subject in front (`declaration.reject.8`), and the kind's act of asking with the value `OWN` if a prepared
    question fits (`declaration.ask.own`), separated by spaces; `of`: case → place of its set."""

    sets: Sequence[str]
    of: Mapping[Key, int]


def own_of(action: str) -> str:
    """The value of the choice by which each case gets its own reason of an act."""
    return f"{action}.{OWN}"


def fitting_reason(choices: Sequence[ReasonChoice], action: str, codes: Collection[str]) -> ReasonChoice | None:
    """Return the prepared reason of an act that fits one of the codes for which a case waits, the one that its page
    offers first; None if none does."""
    return next((choice for choice in choices if choice.act == action and fits_why(choice, codes)), None)


def fitting_sets(
    waiting: Mapping[Key, Collection[str]],
    choices: Mapping[str, Sequence[ReasonChoice]],
    asked: Collection[str] = (),
) -> FittingSets:
    """Gather the reasons that fit listed cases, one of each act at most, and whether a question does. `waiting`: case →
    the codes for which it waits; `choices`: kind of subject → the prepared reasons of the acts that are offered;
    `asked`: the kinds of subject about which declarants may be asked."""
    sets, of = dict[str, int](), {}
    for key, codes in waiting.items():
        subject, _ = key
        own = choices.get(subject, ())
        fitting = [fitting_reason(own, action, codes) for action in dict.fromkeys(choice.act for choice in own)]
        told = [f"{subject}.{choice.value}" for choice in fitting if choice is not None]
        if subject in asked and any(map(asks_about, codes)):
            told.append(f"{subject}.{own_of(ASK)}")
        of[key] = sets.setdefault(" ".join(told), len(sets))
    return FittingSets(tuple(sets), of)
