"""Customs exchange rates imported into a sandbox, and the dated values made from them.

A row is the rate of one currency in one month, fixed on a day of the month before (`fixing_day_of`). From the first
imported month of a currency on, only imported months have a rate; before it the package's rates apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.confidence import CONFIDENCE_CODES, Confidence
from declarations.forex.rates import customs_code_of, fixing_day_of, letters_of, round_minor_rate
from declarations.parameters import Parameter, Parameters, UnknownParameter, Value
from declarations.rows import Cells

PREFIX = "exchange."
UNIT = "CNY/1 of currency"
MAX_RATE = Decimal(1_000_000)
ALLOWED_VALUES: Mapping[str, str] = {
    "currency": "a currency but yuan, by its letters or its customs code, such as USD or 502",
    "month": "the month in which the rate applies, such as 2026-07; later than the first rate of the package",
    "rate": "yuan for one of the currency, such as 7.1795: above 0 after rounding to the decimals of the rule (four)",
    "source": "1 to 250 characters: where the rate was published",
    "fixed_on": "nothing, or the day that fixes the rates of the month: the third Wednesday of the month before, or "
    "the fourth where that is a holiday",
    "confidence": "nothing (C), or " + " | ".join(CONFIDENCE_CODES),
}
"""Column → description of its allowed values."""
OPTIONAL_COLUMNS = ("fixed_on", "confidence")
_LETTERS = re.compile(r"[A-Z]{3}", re.ASCII)
_MONTH = "[0-9]{4}-(0[1-9]|1[0-2])"
_RATE = r"[0-9]{1,7}(\.[0-9]{1,8})?"


class ExchangeRate(NamedTuple):
    """The rate in yuan of a currency (letters) in a month (its first day), and the day that fixed it."""

    currency: str
    month: date
    rate: Decimal
    fixed_on: date
    source: str
    confidence: Confidence


def parse_row(texts: Mapping[str, str], place: str, parameters: Parameters) -> ExchangeRate:
    """Parse a row, given as texts by column; the rate is rounded by the rule of its month. Raises `BadRow`."""
    cells = Cells(texts, place, ALLOWED_VALUES)
    currency = letters_of(texts["currency"].upper())
    cells.demand(bool(_LETTERS.fullmatch(currency)) and currency != "CNY", "currency")
    month = date.fromisoformat(cells.text_matching("month", _MONTH) + "-01")
    cells.demand(month > _first_month(currency, parameters), "month")
    rate = round_minor_rate(Decimal(cells.text_matching("rate", _RATE)), month, parameters)
    cells.demand(0 < rate <= MAX_RATE, "rate")
    fixing = fixing_day_of(month, parameters).day
    if texts["fixed_on"] not in ("", fixing.isoformat()):
        cells.refuse("fixed_on", f"{fixing}, the day that fixes the rates of {texts['month']}, or nothing")
    source = cells.text_matching("source", r"(?s).{1,250}")
    return ExchangeRate(currency, month, rate, fixing, source, cells.confidence(Confidence.CONFIRMED))


def law_with(rows: Iterable[ExchangeRate], base: Parameters) -> Parameters:
    """Return a copy of `base` with the imported rates: one dated value for each month."""
    ordered = sorted(rows)
    return base.with_parameters(
        [
            _make_parameter(currency, tuple(of_currency), base)
            for currency, of_currency in groupby(ordered, key=lambda row: row.currency)
        ]
    )


def _first_month(currency: str, law: Parameters) -> date:
    """The first day with a rate in the package; that rate is never replaced, because decisions may refer to it."""
    try:
        return law.parameter(PREFIX + currency.lower()).values[0].since
    except UnknownParameter:
        return date.min


def _make_parameter(currency: str, rows: tuple[ExchangeRate, ...], base: Parameters) -> Parameter:
    name, first = PREFIX + currency.lower(), rows[0].month
    try:
        parameter = base.parameter(name)
    except UnknownParameter:
        code = customs_code_of(currency)
        parameter = Parameter(name, f"海关汇率：{currency}（{code}）", f"Customs exchange rate: {currency}", UNIT, ())
    return replace(
        parameter, values=(*_value_before(first, parameter.values), *[_make_value(name, row) for row in rows])
    )


def _value_before(first: date, values: Iterable[Value]) -> Iterable[Value]:
    last = first - timedelta(days=1)
    for value in values:
        if value.since <= last:
            yield replace(value, until=min(value.until or last, last))


def _make_value(name: str, row: ExchangeRate) -> Value:
    last = months_after(row.month, 1) - timedelta(days=1)
    # the fixing day is part of the source, so that it is shown wherever the source is
    return Value(name, row.month, last, row.rate, f"{row.source}（{row.fixed_on} 取值）", row.confidence, row.fixed_on)
