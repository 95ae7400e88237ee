"""Each measure about a failed sample has a key of its own; none is found by trying one after the other."""

from __future__ import annotations

from declarations.lifecycle import OFFICER, all_lifecycles, allowed_transitions
from gateways.spot_checks.acts import MEASURES
from single_window.frame.pages.keys import KEYS, MOVES, OTHERS, keys_help


def test_each_measure_is_chosen_by_a_key_of_its_own() -> None:
    keys = [KEYS.get(action, OTHERS) for action in MEASURES]
    assert OTHERS not in keys and len(set(keys)) == len(MEASURES)
    assert not {*keys} & {*MOVES, "k", "]"}, "a key that moves chooses no act"


def test_no_two_acts_about_a_sample_share_a_key() -> None:
    for state in all_lifecycles()["spot_check"].states:
        acts = {step.action for step in allowed_transitions(state, OFFICER, "spot_check")}
        keys = [KEYS[action] for action in acts if action in KEYS]
        assert len(set(keys)) == len(keys), state


def test_the_help_names_each_measure_beside_its_key() -> None:
    told = dict(keys_help())
    assert [told[KEYS[action]].en.rpartition(", ")[2] for action in ("warn", "delist", "destroy", "order_recall")] == [
        "warn",
        "order to delist",
        "order to destroy",
        "order a recall",
    ]
