"""Converts foreign amounts to yuan at the customs rate of the month; each amount is rounded to fen (reading 8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, decimal_of, round_to_fen, scaled_of
from declarations.parameters import Parameters


class YuanAmount(NamedTuple):
    """An amount in yuan, in whole fen, with its exchange rate."""

    amount: Scaled
    rate: Decimal
    parameter_ids: tuple[str, ...]


def convert_to_yuan(amount: Scaled, currency: str, day: date, parameters: Parameters) -> YuanAmount:
    """Convert an amount of a currency ("USD") to yuan on the day of acceptance.

    A value of `exchange.usd` dated the first of a month is the rate fixed in the month before. Raises
    `UnknownParameter` for a currency without rates.
    """
    rate = parameters.on(f"exchange.{currency.lower()}", day)
    return YuanAmount(scaled_of(round_to_fen(decimal_of(amount) * rate.amount)), rate.amount, (rate.id,))
