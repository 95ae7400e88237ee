"""Calculates the tax of a retail import from the legal formulas and a separate rate table, independently of the
window's code.

    V    = goods + shares of freight and insurance, each to the fen; the last line takes what is left over
    CT*  = (V + D + S) ÷ (1 − rc) × rc + S            VAT* = (V + D + CT*) × rv
    P1: both are multiplied by the factor and rounded once.  P2: both are rounded, multiplied and rounded again.

Amounts are whole fen; inside they are fractions, so that half a fen is half a fen.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

from simulators.amounts import yuan
from simulators.traded import Document, Elements

POLICIES = ("P1", "P2")
EVER, ALWAYS = date.min, date(2016, 4, 8)
VAT: Mapping[str, Sequence[tuple[date, str]]] = {
    "standard": ((EVER, "0.17"), (date(2018, 5, 1), "0.16"), (date(2019, 4, 1), "0.13")),
    "reduced": ((EVER, "0.13"), (date(2017, 7, 1), "0.11"), (date(2018, 5, 1), "0.10"), (date(2019, 4, 1), "0.09")),
}
"""VAT rates, each from its first day."""
DUTY: Mapping[str, Sequence[tuple[date, str]]] = {
    "2208300000": (
        (EVER, "0.10"),
        (date(2017, 1, 1), "0.05"),
        (date(2025, 1, 1), "0.10"),
        (date(2026, 2, 2), "0.05"),
    ),
}
"""Duties that changed, each from its first day; the others are in the rate table."""
INSIDE = Fraction(7, 10)
"""Share of VAT and consumption tax due within the limits."""
SINGLE = ((ALWAYS, 2_000_00), (date(2019, 1, 1), 5_000_00))
"""Limits of a single transaction."""
WINE, SPIRITS, SPIRITS_LITRE = Fraction(1, 10), Fraction(1, 5), Fraction("91.2")
BEER_DEAR, BEER_CHEAP = Fraction("25.3"), Fraction("22.27")
"""Fen for each litre of spirits, of beer from 370 dollars a tonne (988 litres) on, and of cheaper beer."""
BEER_LIMIT = Fraction("370") * Fraction("7.1795") * 100 / 988
NEW_COSMETICS = date(2016, 10, 1)
MAKE_UP = ("3303", "330410", "330420", "330430", "330491")
FROM_ML, FROM_PIECE = 10_00, 15_00
"""Fen for each ml or g, and for each piece, from which cosmetics are high-end."""
LITRE = "095"


class TariffRate(NamedTuple):
    """The tariff's entry for a code: duty, kind of VAT, kind of consumption tax; what one unit of it holds ("": not
    asked), in which measure, and how that is written in the list."""

    duty: Fraction
    vat: str
    consumption: str
    content: Fraction
    measure: str
    gmodel: str


class LineTax(NamedTuple):
    """The tax of a line in a bill: dutiable value, duty, consumption tax and VAT, in fen."""

    gnum: str
    gcode: str
    value: int
    duty: int
    consumption: int
    vat: int


Bill = tuple[LineTax, ...]


class ReckonedLine(NamedTuple):
    """A line during calculation: its parts in fen, the declared quantity, the litres."""

    goods: int
    freight: int
    insurance: int
    quantity: Fraction
    litres: Fraction

    @property
    def value(self) -> int:
        """The dutiable value."""
        return self.goods + self.freight + self.insurance


@cache
def rates() -> Mapping[str, TariffRate]:
    """The rates of the codes in which synthetic goods are declared."""
    text = Path(__file__).parent.joinpath("tax_rates.csv").read_text("utf-8")
    return {
        row["hs10"]: TariffRate(
            Fraction(row["duty"]),
            row["vat"],
            row["consumption"],
            Fraction(row["content"] or 0),
            row["measure"],
            row["gmodel"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def bill(document: Document, day: date, policy: str = "P1", returned: Mapping[str, str] | None = None) -> Bill | None:
    """The bill of a list (621) accepted on a day, after so much of each line came back; None for goods of which
    nothing is known here, and for days before there was such a tax."""
    if day < ALWAYS or any(line["gcode"] not in rates() for line in document.lines):
        return None
    worths = _worths(document)
    whole = sum(worth.value for worth in worths)
    full = whole > _on(SINGLE, day)
    lines = []
    for line, worth in zip(document.lines, worths, strict=True):
        rate = rates()[line["gcode"]]
        levy, specific = _consumption(line, worth, rate, day)
        left = _scale_to_rest(worth, Fraction((returned or {}).get(line["gnum"], "0")))
        lines.append(_tax_of_line(line, left, rate, (levy, specific * left.litres), day, full, policy))
    return tuple(lines)


def plainly(bill: Bill) -> list[list[str]]:
    """A bill as rows of strings: gnum, gcode, value, duty, consumption tax and VAT in yuan."""
    return [[line.gnum, line.gcode, *map(yuan, line[2:])] for line in bill]


def half_up(amount: Fraction) -> int:
    """Round to the whole fen, half up."""
    return int(amount + Fraction(1, 2))


def _on(dated: Sequence[tuple[date, int]], day: date) -> int:
    return [amount for first, amount in dated if first <= day][-1]


def _fen(text: str) -> int:
    return half_up(Fraction(Decimal(text or "0")) * 100)


def _worths(document: Document) -> list[ReckonedLine]:
    goods = [_fen(line["totalPrice"]) for line in document.lines]
    freight = _share_out(_fen(document.head.get("freight", "")), goods)
    insurance = _share_out(_fen(document.head.get("insuredFee", "")), goods)
    return [
        ReckonedLine(*parts, Fraction(line["qty"]), Fraction(line["qty1"]) if line["unit1"] == LITRE else Fraction(0))
        for line, parts in zip(document.lines, zip(goods, freight, insurance, strict=True), strict=True)
    ]


def _share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Split a charge over the lines by value, or equally if all values are zero."""
    if not sum(weights):
        weights = [1] * len(weights)
    shares = [half_up(Fraction(total * weight, sum(weights))) for weight in weights[:-1]]
    return [*shares, total - sum(shares)]


