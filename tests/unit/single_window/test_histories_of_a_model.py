"""Histories of a window that makes no mistakes are never judged false; one planted mistake is always found, and of the
observations that are shown none can be left out."""

from __future__ import annotations

from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from single_window.histories.grouping import Grouped
from single_window.histories.judging import HistoryVerdict, judge
from single_window.histories.observations import numbered, only
from tests.histories import PLANTS, Model, Plant

RANDOMS = st.randoms(use_true_random=False)


@settings(max_examples=60)
@given(RANDOMS, st.integers(0, 120))
def test_a_correct_window_is_true_for_clients_who_see_all_answers(random: Random, steps: int) -> None:
    judged = judge(numbered(Model(random).history(steps)))
    assert (judged.verdict, judged.contradictions) == (HistoryVerdict.TRUE, [])


@settings(max_examples=40)
@given(RANDOMS, st.integers(0, 120))
def test_a_correct_window_is_never_false_for_clients_who_are_cut_off(random: Random, steps: int) -> None:
    judged = judge(numbered(Model(random, cut_off=True).history(steps)))
    assert judged.contradictions == []


@settings(max_examples=150)
@given(st.sampled_from(sorted(PLANTS, key=lambda plant: plant.__name__)), RANDOMS, st.integers(20, 120))
def test_one_planted_mistake_is_always_found_and_its_smallest_set_is_shown(
    plant: Plant, random: Random, steps: int
) -> None:
    planted = plant(Model(random).history(steps), random)
    assume(planted is not None)
    history = numbered(planted or ())
    judged = judge(history)
    assert judged.verdict is HistoryVerdict.FALSE
    named = [found for found in judged.contradictions if found.rule.name in PLANTS[plant]]
    assert named
    for found in named:
        numbers = {one.number for one in found.observations}
        assert any(True for _ in found.rule.find(Grouped(only(history, numbers))))
        for number in numbers:
            assert not any(True for _ in found.rule.find(Grouped(only(history, numbers - {number}))))
