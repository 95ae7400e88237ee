"""Numbers are set aside before they are needed: never twice, in little memory, however many sandboxes there are."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress

from sqlalchemy import Engine

from single_window.store.engine import writing
from single_window.store.numbering import ROWS, Numbering
from tests.databases import ON_BOTH

pytestmark = ON_BOTH


def test_numbers_come_in_order_and_never_twice(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    numbering.ensure("a", "list", 10)
    numbering.ensure("a", "list", 25)
    assert [numbering.next_number("a", "list"), *numbering.take("a", "list", 24)] == list(range(1, 26))
    assert [Numbering(engine, 10).last("a", "list")] == [30]


def test_what_was_not_set_aside_is_had_when_it_is_needed(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    numbering.ensure("a", "list", 10)
    assert numbering.take("a", "list", 25) == list(range(1, 26))
    assert numbering.take("a", "list", 0) == []
    assert numbering.next_number("a", "summary") == 1
    assert [numbering.last("a", name) for name in ("list", "summary")] == [30, 10]


def test_a_transaction_gets_numbers_that_nobody_else_is_given(engine: Engine) -> None:
    numbering, other = Numbering(engine, 10), Numbering(engine, 10)
    with writing(engine):
        own = numbering.take("a", "list", 25)
    given = [*own, *other.take("a", "list", 25), *numbering.take("a", "list", 25)]
    assert len(set(given)) == 75
    assert own == list(range(1, 26))


def test_numbers_of_a_transaction_that_is_rolled_back_are_not_used_twice(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    kept = numbering.take("a", "list", 4)
    with suppress(ZeroDivisionError), writing(engine):
        numbering.take("a", "list", 20)
        raise ZeroDivisionError
    following = [*numbering.take("a", "list", 20), *Numbering(engine, 10).take("a", "list", 20)]
    with writing(engine):
        following += numbering.take("a", "list", 20)
    assert len({*kept, *following}) == 64


def test_what_a_transaction_set_aside_and_did_not_use_is_used_after_it(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    with writing(engine):
        assert numbering.next_number("a", "list") == 1
    assert numbering.take("a", "list", 9) == list(range(2, 11))


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


def test_the_first_trade_in_a_further_sandbox_sets_all_series_aside_that_are_in_use(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    numbering.next_number(ROWS, "row")
    assert [numbering.next_number("first", name) for name in ("list", "summary", "entry")] == [1, 1, 1]
    numbering.next_number("second", "list")
    assert [numbering.last("second", name) for name in ("list", "summary", "entry", "row")] == [10, 10, 10, 0]


def test_series_that_were_not_used_for_longest_are_let_go_and_leave_a_gap(engine: Engine) -> None:
    numbering = Numbering(engine, 10, kept=3)
    numbering.ensure(ROWS, "row", 10)
    for number in range(5):
        numbering.ensure(f"s{number}", "list", 10)
        numbering.next_number(ROWS, "row")
        numbering.refill(1)
    numbering.evict()
    assert [numbering.next_number(ROWS, "row"), numbering.next_number("s4", "list")] == [6, 1]
    assert numbering.next_number("s0", "list") == 11


def test_what_was_used_and_runs_low_is_refilled(engine: Engine) -> None:
    numbering = Numbering(engine, 10)
    numbering.ensure("used", "list", 10)
    numbering.ensure("idle", "list", 10)
    numbering.take("used", "list", 9)
    numbering.refill(5)
    assert (len(numbering.take("used", "list", 11)), numbering.last("idle", "list")) == (11, 10)
