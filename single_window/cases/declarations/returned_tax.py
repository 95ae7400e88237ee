"""The import taxes of an export that comes back and is not free, with their calculation in words."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import Connection

from declarations import goods
from declarations.money import amount_text
from declarations.parameters import Parameters
from declarations.tax.explanation import explain_returned
from declarations.tax.returned_export import ReturnedTax
from single_window.cases.declarations.request_parts import ReturnedTaxOut
from single_window.language import words
from single_window.store import goods_rows

_decode = msgspec.json.Decoder(ReturnedTax).decode


def returned_tax(
    connection: Connection, sandbox: str, stored: str, day: date, parameters: Parameters
) -> ReturnedTaxOut:
    """Return the taxes of an export that comes back, as stored with its request, which was accepted on `day`."""
    tax, register = _decode(stored), goods_rows.register(connection, sandbox, goods.load())
    assessed = tax.assessment
    return ReturnedTaxOut(
        value=amount_text(assessed.value),
        duty=amount_text(tax.due("duty")),
        consumption=amount_text(tax.due("consumption")),
        vat=amount_text(tax.due("vat")),
        total=amount_text(tax.total),
        working_zh=tuple(explain_returned(tax, words.ZH, parameters, day=day, goods=register)),
        working_en=tuple(explain_returned(tax, words.EN, parameters, day=day, goods=register)),
    )
