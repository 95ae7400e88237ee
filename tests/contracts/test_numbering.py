"""Numbers are set aside before they are needed: never twice, in little memory, however many sandboxes there are."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from functools import partial

import pytest
from sqlalchemy import Engine

from single_window.store.numbering import FIRST_RESERVATION, ROWS, Exhausted, Numbering
from tests.databases import ON_BOTH

pytestmark = ON_BOTH


def test_numbers_come_in_order_and_never_twice(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    numbering.ensure("a", "list", 10)
    numbering.ensure("a", "list", 25)
    assert [numbering.next_number("a", "list"), *numbering.take("a", "list", 24)] == list(range(1, 26))
    assert [Numbering(engine, 10).last("a", "list")] == [30]


def test_taking_more_than_was_set_aside_takes_nothing(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    numbering.ensure("a", "list", 10)
    with pytest.raises(Exhausted):
        numbering.take("a", "list", 11)
    assert numbering.take("a", "list", 10) == list(range(1, 11))
    with pytest.raises(Exhausted):
        numbering.next_number("a", "list")
    assert numbering.take("a", "list", 0) == []


def test_what_is_set_aside_takes_no_memory_by_its_number(engine: Engine) -> None:
    numbering = Numbering(engine)
    numbering.ensure("a", "list", 1)
    tracemalloc.start()
    try:
        numbering.ensure("a", "list", 5_000_000)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1_000_000


def test_a_step_that_runs_out_of_many_series_sets_aside_as_much_of_the_last_as_of_the_first(engine: Engine) -> None:
    numbering = Numbering(engine)
    names = [f"series {number}" for number in range(12)]

    def step() -> int:
        return len([numbering.next_number("a", name) for name in names])

    assert numbering.retrying(step) == 12
    assert {numbering.last("a", name) for name in names} == {FIRST_RESERVATION}


def test_a_step_that_needs_more_and_more_of_one_series_gets_it(engine: Engine) -> None:
    numbering = Numbering(engine)
    assert (
        numbering.retrying(lambda: len([numbering.next_number("a", "list") for _ in range(5 * FIRST_RESERVATION)]))
        == 5 * FIRST_RESERVATION
    )


def test_a_step_for_many_new_sandboxes_is_run_again_once_for_each_series(engine: Engine) -> None:
    numbering, runs = Numbering(engine), []
    sandboxes = [f"s{number}" for number in range(30)]

    def step() -> int:
        runs.append(1)
        return len([numbering.next_number(sandbox, name) for sandbox in sandboxes for name in ("list", "bill")])

    assert numbering.retrying(step, lambda: sandboxes) == 60
    assert len(runs) == 3


def test_the_first_step_in_a_further_sandbox_is_run_again_once_for_all_series_that_are_in_use(engine: Engine) -> None:
    numbering, runs = Numbering(engine), []
    numbering.ensure(ROWS, "row", 1)
    numbering.next_number(ROWS, "row")

    def step(sandbox: str) -> int:
        runs.append(sandbox)
        return len([numbering.next_number(sandbox, name) for name in ("list", "bill", "entry")])

    for sandbox in ("first", "second", "third"):
        assert numbering.retrying(partial(step, sandbox)) == 3
    assert Counter(runs) == {"first": 4, "second": 2, "third": 2}
    assert numbering.last("third", "row") == 0, "the ids of rows are no series of a sandbox"


def test_series_that_were_not_used_for_longest_are_let_go_and_leave_a_gap(engine: Engine) -> None:
    numbering = Numbering(engine, 10, kept=3)
    numbering.ensure(ROWS, "row", 10)
    for number in range(5):
        numbering.ensure(f"s{number}", "list", 10)
        numbering.next_number(ROWS, "row")
        numbering.refill(1)
    numbering.evict()
    assert [numbering.next_number(ROWS, "row"), numbering.next_number("s4", "list")] == [6, 1]
    with pytest.raises(Exhausted):
        numbering.next_number("s0", "list")
    numbering.ensure("s0", "list", 1)
    assert numbering.next_number("s0", "list") == 11


def test_what_was_used_and_runs_low_is_refilled(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    numbering.ensure("used", "list", 10)
    numbering.ensure("idle", "list", 10)
    numbering.take("used", "list", 9)
    numbering.refill(5)
    assert (len(numbering.take("used", "list", 11)), numbering.last("idle", "list")) == (11, 10)
