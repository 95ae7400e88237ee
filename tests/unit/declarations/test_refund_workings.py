"""Amounts of refunds come to what tests/specifications/refund/ says, to the fen; every working has words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from clean_trade import file_cases

from declarations.forex.rates import NoExchangeRate
from declarations.goods.register import CONSUMPTION
from declarations.money import AmountTooLarge, amount_text, scaled_from_text
from declarations.parameters import NoValue, Parameters, load
from declarations.parameters.values import Parameter, UnknownParameter, Value
from declarations.reasons import Reason
from declarations.refund import yuan
from declarations.refund.consumption import calculate_consumption_refund, refund_of_link
from declarations.refund.lines import ItemFacts, ItemUse, LinkedLines
from declarations.refund.manufacturer import ExportShare, VatReturn, calculate_period, faults_of
from declarations.refund.trader import calculate_refund
from schemas.receipt_texts import words
from tests.tables import each

MANUFACTURERS = file_cases("refund/manufacturers")


def all_have_words(reasons: tuple[Reason, ...]) -> None:
    for reason in reasons:
        for language in ("zh", "en"):
            assert "{" not in words(reason.rule, reason.values, language)


TRADERS = file_cases("refund/traders")


@each("case", [case for case in TRADERS if "base" in case.values[0]])
def test_traders_get_what_the_table_says(case: dict[str, Any]) -> None:
    base, levy, table = scaled_from_text(case["base"]), Decimal(case["levy"]), Decimal(case["table"])
    litres = scaled_from_text(case["litres"]) if "litres" in case else None
    if "missing" in case:
        with pytest.raises(NoValue, match=case["missing"]):
            calculate_consumption_refund(case["goods"], base, litres, case["on"], load())
        return
    special = (
        calculate_consumption_refund(case["goods"], base, litres, case["on"], load(), "L") if "goods" in case else None
    )
    amounts = calculate_refund(base, levy, table, special, "L", ("refund.rates/6109100010@2019-04-01",))
    assert (amount_text(amounts.refund), amount_text(amounts.cost), amount_text(amounts.consumption)) == (
        case["refund"],
        case["cost"],
        case.get("consumption", "0.00"),
    )
    assert amounts.total == amounts.refund + amounts.consumption
    assert case.get("used", "") in (*amounts.working[-1].parameter_ids, "")
    assert [reason.rule for reason in amounts.working] == case.get(
        "codes", ["20300", "20301"] + ["20310"] * ("goods" in case)
    )
    all_have_words(amounts.working)


@each("case", [case for case in TRADERS if "bottles" in case.values[0]])
def test_a_link_gets_consumption_tax_back_where_it_is_certified(case: dict[str, Any]) -> None:
    given, qty = case["bottles"], scaled_from_text("600")
    item = ItemFacts(
        "422720260000000123003",
        "2208200010",
        given["unit"],
        qty,
        given["unit2"],
        scaled_from_text(given["litres"] or "0"),
        0,
        0,
        "USD",
        qty,
    )
    link = LinkedLines(
        "L",
        item.hs10,
        given["unit"],
        qty,
        (),
        (),
        scaled_from_text("30000"),
        Decimal("0.13"),
        (),
        given["certified"],
        item_uses=(ItemUse(item.item_no, qty),),
    )
    result = refund_of_link(link, given["goods"], {item.item_no: item}, date(2026, 6, 1), load())
    assert ("none" if result is None else amount_text(result.amount)) == case["consumption"]
    if result is not None:
        assert [result.working.rule] == case.get("codes", ["20310"])
        all_have_words((result.working,))


def test_consumption_tax_of_other_goods_and_other_methods_is_refused_by_name() -> None:
    with pytest.raises(UnknownParameter, match=r"refund\.consumption\.tobacco"):
        calculate_consumption_refund("tobacco", 1, None, date(2026, 6, 1), load())
    strange = book("refund.consumption.wine", "table", {date(2006, 4, 1): {"method": "by_colour"}})
    with pytest.raises(LookupError, match="by_colour"):
        calculate_consumption_refund("wine", 1, None, date(2026, 6, 1), strange)


@each("kind", sorted(filter(None, CONSUMPTION)))
def test_every_kind_of_goods_under_consumption_tax_has_a_domestic_rate(kind: str) -> None:
    refunded = calculate_consumption_refund(
        kind, scaled_from_text("1000"), scaled_from_text("100"), date(2026, 6, 1), load()
    ).amount
    taxed_in_retail = kind == "jewellery5"  # nothing was paid before export
    assert (refunded == 0) if taxed_in_retail else (refunded > 0)


def parts(case: dict[str, Any]) -> list[ExportShare]:
    return [
        ExportShare(scaled_from_text(part["exports"]), Decimal(part["levy"]), Decimal(part["rate"]))
        for part in case["parts"]
    ]


def period(case: dict[str, Any]) -> VatReturn:
    return VatReturn(*(scaled_from_text(case.get(name, "0")) for name in VatReturn._fields))


@each("case", [case for case in MANUFACTURERS if "result" in case.values[0]])
def test_manufacturers_get_what_the_table_says(case: dict[str, Any]) -> None:
    assert not faults_of(parts(case), period(case))
    amounts = calculate_period(parts(case), period(case))
    assert {name: amount_text(getattr(amounts, name)) for name in case["result"]} == case["result"]
    all_have_words(amounts.working)


@each("case", [case for case in MANUFACTURERS if "faults" in case.values[0]])
def test_what_cannot_be_reckoned_is_refused_with_reasons(case: dict[str, Any]) -> None:
    reasons = faults_of(parts(case), period(case))
    assert [f"{fault.rule} {fault.values.get('name', '')}".strip() for fault in reasons] == case["faults"]
    all_have_words(reasons)


@each("case", [case for case in MANUFACTURERS if "fx" in case.values[0]])
def test_an_fob_becomes_yuan_as_the_table_says(case: dict[str, Any]) -> None:
    given, parameters = case["fx"], load()
    if "rates" in case:
        parameters = book(
            "exchange.usd",
            "CNY/1 of currency",
            {date.fromisoformat(day): Decimal(rate) for day, rate in case["rates"].items()},
            {"method": case.get("method", "first_working_day"), "fixed_months": 12},
        )
    if "missing" in case:
        with pytest.raises(NoExchangeRate, match=case["missing"]):
            yuan.convert_fob(scaled_from_text(given["fob"]), given["currency"], given["on"], parameters)
        return
    conversion = yuan.convert_fob(scaled_from_text(given["fob"]), given["currency"], given["on"], parameters)
    assert amount_text(conversion.amount) == case["yuan"]
    assert list(conversion.parameter_ids) == case.get("used", list(conversion.parameter_ids))


def test_a_currency_without_rates_and_a_strange_method_are_refused_by_name() -> None:
    with pytest.raises(NoExchangeRate, match="no rate of XAU on 2026-06-01"):
        yuan.convert_fob(1, "XAU", date(2026, 6, 1), load())
    with pytest.raises(AmountTooLarge):
        yuan.convert_fob(scaled_from_text("92233720368547"), "USD", date(2026, 6, 1), load())
    with pytest.raises(LookupError, match="by_moon"):
        yuan.convert_fob(
            1, "USD", date(2026, 6, 1), book("exchange.usd", "rate", {}, {"method": "by_moon", "fixed_months": 12})
        )


def book(name: str, unit: str, values: dict[date, Any], fx: dict[str, Any] | None = None) -> Parameters:
    """A law book with the values of one parameter, and a method for the day of a rate."""
    made = [
        Parameter(
            name,
            name,
            name,
            unit,
            tuple(Value(name, day, None, amount, "test", "I") for day, amount in sorted(values.items())),
        )
    ]
    if fx is not None:
        made.append(
            Parameter("refund.fx", "fx", "fx", "table", (Value("refund.fx", date(1, 1, 1), None, fx, "test", "I"),))
        )
    return Parameters(made)
