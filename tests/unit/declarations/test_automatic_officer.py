"""The automatic officer decides by keyed draw, within his hours, only what an officer may do, in the given shares."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from declarations.automatic_officer import OfficerState, choose, officer_table, parse_table
from declarations.lifecycle import OFFICER, all_lifecycles
from declarations.parameters import load
from schemas.receipt_texts import words
from tests.tables import each

DAY = date(2026, 6, 1)
SOURCE = files("declarations").joinpath("automatic_officer.toml").read_text("utf-8")


@each("waiting", officer_table().values(), ids=[f"{life}.{state}" for life, state in officer_table()])
def test_outcomes_come_in_their_shares_and_in_time(waiting: OfficerState) -> None:
    drawn = [choose("spring", f"E|DD{number}", waiting.state, DAY, load(), waiting.lifecycle) for number in range(4000)]
    chosen = [choice for choice in drawn if choice is not None]
    most = load().on(waiting.within, DAY).amount * 60
    assert all(1 <= choice.minutes <= most for choice in chosen)
    total, counted = sum(outcome.weight for outcome in waiting.outcome), Counter(choice.action for choice in chosen)
    for outcome in waiting.outcome:
        assert abs(counted[outcome.action] / 4000 - outcome.weight / total) < 0.035
    for choice in chosen:
        assert choice.reason is None or words(choice.reason.rule, choice.reason.values)


def test_the_same_key_gets_the_same_decision() -> None:
    assert choose("spring", "E|N", "in_review", DAY, load()) == choose("spring", "E|N", "in_review", DAY, load())


def test_nothing_waits_for_him_in_other_states() -> None:
    assert choose("spring", "E|N", "accepted", DAY, load()) is None


def test_every_state_that_waits_for_him_is_one_that_an_officer_leads_out_of() -> None:
    officers = {
        (life.name, source)
        for life in all_lifecycles().values()
        for step in life.transitions
        if OFFICER in step.by
        for source in step.sources
    }
    assert officer_table() and set(officer_table()) <= officers


@each(("good", "bad"), [("weight = 90", "weight = 0"), ('action = "send_back"', 'action = "amend"')])
def test_a_table_with_an_impossible_action_is_refused(good: str, bad: str) -> None:
    assert parse_table(SOURCE)
    with pytest.raises(ValueError):
        parse_table(SOURCE.replace(good, bad, 1))
