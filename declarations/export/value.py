"""The FOB value of an export list in yuan at the customs rate of its month (reading 32).

Prices of a list are FOB. The lines of one currency are summed and converted once, rounded to fen (reading 8).
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from declarations.documents import ExportInventory
from declarations.exchange import convert_to_yuan
from declarations.money import Scaled
from declarations.parameters import NoValue, Parameters, UnknownParameter

YUAN = "142"
CURRENCY_LETTERS = MappingProxyType(
    {
        "110": "hkd",
        "112": "idr",
        "116": "jpy",
        "121": "mop",
        "122": "myr",
        "129": "php",
        "132": "sgd",
        "133": "krw",
        "136": "thb",
        "143": "twd",
        "300": "eur",
        "302": "dkk",
        "303": "gbp",
        "326": "nok",
        "330": "sek",
        "331": "chf",
        "344": "rub",
        "501": "cad",
        "502": "usd",
        "601": "aud",
        "609": "nzd",
    }
)
"""Customs code of a currency → its letters, as in the names of rates."""


class Fob(NamedTuple):
    """The value of a list in yuan; None if rates are missing. `unknown_currencies`: currencies without any rate;
    `currencies_without_rate`: without one for the month."""

    amount: Scaled | None
    unknown_currencies: tuple[str, ...]
    parameter_ids: tuple[str, ...]
    currencies_without_rate: tuple[str, ...] = ()


def calculate_fob(inventory: ExportInventory, day: date, parameters: Parameters) -> Fob:
    """Return the value of a list declared on a day."""
    sums: dict[str, Scaled] = {}
    for line in inventory.lines:
        sums[line.currency] = sums.get(line.currency, 0) + line.total_price
    total = sums.pop(YUAN, 0)
    unknown_currencies: list[str] = []
    currencies_without_rate: list[str] = []
    parameter_ids: list[str] = []
    for currency, amount in sums.items():
        try:
            converted = convert_to_yuan(amount, CURRENCY_LETTERS.get(currency, currency), day, parameters)
        except UnknownParameter:
            unknown_currencies.append(currency)
        except NoValue:
            currencies_without_rate.append(currency)
        else:
            total += converted.amount
            parameter_ids += converted.parameter_ids
    return Fob(
        None if unknown_currencies or currencies_without_rate else total,
        tuple(unknown_currencies),
        tuple(parameter_ids),
        tuple(currencies_without_rate),
    )
