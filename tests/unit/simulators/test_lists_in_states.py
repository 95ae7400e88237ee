"""The table of what can be done to lists in every state is whole: no state, act of an officer or message is missing."""

from __future__ import annotations

from collections import Counter

from declarations.lifecycle import OFFICER, all_lifecycles, allowed_transitions
from simulators.probes.brought_lists import OF_LISTS, WAYS, is_message
from simulators.probes.lists_in_states import STAGED_ONLY, table

ASKED = {"asked": "suspended"}
"""States of the table that are one state of the lifecycle, with an open question."""
NOT_BROUGHT = {"sent", "failed", "concluded"}
"""States in which no list stays: what leads to them goes on at once."""
REQUESTS = {"import": {"623", "625"}, "export": {"605", "213"}}


def test_every_state_in_which_a_list_stays_is_tried() -> None:
    tried = {ASKED.get(state, state) for ways in WAYS.values() for state in ways}
    assert tried == set(all_lifecycles()["declaration"].states) - NOT_BROUGHT


def test_each_row_stands_once_and_each_message_is_tried_in_each_state() -> None:
    assert not [row for row, times in Counter(row[:3] for row in table()).items() if times > 1]
    for flow, ways in WAYS.items():
        for state in ways:
            tried = {row.act for row in table() if (row.flow, row.state) == (flow, state)}
            assert tried >= OF_LISTS.keys()
            assert tried >= REQUESTS[flow] or state in STAGED_ONLY


def test_officers_are_allowed_what_the_lifecycle_allows_them() -> None:
    for row in table():
        if not is_message(row.act):
            steps = allowed_transitions(ASKED.get(row.state, row.state), OFFICER, flow=row.flow[0].upper())
            assert row.act in {step.action for step in steps}, row
