"""Whatever is done to it, in any order, a life stays on its table."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from declarations.lifecycle import ACTORS, NotAllowed, all_lifecycles, allowed_transitions, transition_of

ACTIONS = sorted({step.action for lifecycle in all_lifecycles().values() for step in lifecycle.transitions})


class Life(RuleBasedStateMachine):
    """One life of any kind: actors try any action; the table says which succeed."""

    @initialize(name=st.sampled_from(sorted(all_lifecycles())), data=st.data())
    def begin(self, name: str, data: st.DataObject) -> None:
        self.lifecycle = all_lifecycles()[name]
        self.here = data.draw(st.sampled_from(self.lifecycle.start))

    @rule(action=st.sampled_from(ACTIONS))
    def try_anything(self, action: str) -> None:
        listed = [step for step in self.lifecycle.transitions if step.action == action and self.here in step.sources]
        if listed:
            assert transition_of(self.here, action, self.lifecycle.name) is listed[0]
            self.here = listed[0].to
        else:
            with pytest.raises(NotAllowed):
                transition_of(self.here, action, self.lifecycle.name)

    @rule(data=st.data())
    def do_something_allowed(self, data: st.DataObject) -> None:
        steps = allowed_transitions(self.here, lifecycle=self.lifecycle.name)
        if steps:
            self.here = transition_of(self.here, data.draw(st.sampled_from(steps)).action, self.lifecycle.name).to

    @invariant()
    def the_state_is_of_the_table(self) -> None:
        assert self.here in self.lifecycle.states

    @invariant()
    def allowed_agrees_with_move(self) -> None:
        steps = allowed_transitions(self.here, lifecycle=self.lifecycle.name)
        assert all(transition_of(self.here, step.action, self.lifecycle.name) is step for step in steps)
        assert bool(steps) != self.lifecycle.states[self.here].final
        by_actor = {step for actor in ACTORS for step in allowed_transitions(self.here, actor, self.lifecycle.name)}
        assert by_actor == set(steps)

    @invariant()
    def what_is_released_stays_released(self) -> None:
        if self.lifecycle.name == "declaration" and self.here == "released":
            assert [step.action for step in allowed_transitions(self.here)] == ["close"]


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
