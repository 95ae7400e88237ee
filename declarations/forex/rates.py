"""Exchange rates of a day, the day that fixes the rates of a month, and conversion to yuan and US dollars.

The customs rates of a month are those of the third Wednesday of the month before, or of the fourth if that is a
holiday; those of minor currencies have four decimals.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from declarations.exchange import YuanAmount, convert_to_yuan
from declarations.export.value import CURRENCY_LETTERS, YUAN
from declarations.money import MAX_AMOUNT, SCALE, Scaled, decimal_of, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters, UnknownParameter
from declarations.parameters.tables.settlement import RateFixing
from declarations.working_days import is_published, is_working_day

_WEEK = 7
_CODES = {name.upper(): code for code, name in CURRENCY_LETTERS.items()}


class NoExchangeRate(NoValue):
    """Raised if a currency has no rate on a day."""

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(f"exchange.{letters_of(currency).lower()}", day)
        self.args = (
            f"no rate of {currency} on {day}: import the rate of {day:%Y-%m} (single-window import "
            "exchange_rates) or add a [[value]] to declarations/parameters/exchange",
        )
        self.currency = currency


class Fixing(NamedTuple):
    """The day whose rates apply in a month; `provisional`: the holidays of its year are not published yet."""

    day: date
    provisional: bool
    parameter_ids: tuple[str, ...]


def fixing_day_of(day: date, parameters: Parameters) -> Fixing:
    """Return the fixing day for the month that contains `day`; it lies in the month before."""
    value = parameters.on("forex.fixing", day)
    rule = value.table_as(RateFixing)
    month_before = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    fixing = _nth_weekday(month_before, rule.weekday, rule.ordinal)
    if not is_working_day(fixing):
        fixing = _nth_weekday(month_before, rule.weekday, rule.otherwise)
    return Fixing(fixing, not is_published(fixing.year), (value.id,))


def round_minor_rate(rate: Decimal, day: date, parameters: Parameters) -> Decimal:
    """Return the published rate of a minor currency: rounded half up to the rule's number of decimals (four)."""
    decimals = parameters.on("forex.fixing", day).table_as(RateFixing).decimals
    return rate.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def letters_of(currency: str) -> str:
    """Return the letters of a currency given by letters or customs code: "502" → "USD", "142" → "CNY"."""
    return "CNY" if currency == YUAN else CURRENCY_LETTERS.get(currency, currency).upper()


def customs_code_of(currency: str) -> str:
    """Return the customs code of a currency given by letters or code; its letters if it has no code."""
    name = letters_of(currency)
    return YUAN if name == "CNY" else _CODES.get(name, name)


def convert_at_rate_of_day(amount: Scaled, currency: str, day: date, parameters: Parameters) -> YuanAmount:
    """Return round2(amount × rate of the day), with the rate; raises `NoExchangeRate`, or `OverflowError` if the result
    cannot be stored."""
    rate, parameter_ids = rate_of(currency, day, parameters)
    if decimal_of(amount) * rate > MAX_AMOUNT:
        raise OverflowError(f"{decimal_of(amount)} {letters_of(currency)} in yuan is above {MAX_AMOUNT}")
    if not parameter_ids:
        return YuanAmount(scaled_of(round_to_fen(decimal_of(amount))), rate, parameter_ids)
    return convert_to_yuan(amount, letters_of(currency), day, parameters)


def convert_to_dollars(amount: Scaled, currency: str, day: date, parameters: Parameters) -> Decimal:
    """Return an amount in US dollars at the day's rates, not rounded, for comparison. Raises `NoExchangeRate`."""
    if letters_of(currency) == "USD":
        return decimal_of(amount)
    return decimal_of(amount) * rate_of(currency, day, parameters)[0] / rate_of("USD", day, parameters)[0]


def scaled_dollars(dollars: Decimal) -> Scaled:
    """Return dollars rounded to cents, as a scaled integer; totals are sums of these."""
    return int(round_to_fen(dollars) * SCALE)


def rate_of(currency: str, day: date, parameters: Parameters) -> tuple[Decimal, tuple[str, ...]]:
    """Return the rate of a currency in yuan on a day, with the ids of the dated values; raises `NoExchangeRate`."""
    name = letters_of(currency)
    if name == "CNY":
        return Decimal(1), ()
    try:
        value = parameters.on(f"exchange.{name.lower()}", day)
    except (UnknownParameter, NoValue):
        raise NoExchangeRate(currency, day) from None
    return value.amount, (value.id,)


def _nth_weekday(month: date, weekday: int, ordinal: int) -> date:
    """The `ordinal`-th day of a month (its first day) that is this weekday (1: Monday)."""
    return month + timedelta(days=(weekday - month.isoweekday()) % _WEEK + _WEEK * (ordinal - 1))
