"""What refunds of consumption tax and FOB in yuan refuse by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from declarations.forex.rates import NoExchangeRate
from declarations.goods.register import CONSUMPTION
from declarations.money import AmountTooLarge, scaled_from_text
from declarations.parameters import Parameters, load
from declarations.parameters.values import Parameter, UnknownParameter, Value
from declarations.refund import yuan
from declarations.refund.consumption import calculate_consumption_refund
from tests.tables import each


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
