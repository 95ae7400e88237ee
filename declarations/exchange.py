"""Converts foreign amounts to yuan at the customs rate of the month; each amount is rounded to fen (reading 8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, decimal, scaled, to_fen
from declarations.parameters import Parameters


class Converted(NamedTuple):
    """An amount in yuan, in whole fen, with its exchange rate."""

    amount: Scaled
    rate: Decimal
    parameters: tuple[str, ...]


def convert(amount: Scaled, currency: str, day: date, parameters: Parameters) -> Converted:
    """Convert an amount of a currency ("USD") to yuan on the day of acceptance.

    A value of `exchange.usd` dated the first of a month is the rate fixed in the month before. Raises
    `UnknownParameter` for a currency without rates.
    """
    rate = parameters.on(f"exchange.{currency.lower()}", day)
    return Converted(scaled(to_fen(decimal(amount) * rate.amount)), rate.amount, (rate.id,))
