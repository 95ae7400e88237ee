"""Refund to traders of the consumption tax paid on their purchases, at the domestic rates (reading 38).

Ad valorem on the amount before tax, specific on the quantity, or both; the dated parameter names the method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.parameters import Parameters, look_up_method
from declarations.parameters.tables.settlement import ConsumptionTaxRefund
from declarations.reasons import Reason
from declarations.refund.lines import ItemFacts, LinkedLines

LITRE = "095"
NOT_LEVIED = "not_levied"
"""Method of goods that are taxed in retail only: no tax was paid before export, so none is refunded."""
WORKING, NO_LITRES, NO_CERTIFICATE = "20310", "20311", "20312"


class ConsumptionRefund(NamedTuple):
    """The amount in whole fen, and its calculation; if a needed fact is missing, 0 and the reason."""

    amount: Scaled
    working: Reason


def refund_of_link(
    link: LinkedLines, kind: str, items: Mapping[str, ItemFacts], day: date, parameters: Parameters
) -> ConsumptionRefund | None:
    """Return the refund of consumption tax for a matched link of goods of a kind; None for kind "" (without the tax).

    For goods taxed before retail it is 0 unless consumption-tax certificates cover the whole quantity. Raises like
    `calculate_consumption_refund`.
    """
    if not kind:
        return None
    if (
        not link.has_certificates
        and parameters.on(f"refund.consumption.{kind}", day).table_as(ConsumptionTaxRefund).method != NOT_LEVIED
    ):
        return ConsumptionRefund(0, Reason(NO_CERTIFICATE, {"link": link.link_no, "qty": amount_text(link.qty)}))
    return calculate_consumption_refund(kind, link.base, litres_of(link, items), day, parameters, link.link_no)


def litres_of(link: LinkedLines, items: Mapping[str, ItemFacts]) -> Scaled | None:
    """Return the litres of a matched link, from its unit or the legal quantities of its items; None if not stated."""
    if link.unit == LITRE:
        return link.qty
    litres = 0
    for item_use in link.item_uses:
        item = items[item_use.item_no]
        if item.unit == LITRE:
            litres += item_use.qty
        elif item.unit2 == LITRE:
            litres += item_use.qty * item.qty2 // item.qty
        else:
            return None
    return litres or None


def calculate_consumption_refund(
    kind: str, base: Scaled, litres: Scaled | None, bought_on: date, parameters: Parameters, link_no: str = ""
) -> ConsumptionRefund:
    """Return the refund for goods of a kind ("wine", "spirits"), by the amount before tax and, if required, litres.

    Rates are those of `refund.consumption.<kind>` on the day `bought_on`. Raises `UnknownParameter` for an unknown
    kind, `NoValue` for a day without rates, `LookupError` for an unknown method.
    """
    value = parameters.on(f"refund.consumption.{kind}", bought_on)
    rates = value.table_as(ConsumptionTaxRefund)
    method = look_up_method(METHODS, rates.method, "the refund of consumption tax")
    values = {
        "link": link_no,
        "base": amount_text(base),
        "litres": "-" if litres is None else amount_text(litres),
        "rate": f"{rates.rate * 100:f}%",
        "per_litre": f"{rates.per_litre or Decimal(0):f}",
    }
    if rates.per_litre is not None and litres is None:
        return ConsumptionRefund(0, Reason(NO_LITRES, values, (value.id,)))
    amount = scaled_of(round_to_fen(method(decimal_of(base), decimal_of(litres or 0), rates)))
    return ConsumptionRefund(amount, Reason(WORKING, {**values, "refund": amount_text(amount)}, (value.id,)))


def _not_levied(base: Decimal, litres: Decimal, rates: ConsumptionTaxRefund) -> Decimal:
    return Decimal(0)


def _ad_valorem(base: Decimal, litres: Decimal, rates: ConsumptionTaxRefund) -> Decimal:
    return base * rates.rate


def _specific(base: Decimal, litres: Decimal, rates: ConsumptionTaxRefund) -> Decimal:
    return litres * (rates.per_litre or 0)


def _compound(base: Decimal, litres: Decimal, rates: ConsumptionTaxRefund) -> Decimal:
    return _ad_valorem(base, litres, rates) + _specific(base, litres, rates)


def _specific_by_price(base: Decimal, litres: Decimal, rates: ConsumptionTaxRefund) -> Decimal:
    """The higher rate from the price per tonne on (inclusive); compared by multiplication, to avoid rounding."""
    reaches_threshold = base * rates.litres_per_tonne >= rates.per_tonne * litres
    return _specific(base, litres, rates) if reaches_threshold else litres * rates.per_litre_lower


METHODS: dict[str, Callable[[Decimal, Decimal, ConsumptionTaxRefund], Decimal]] = {
    NOT_LEVIED: _not_levied,
    "ad_valorem": _ad_valorem,
    "specific": _specific,
    "compound": _compound,
    "specific_by_price": _specific_by_price,
}
