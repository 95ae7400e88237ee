"""Overseas stock is reconciled, and refunds are repaid, as tests/specifications/refund/ says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from clean_trade import file_cases

from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue, load
from declarations.refund import overseas, overseas_states
from declarations.refund.lines import InvoiceLineUse
from declarations.refund.repayment import TooMuchReturned, amount_to_repay, make_certificate, uses_to_free
from schemas.receipt_texts import words
from tests.tables import each

OVERSEAS, REPAYMENTS = file_cases("refund/overseas"), file_cases("refund/repayments")


def having(cases: list[Any], key: str) -> list[Any]:
    return [case for case in cases if key in case.values[0]]


def codes_of(reasons: tuple[Any, ...]) -> str:
    for reason in reasons:
        assert "{" not in words(reason.rule, reason.values) + words(reason.rule, reason.values, "en")
    return " ".join(reason.rule for reason in reasons)


def or_none(act: Any) -> str:
    try:
        return str(act())
    except NoValue:
        return "none"


@each("case", having(OVERSEAS, "periods"))
def test_periods_begin_and_end_as_the_table_says(case: dict[str, Any]) -> None:
    def shown(day: str) -> str:
        period = overseas.reconciliation_period_of(date.fromisoformat(day), load())
        return f"{period.since} {period.until}"

    assert {day: or_none(lambda day=day: shown(day)) for day in case["periods"]} == case["periods"]


@each("case", having(OVERSEAS, "finished"))
def test_a_reconciliation_outside_its_period_is_refused(case: dict[str, Any]) -> None:
    assert {
        day: codes_of(overseas.check_timeliness(case["finished"], date.fromisoformat(day), load()))
        for day in case["days"]
    } == case["days"]


@each("case", having(OVERSEAS, "reconcile"))
def test_pre_refunds_are_reconciled_as_the_table_says(case: dict[str, Any]) -> None:
    given = case["reconcile"]
    reconciliation = overseas.reconcile(
        *(scaled_from_text(given[name]) for name in ("pre_refund", "correct", "sold", "qty"))
    )
    assert reconciliation.outcome == case["outcome"]
    assert {name: amount_text(getattr(reconciliation, name)) for name in case["result"]} == case["result"]
    assert reconciliation.reverse == reconciliation.declare + reconciliation.repay + reconciliation.offset
    assert overseas_states.state_after("recon_open", reconciliation.step_name) == case["ends"]
    assert overseas_states.all_states()[case["ends"]].ended
    assert codes_of(reconciliation.working)


@each("case", having(OVERSEAS, "refused"))
def test_sales_that_cannot_be_are_refused(case: dict[str, Any]) -> None:
    for given in case["refused"]:
        with pytest.raises(ValueError):
            overseas.reconcile(*(scaled_from_text(given[name]) for name in ("pre_refund", "correct", "sold", "qty")))


@each("case", having(OVERSEAS, "claim"))
def test_a_pre_refund_is_admitted_as_the_table_says(case: dict[str, Any]) -> None:
    given = case["claim"]

    def shown(day: str) -> str:
        return codes_of(
            overseas.check_admissible(
                given["mode"], given["business"], date.fromisoformat(day), given["overdue"], load()
            )
        )

    assert {day: or_none(lambda day=day: shown(day)) for day in case["on"]} == case["on"]


@each("case", having(OVERSEAS, "steps"))
def test_steps_lead_where_the_table_says(case: dict[str, Any]) -> None:
    for state, when, to in case["steps"]:
        if to:
            assert overseas_states.state_after(state, when) == to
        else:
            with pytest.raises(LookupError, match="possible"):
                overseas_states.state_after(state, when)


def test_every_state_is_reached_and_only_ended_ones_are_final() -> None:
    reached = {step.to for step in overseas_states.all_steps()}
    assert set(overseas_states.all_states()) == reached | {"departed"}
    left = {source for step in overseas_states.all_steps() for source in step.sources}
    ended = {name for name, state in overseas_states.all_states().items() if state.ended}
    assert ended == set(overseas_states.all_states()) - left


@each("case", having(REPAYMENTS, "returns"))
def test_refunds_are_repaid_as_the_table_says(case: dict[str, Any]) -> None:
    already = 0
    for qty, expected in case["returns"]:
        assert (
            amount_text(
                amount_to_repay(
                    scaled_from_text(case["refunded"]), scaled_from_text(case["qty"]), scaled_from_text(qty), already
                )
            )
            == expected
        )
        already += scaled_from_text(qty)


@each("case", having(REPAYMENTS, "refused"))
def test_more_than_was_refunded_cannot_come_back(case: dict[str, Any]) -> None:
    for returned, already in case["refused"]:
        with pytest.raises(TooMuchReturned):
            amount_to_repay(
                scaled_from_text(case["refunded"]),
                scaled_from_text(case["qty"]),
                scaled_from_text(returned),
                scaled_from_text(already),
            )


@each("case", having(REPAYMENTS, "released"))
def test_invoices_are_freed_as_the_table_says(case: dict[str, Any]) -> None:
    taken = [
        InvoiceLineUse(invoice, line, scaled_from_text(qty), scaled_from_text(amount))
        for invoice, line, qty, amount in case["taken"]
    ]
    already = 0
    for qty, expected in case["released"]:
        invoices = uses_to_free(taken, scaled_from_text(qty), already)
        assert [
            f"{invoice.invoice_no}:{invoice.line} {amount_text(invoice.qty)} {amount_text(invoice.amount)}"
            for invoice in invoices
        ] == expected
        already += scaled_from_text(qty)


@each("case", having(REPAYMENTS, "certificates"))
def test_customs_is_notified_that_nothing_is_owed_only_when_nothing_is(case: dict[str, Any]) -> None:
    certificates = [make_certificate(*map(scaled_from_text, given)) for given in case["certificates"].values()]
    assert [codes_of((issued.reason,)) for issued in certificates] == list(case["certificates"])
    assert [issued.reason.rule for issued in certificates if issued.issued] == case["issued"]
