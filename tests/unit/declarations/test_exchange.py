"""Foreign amounts at the customs rate (I15, reading 8)."""

from __future__ import annotations

from datetime import date

import pytest

from declarations import parameters
from declarations.exchange import convert_to_yuan
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import UnknownParameter

LAW = parameters.load()
DAY = date(2026, 6, 1)


def test_i15_usd_58_90_at_7_1795():
    conversion = convert_to_yuan(scaled_from_text("58.90"), "USD", DAY, LAW)
    assert (amount_text(conversion.amount), conversion.parameter_ids) == ("422.87", ("exchange.usd@2010-01-01",))


def test_half_a_fen_rounds_up():
    assert amount_text(convert_to_yuan(scaled_from_text("0.50"), "HKD", DAY, LAW).amount) == "0.46"
    assert amount_text(convert_to_yuan(scaled_from_text("0.125"), "HKD", DAY, LAW).amount) == "0.12"
    assert amount_text(convert_to_yuan(scaled_from_text("10.00"), "JPY", DAY, LAW).amount) == "0.48"
    assert amount_text(convert_to_yuan(scaled_from_text("5.00"), "KRW", DAY, LAW).amount) == "0.03"


def test_a_currency_without_rates_is_refused():
    with pytest.raises(UnknownParameter, match=r"exchange\.xau"):
        convert_to_yuan(scaled_from_text("1"), "XAU", DAY, LAW)
