"""Exchange rates of a day, the day that fixes the rates of a month, and conversion to yuan and US dollars.

The customs rates of a month are those of the third Wednesday of the month before, or of the fourth if that is a
holiday; those of minor currencies have four decimals.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from declarations.exchange import Converted, convert
from declarations.export.value import LETTERS, YUAN
from declarations.money import MAX_AMOUNT, SCALE, Scaled, decimal, scaled, to_fen
from declarations.parameters import NoValue, Parameters, UnknownParameter
from declarations.parameters.tables.settlement import RateFixing
from declarations.working_days import is_published, is_working_day

_WEEK = 7
_CODES = {name.upper(): code for code, name in LETTERS.items()}


class NoExchangeRate(NoValue):
    """Raised if a currency has no rate on a day."""

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(f"exchange.{letters(currency).lower()}", day)
        self.args = (
            f"no rate of {currency} on {day}: import the rate of {day:%Y-%m} (single-window import "
            "exchange_rates) or add a [[value]] to declarations/parameters/exchange",
        )
        self.currency = currency


class Fixing(NamedTuple):
    """The day whose rates apply in a month; `provisional`: the holidays of its year are not published yet."""

    day: date
    provisional: bool
    parameters: tuple[str, ...]


def fixing_day(month: date, parameters: Parameters) -> Fixing:
    """Return the day, in the month before, that fixes the rates of the month of a day."""
    value = parameters.on("forex.fixing", month)
    rule = value.read(RateFixing)
    before = (month.replace(day=1) - timedelta(days=1)).replace(day=1)
    fixing = _nth(before, rule.weekday, rule.ordinal)
    if not is_working_day(fixing):
        fixing = _nth(before, rule.weekday, rule.otherwise)
    return Fixing(fixing, not is_published(fixing.year), (value.id,))


def minor_rate(rate: Decimal, day: date, parameters: Parameters) -> Decimal:
    """Return the published rate of a minor currency: rounded half up to the rule's number of decimals (four)."""
    decimals = parameters.on("forex.fixing", day).read(RateFixing).decimals
    return rate.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def letters(currency: str) -> str:
    """Return the letters of a currency given by letters or customs code: "502" → "USD", "142" → "CNY"."""
    return "CNY" if currency == YUAN else LETTERS.get(currency, currency).upper()


def customs_code(currency: str) -> str:
    """Return the customs code of a currency given by letters or code; its letters if it has no code."""
    name = letters(currency)
    return YUAN if name == "CNY" else _CODES.get(name, name)


def in_yuan(amount: Scaled, currency: str, day: date, parameters: Parameters) -> Converted:
    """Return round2(amount × rate of the day), with the rate; raises `NoExchangeRate`, or `OverflowError` if the result
    cannot be stored."""
    rate, used = rate_of(currency, day, parameters)
    if decimal(amount) * rate > MAX_AMOUNT:
        raise OverflowError(f"{decimal(amount)} {letters(currency)} in yuan is above {MAX_AMOUNT}")
    if not used:
        return Converted(scaled(to_fen(decimal(amount))), rate, used)
    return convert(amount, letters(currency), day, parameters)


def in_dollars(amount: Scaled, currency: str, day: date, parameters: Parameters) -> Decimal:
    """Return an amount in US dollars at the day's rates, not rounded, for comparison. Raises `NoExchangeRate`."""
    if letters(currency) == "USD":
        return decimal(amount)
    return decimal(amount) * rate_of(currency, day, parameters)[0] / rate_of("USD", day, parameters)[0]


def scaled_dollars(dollars: Decimal) -> Scaled:
    """Return dollars rounded to cents and scaled, as added to totals."""
    return int(to_fen(dollars) * SCALE)


def rate_of(currency: str, day: date, parameters: Parameters) -> tuple[Decimal, tuple[str, ...]]:
    """Return the rate of a currency in yuan on a day, with the ids of the dated values; raises `NoExchangeRate`."""
    name = letters(currency)
    if name == "CNY":
        return Decimal(1), ()
    try:
        value = parameters.on(f"exchange.{name.lower()}", day)
    except (UnknownParameter, NoValue):
        raise NoExchangeRate(currency, day) from None
    return value.amount, (value.id,)


def _nth(month: date, weekday: int, ordinal: int) -> date:
    """The `ordinal`-th day of a month (its first day) that is this weekday (1: Monday)."""
    return month + timedelta(days=(weekday - month.isoweekday()) % _WEEK + _WEEK * (ordinal - 1))
