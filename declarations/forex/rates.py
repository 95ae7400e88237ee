"""Rates of a day: which day fixes those of a month, and amounts in yuan and in dollars. What has no rate is named.

The customs rates of a month are those of the third Wednesday of the month before, of the fourth where that is a
holiday; of minor currencies to four decimals.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from declarations.exchange import Converted, convert
from declarations.export.value import LETTERS, YUAN
from declarations.money import LARGEST, SCALE, Scaled, decimal, scaled, to_fen
from declarations.parameters import NoValue, Parameters, UnknownParameter
from declarations.parameters.tables.settlement import RateFixing
from declarations.working_days import is_published, is_working_day

_WEEK = 7
_CODES = {name.upper(): code for code, name in LETTERS.items()}


class NoExchangeRate(NoValue):
    """A currency has no rate on a day: what is in it cannot be judged."""

    def __init__(self, currency: str, day: date) -> None:
        super().__init__(f"exchange.{letters(currency).lower()}", day)
        self.args = (
            f"no rate of {currency} on {day}: import the rate of {day:%Y-%m} (single-window import "
            "exchange_rates) or add a [[value]] to declarations/parameters/exchange",
        )
        self.currency = currency


class Fixing(NamedTuple):
    """The day whose rates hold in a month; `provisional`: the holidays of its year are not published."""

    day: date
    provisional: bool
    parameters: tuple[str, ...]


def fixing_day(month: date, parameters: Parameters) -> Fixing:
    """The day of the month before that fixes the rates of the month in which a day lies."""
    value = parameters.on("forex.fixing", month)
    rule = value.read(RateFixing)
    before = (month.replace(day=1) - timedelta(days=1)).replace(day=1)
    fixing = _nth(before, rule.weekday, rule.ordinal)
    if not is_working_day(fixing):
        fixing = _nth(before, rule.weekday, rule.otherwise)
    return Fixing(fixing, not is_published(fixing.year), (value.id,))


def minor_rate(rate: Decimal, day: date, parameters: Parameters) -> Decimal:
    """The rate of a minor currency as it is published: rounded half up to the decimals of the rule (four)."""
    decimals = parameters.on("forex.fixing", day).read(RateFixing).decimals
    return rate.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def letters(currency: str) -> str:
    """The letters of a currency that is given in letters or by its customs code: "502" → "USD", "142" → "CNY"."""
    return "CNY" if currency == YUAN else LETTERS.get(currency, currency).upper()


def customs_code(currency: str) -> str:
    """The customs code of a currency that is given in letters or by its code; what has none is given in letters."""
    name = letters(currency)
    return YUAN if name == "CNY" else _CODES.get(name, name)


def in_yuan(amount: Scaled, currency: str, day: date, parameters: Parameters) -> Converted:
    """round2(amount × rate of the day) with its rate; raises `NoExchangeRate`, `OverflowError` if it cannot be kept."""
    rate, used = rate_of(currency, day, parameters)
    if decimal(amount) * rate > LARGEST:
        raise OverflowError(f"{decimal(amount)} {letters(currency)} in yuan is above {LARGEST}")
    if not used:
        return Converted(scaled(to_fen(decimal(amount))), rate, used)
    return convert(amount, letters(currency), day, parameters)


def in_dollars(amount: Scaled, currency: str, day: date, parameters: Parameters) -> Decimal:
    """An amount in US dollars at the day's rates, not rounded, to compare with a limit. Raises `NoExchangeRate`."""
    if letters(currency) == "USD":
        return decimal(amount)
    return decimal(amount) * rate_of(currency, day, parameters)[0] / rate_of("USD", day, parameters)[0]


def kept_dollars(dollars: Decimal) -> Scaled:
    """Dollars as they are added up: rounded to cents."""
    return int(to_fen(dollars) * SCALE)


def rate_of(currency: str, day: date, parameters: Parameters) -> tuple[Decimal, tuple[str, ...]]:
    """The yuan for one of a currency on a day, and the dated value it is; raises `NoExchangeRate`."""
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
