"""Parcel tax (行邮税) on articles outside cross-border e-commerce (rules 1.6, reading 29).

Each item is rounded separately; the exemption and the value limit apply to the whole mailing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from declarations.money import Scaled, decimal_of, round_to_fen, scaled_of
from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.clearance import PriceSource
from declarations.parameters.tables.shape import Shares

PERSONAL = "personal_article"
OVER_LIMIT = "over_limit"
"""The mailing must be sent back, or declared as goods."""


class ParcelItem(Struct, frozen=True, array_like=True, gc=False):
    """An article of a mailing: its band of the rate table, the price paid, and the customs catalogue's price, if
    any."""

    name: str
    band: int
    price: Scaled
    catalogue_price: Scaled | None = None
    quantity: int = 1


class ParcelLine(Struct, frozen=True, array_like=True, gc=False):
    """The tax of one item: dutiable price × rate (micro), rounded to fen."""

    name: str
    value: Scaled
    by_catalogue: bool
    rate: int
    tax: Scaled


class ParcelAssessment(Struct, frozen=True, array_like=True, gc=False):
    """The tax of a mailing: `computed` is the sum of the items, `tax` the amount due (0 if exempt)."""

    lines: tuple[ParcelLine, ...]
    value: Scaled
    computed: Scaled
    tax: Scaled
    exempt: bool
    exempt_up_to: Scaled
    value_limit: Scaled
    treatment: str
    parameter_ids: tuple[str, ...]


def assess_parcel(
    items: Sequence[ParcelItem], day: date, parameters: Parameters, *, origin: str = ""
) -> ParcelAssessment:
    """Return the parcel tax of a mailing on a day.

    `origin` is the country of dispatch in three letters ("HKG"): Hong Kong, Macao and Taiwan have a lower value limit.
    Raises `NoValue` before the first rates, or for a band that the table of that day does not have.
    """
    rates, catalogue = parameters.on("parcel.rates", day), parameters.on("parcel.price_source", day)
    exemption, limits = parameters.on("parcel.exempt_up_to", day), parameters.on("parcel.value_limit", day)
    lines = tuple([_assess_line(item, rates, catalogue, day) for item in items])
    value, computed = sum(line.value for line in lines), sum(line.tax for line in lines)
    exempt = computed <= scaled_of(exemption.amount)
    limit = scaled_of(limits.table_as(Shares).get(origin, limits.table_as(Shares)["other"]))
    within = value <= limit or (len(items) == 1 and items[0].quantity == 1)
    return ParcelAssessment(
        lines=lines,
        value=value,
        computed=computed,
        tax=0 if exempt else computed,
        exempt=exempt,
        exempt_up_to=scaled_of(exemption.amount),
        value_limit=limit,
        treatment=PERSONAL if within else OVER_LIMIT,
        parameter_ids=(rates.id, catalogue.id, exemption.id, limits.id),
    )


def _assess_line(item: ParcelItem, rates: Value, catalogue: Value, day: date) -> ParcelLine:
    rate = rates.table_as(Shares).get(str(item.band))
    if rate is None:
        raise NoValue(f"parcel.rates.{item.band}", day)
    by_catalogue = _catalogue_holds(item, catalogue)
    price = item.catalogue_price if by_catalogue and item.catalogue_price is not None else item.price
    value = round_to_fen(decimal_of(price)) * item.quantity
    return ParcelLine(
        item.name, scaled_of(value), by_catalogue, int(rate.scaleb(6)), scaled_of(round_to_fen(value * rate))
    )


def _catalogue_holds(item: ParcelItem, catalogue: Value) -> bool:
    """True if the catalogue's price applies: the actual price is within the bounds (exclusive)."""
    if item.catalogue_price is None:
        return False
    far = catalogue.table_as(PriceSource)
    return item.catalogue_price * far.lowest < item.price < item.catalogue_price * far.highest
