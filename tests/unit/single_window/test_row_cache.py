"""What gateways remember between batches is bounded for all sandboxes together."""

from __future__ import annotations

from single_window.work.gateway_runner import RowCache


def test_rows_stay_from_batch_to_batch() -> None:
    remembered = RowCache(10)
    remembered.of("a")["bills"] = {1: "one"}
    remembered.evict()
    assert remembered.of("a") == {"bills": {1: "one"}}


def test_of_too_many_rows_those_of_the_sandboxes_go_that_were_not_used_for_longest() -> None:
    remembered = RowCache(10)
    for sandbox in ("a", "b", "c"):
        remembered.of(sandbox)["bills"] = dict.fromkeys(range(3))
    remembered.of("a")
    remembered.evict()
    assert (remembered.of("b"), len(remembered.of("a")["bills"]), len(remembered.of("c")["bills"])) == ({}, 3, 3)


def test_many_sandboxes_of_no_rows_are_let_go_too() -> None:
    remembered = RowCache(10)
    for number in range(500):
        remembered.of(f"s{number}")
        remembered.evict()
    assert len(remembered) <= 10


def test_of_too_many_sandboxes_those_go_that_were_not_used_for_longest_however_few_their_rows() -> None:
    remembered = RowCache(1_000, sandboxes=2)
    for sandbox in ("a", "b", "a", "c"):
        remembered.of(sandbox)["bills"] = {1: sandbox}
    remembered.evict()
    assert len(remembered) == 4
    assert [remembered.of(sandbox) for sandbox in ("a", "b", "c")] == [{"bills": {1: "a"}}, {}, {"bills": {1: "c"}}]