def _scale_to_rest(worth: ReckonedLine, returned: Fraction) -> ReckonedLine:
    """Scale a line to the quantity that is left after a return."""
    if not returned:
        return worth
    share = (worth.quantity - returned) / worth.quantity
    goods, freight, insurance = (half_up(part * share) for part in (worth.goods, worth.freight, worth.insurance))
    return ReckonedLine(goods, freight, insurance, worth.quantity - returned, worth.litres * share)


def _are_dear_cosmetics(line: Elements, worth: ReckonedLine, rate: TariffRate) -> bool:
    least = FROM_PIECE if rate.measure == "piece" else FROM_ML
    # without its content the higher rate is due until an officer decides
    known = line.get("gmodel") == rate.gmodel
    return not known or worth.value >= worth.quantity * rate.content * least


def _consumption(line: Elements, worth: ReckonedLine, rate: TariffRate, day: date) -> tuple[Fraction, Fraction]:
    """The rate of consumption tax, and the fen for each litre."""
    match rate.consumption:
        case "wine":
            return WINE, Fraction(0)
        case "spirits":
            return SPIRITS, SPIRITS_LITRE
        case "beer":
            return Fraction(0), BEER_DEAR if worth.value >= worth.litres * BEER_LIMIT else BEER_CHEAP
        case "cosmetics" if day < NEW_COSMETICS:
            return Fraction(3 if line["gcode"].startswith(MAKE_UP) else 0, 10), Fraction(0)
        case "cosmetics":
            return Fraction(15 if _are_dear_cosmetics(line, worth, rate) else 0, 100), Fraction(0)
    return Fraction(0), Fraction(0)


def _duty_on(gcode: str, day: date, rate: TariffRate) -> Fraction:
    begun = [text for first, text in DUTY.get(gcode, ()) if first <= day]
    return Fraction(begun[-1]) if begun else rate.duty


def _tax_of_line(
    line: Elements,
    worth: ReckonedLine,
    rate: TariffRate,
    levied: tuple[Fraction, Fraction],
    day: date,
    full: bool,
    policy: str,
) -> LineTax:
    factor, duty = (Fraction(1), half_up(worth.value * _duty_on(line["gcode"], day, rate))) if full else (INSIDE, 0)
    levy, specific = levied
    added = Fraction([text for first, text in VAT[rate.vat] if first <= day][-1])
    consumption = (worth.value + duty + specific) / (1 - levy) * levy + specific
    if policy == "P2":
        consumption = Fraction(half_up(consumption))
    vat = (worth.value + duty + consumption) * added
    if policy == "P2":
        vat = Fraction(half_up(vat))
    return LineTax(line["gnum"], line["gcode"], worth.value, duty, half_up(consumption * factor), half_up(vat * factor))
