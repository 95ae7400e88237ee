"""The table of lifecycles is sound; what each state allows, the known answers say."""

from __future__ import annotations

from importlib.resources import files

import pytest

from declarations.lifecycle import (
    Lifecycle,
    Transition,
    all_conditions,
    all_lifecycles,
    allowed_transitions,
    parse_lifecycles,
    state_of,
)
from schemas.receipt_texts import return_status, text
from tests.tables import each

EVERY_STEP = [(lifecycle, step) for lifecycle in all_lifecycles().values() for step in lifecycle.transitions]
SOURCE = files("declarations").joinpath("lifecycle.toml").read_text("utf-8")


def test_an_export_takes_no_step_whose_status_its_receipt_lacks() -> None:
    """604: 1, 2, 3, 4, 100, 120, 300, 399, 500, 800, 899."""
    known = {"", "1", "2", "3", "4", "100", "120", "300", "399", "500", "800", "899"}
    for name in all_lifecycles()["declaration"].states:
        assert {step.return_status for step in allowed_transitions(name, flow="E")} <= known
        assert all(step.action != "await_site" for step in allowed_transitions(name, flow="I"))
        assert len(allowed_transitions(name)) >= len(allowed_transitions(name, flow="I"))


@each("lifecycle", all_lifecycles().values(), ids=list(all_lifecycles()))
def test_every_state_can_be_reached_and_left_or_is_final(lifecycle: Lifecycle) -> None:
    reached, new = set(lifecycle.start), set(lifecycle.start)
    while new:
        new = {step.to for name in new for step in allowed_transitions(name, lifecycle=lifecycle.name)} - reached
        reached |= new
    assert reached == set(lifecycle.states)
    left = {name for step in lifecycle.transitions for name in step.sources}
    assert {name for name, final_state in lifecycle.states.items() if final_state.final} == set(lifecycle.states) - left


@each(("lifecycle", "step"), EVERY_STEP, ids=[f"{life.name}.{s.action}" for life, s in EVERY_STEP])
def test_every_step_has_labels_actors_and_fitting_words(lifecycle: Lifecycle, step: Transition) -> None:
    assert step.zh and step.en and step.by
    if step.words:
        assert return_status(step.words) == step.return_status
        assert text(step.words).en
    # tax bills speak by the status of 818, everything else by receipts
    elif lifecycle.name != "tax_bill":
        assert step.return_status == ""


def test_every_condition_is_used_and_explained() -> None:
    assert {word for _, step in EVERY_STEP for word in step.needs} == {*all_conditions()}
    assert all(entry.zh and entry.en for entry in all_conditions().values())


def test_an_unknown_state_is_answered_with_the_nearest() -> None:
    with pytest.raises(LookupError, match="released"):
        state_of("relesed")
    with pytest.raises(LookupError, match="released"):
        allowed_transitions("relesed")


@each(
    ("good", "bad", "complaint"),
    [
        ('to = "released"', 'to = "relesed"', "unknown state"),
        ('needs = ["window_over"]', 'needs = ["window_gone"]', "unknown condition"),
        ('by = ["officer"]', 'by = ["chief"]', "unknown actor"),
        ('from = ["released"]', 'from = ["released", "closed"]', "is final"),
        ('undoes = ["reject"]', 'undoes = ["cancel"]', "does not lead to it"),
        ('action = "pass"', 'action = "conclude"', "two ways"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(good: str, bad: str, complaint: str) -> None:
    parse_lifecycles(SOURCE)
    with pytest.raises(ValueError, match=complaint):
        parse_lifecycles(SOURCE.replace(good, bad, 1))
