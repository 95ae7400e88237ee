"""Overseas stock is reconciled, and refunds are repaid, as known_answers/refund/ says."""

from __future__ import annotations

from known import known

from declarations.refund import overseas_states
from single_window.known_answers.checking import mistakes
from single_window.known_answers.rows import KnownRow
from tests.tables import each


@each("row", known("overseas stock"))
def test_periods_begin_and_end_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("overseas stock", row) == []


@each("row", known("reconciliations"))
def test_pre_refunds_are_reconciled_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("reconciliations", row) == []


@each("row", known("impossible sales"))
def test_sales_that_cannot_be_are_refused(row: KnownRow) -> None:
    assert mistakes("impossible sales", row) == []


def test_every_state_is_reached_and_only_ended_ones_are_final() -> None:
    reached = {step.to for step in overseas_states.all_steps()}
    assert set(overseas_states.all_states()) == reached | {"departed"}
    left = {source for step in overseas_states.all_steps() for source in step.sources}
    ended = {name for name, state in overseas_states.all_states().items() if state.ended}
    assert ended == set(overseas_states.all_states()) - left


@each("row", known("repayments"))
def test_refunds_are_repaid_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("repayments", row) == []


@each("row", known("freed invoices"))
def test_invoices_are_freed_as_the_table_says(row: KnownRow) -> None:
    assert mistakes("freed invoices", row) == []


@each("row", known("certificates"))
def test_customs_is_notified_that_nothing_is_owed_only_when_nothing_is(row: KnownRow) -> None:
    assert mistakes("certificates", row) == []
