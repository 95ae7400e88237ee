"""Conversion of FOB values to yuan for refunds: by default at the rate of the first working day of the export month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from declarations.exchange import YuanAmount
from declarations.forex.rates import convert_at_rate_of_day
from declarations.money import AmountTooLarge, Scaled, amount_text
from declarations.parameters import Parameters, look_up_method
from declarations.parameters.tables.settlement import RateDay
from declarations.working_days import roll_forward


def convert_fob(fob: Scaled, currency: str, exported_on: date, parameters: Parameters) -> YuanAmount:
    """Convert an FOB in a currency ("USD" or its customs code) to whole fen, with rate and dated values.

    The method of `refund.fx` on the export day chooses the day of the rate (reading 40). Raises `NoExchangeRate` for a
    currency or day without rates, `AmountTooLarge` if the result cannot be stored, `LookupError` for an unknown method.
    """
    value = parameters.on("refund.fx", exported_on)
    chosen = look_up_method(METHODS, value.table_as(RateDay).method, "the day of a rate")
    try:
        converted = convert_at_rate_of_day(fob, currency, chosen(exported_on), parameters)
    except OverflowError:
        raise AmountTooLarge(f"{amount_text(fob)} {currency} in yuan") from None
    return converted._replace(parameter_ids=(value.id, *converted.parameter_ids))


def _first_working_day(exported_on: date) -> date:
    return roll_forward(exported_on.replace(day=1)).day


def _day_of_sale(exported_on: date) -> date:
    return exported_on


METHODS: dict[str, Callable[[date], date]] = {"first_working_day": _first_working_day, "day_of_sale": _day_of_sale}
