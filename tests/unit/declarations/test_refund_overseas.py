"""The states of goods overseas are reached, and only ended ones are final."""

from __future__ import annotations

from declarations.refund import overseas_states


def test_every_state_is_reached_and_only_ended_ones_are_final() -> None:
    reached = {step.to for step in overseas_states.all_steps()}
    assert set(overseas_states.all_states()) == reached | {"departed"}
    left = {source for step in overseas_states.all_steps() for source in step.sources}
    ended = {name for name, state in overseas_states.all_states().items() if state.ended}
    assert ended == set(overseas_states.all_states()) - left
