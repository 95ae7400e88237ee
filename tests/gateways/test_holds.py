"""Holds at a desk: what is stored, with what the batch itself has held and lifted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.holds import Held, Hold, LiftedHold
from tests.gateways.desks import desk_of

WHY = Reason("16002", {"reason": "召回"})
STORED = Hold(Held.LOT, "L1", "recall", WHY, 0)


def desk_with(*stored: Hold) -> tuple[Desk[Any], list[Collection[str]]]:
    """A desk in a sandbox where these are held, and what was read."""
    read: list[Collection[str]] = []

    def held(kind: Held, keys: Collection[str]) -> Mapping[str, Sequence[Hold]]:
        read.append(keys)
        found = [each for each in stored if each.kind == kind and each.key in keys]
        return {each.key: [other for other in found if other.key == each.key] for each in found}

    desk = desk_of(None)
    desk.circumstances = replace(desk.circumstances, held=held)
    return desk, read


def test_nothing_is_read_where_nothing_was_ever_held() -> None:
    assert desk_of(None).held(Held.LOT, ["L1"]) == {}


def test_nothing_is_read_for_no_key() -> None:
    desk, read = desk_with(STORED)
    assert desk.held(Held.LOT, []) == {} and read == []


def test_what_the_batch_holds_counts_at_once() -> None:
    desk, _ = desk_with(STORED)
    desk.hold(Held.LOT, "L2", "laboratory", WHY)
    assert set(desk.held(Held.LOT, ["L1", "L2", "L3"])) == {"L1", "L2"}
    assert desk.held(Held.GOODS, ["L2"]) == {}


def test_what_the_batch_lifts_is_held_no_more_unless_somebody_else_holds_it() -> None:
    desk, _ = desk_with(STORED, STORED._replace(by="laboratory"))
    desk.lift(Held.LOT, "L1", "recall")
    assert [held.by for held in desk.held(Held.LOT, ["L1"])["L1"]] == ["laboratory"]
    desk.lift(Held.LOT, "L1", "laboratory")
    assert desk.held(Held.LOT, ["L1"]) == {}


def test_what_is_held_and_lifted_in_one_batch_is_not_held() -> None:
    desk, _ = desk_with()
    desk.hold(Held.LOT, "L1", "recall", WHY)
    desk.lift(Held.LOT, "L1", "recall")
    assert (desk.answers.holds, desk.answers.lifted) == ([], [LiftedHold(Held.LOT, "L1", "recall")])


def test_what_is_lifted_and_held_again_in_one_batch_is_held() -> None:
    desk, _ = desk_with(STORED)
    desk.lift(Held.LOT, "L1", "recall")
    desk.hold(Held.LOT, "L1", "recall", WHY)
    assert [held.by for held in desk.held(Held.LOT, ["L1"])["L1"]] == ["recall"]


def test_each_key_is_read_once_in_a_batch_whether_it_is_held_or_not() -> None:
    desk, read = desk_with(STORED)
    for keys in (["L1", "L2"], ["L2", "L3"], ["L1", "L2", "L3"]):
        assert set(desk.held(Held.LOT, keys)) == {"L1"} & set(keys)
    assert list(map(list, read)) == [["L1", "L2"], ["L3"]]
    desk.held(Held.GOODS, ["L1"])
    assert len(read) == 3, "a kind has keys of its own"
