"""Foreign amounts at the customs rate (I15, reading 8)."""

from __future__ import annotations

from datetime import date

import pytest

from declarations import parameters
from declarations.exchange import convert
from declarations.money import plain, scale
from declarations.parameters import UnknownParameter

LAW = parameters.load()
DAY = date(2026, 6, 1)


def test_i15_usd_58_90_at_7_1795():
    conversion = convert(scale("58.90"), "USD", DAY, LAW)
    assert (plain(conversion.amount), conversion.parameters) == ("422.87", ("exchange.usd@2010-01-01",))


def test_half_a_fen_rounds_up():
    assert plain(convert(scale("0.50"), "HKD", DAY, LAW).amount) == "0.46"
    assert plain(convert(scale("0.125"), "HKD", DAY, LAW).amount) == "0.12"
    assert plain(convert(scale("10.00"), "JPY", DAY, LAW).amount) == "0.48"
    assert plain(convert(scale("5.00"), "KRW", DAY, LAW).amount) == "0.03"


def test_a_currency_without_rates_is_refused():
    with pytest.raises(UnknownParameter, match=r"exchange\.xau"):
        convert(scale("1"), "XAU", DAY, LAW)
