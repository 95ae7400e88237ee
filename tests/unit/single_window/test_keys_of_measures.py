"""Each measure about a failed sample or a recall has a key of its own; none is found by trying one after the other."""

from __future__ import annotations

from declarations.lifecycle import OFFICER, all_lifecycles, allowed_transitions
from gateways.spot_checks.acts import MEASURES
from single_window.frame.pages.keys import KEYS, MOVES, OTHERS, keys_help
from tests.tables import each


def test_each_measure_is_chosen_by_a_key_of_its_own() -> None:
    keys = [KEYS.get(action, OTHERS) for action in MEASURES]
    assert OTHERS not in keys and len(set(keys)) == len(MEASURES)
    assert not {*keys} & {*MOVES, "k", "]"}, "a key that moves chooses no act"


@each(
    "kind",
    [
        "spot_check",
        "recall",
        "overseas_case",
        "credit_case",
        "port_case",
        "commerce_case",
        "korea_parcel",
        "open_data_month",
    ],
)
def test_no_two_acts_in_a_state_share_a_key(kind: str) -> None:
    for state in all_lifecycles()[kind].states:
        acts = {step.action for step in allowed_transitions(state, OFFICER, kind)}
        keys = [KEYS.get(action, OTHERS) for action in acts]
        assert len(set(keys)) == len(keys), state


def test_the_help_names_each_measure_beside_its_key() -> None:
    told = dict(keys_help())
    assert [told[KEYS[action]].en.rpartition(", ")[2] for action in ("warn", "delist", "destroy", "order_recall")] == [
        "warn",
        "order to delist",
        "order to destroy",
        "order a recall",
    ]


def test_acts_in_favour_stand_before_those_in_part_and_those_against() -> None:
    keys = list(KEYS.values())
    first_measure = list(KEYS).index("inspect")
    assert keys[:first_measure] == sorted(keys[:first_measure], key="cpd".index)
    assert "c" not in keys[first_measure:]
