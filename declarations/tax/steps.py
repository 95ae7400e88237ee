"""The working of an assessment as a table: base, rate, share due and result of each tax of each line of goods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from declarations.money import Scaled, amount_text, decimal_of
from declarations.tax.assessment import Assessment, TaxLine, Working
from declarations.tax.explanation import micro_yuan_text, percent_text

DETERMINED, VALUE, DUTY, CONSUMPTION, VAT, TOTAL = "determined", "value", "duty", "consumption", "vat", "total"


class TaxStep(NamedTuple):
    """A row: the line of goods (0: all), the tax, what it is counted on, the statutory rate, the share of it that is
    due, and the amount. A text is empty where the row has none."""

    gnum: int
    gcode: str
    name: str
    base: str
    rate: str
    factor: str
    result: str


def steps(assessment: Assessment) -> list[TaxStep]:
    """Return the rows of a list's tax: of each line its value and its taxes, then the total."""
    rows = [row for line in assessment.lines for row in _of_line(line, assessment)]
    taxes = [amount_text(getattr(assessment, name)) for name in (DUTY, CONSUMPTION, VAT)]
    return [*rows, TaxStep(0, "", TOTAL, " + ".join(taxes), "", "", amount_text(assessment.total))]


def _of_line(line: TaxLine, assessment: Assessment) -> Iterator[TaxStep]:
    working, factor = line.working, percent_text(assessment.factor)
    value, duty, levied = (amount_text(amount) for amount in (line.value, line.duty, line.consumption))
    parts = " + ".join(amount_text(each) for each in (working.goods, working.freight, working.insurance))

    def row(name: str, base: str, rate: str, factor: str, result: str) -> TaxStep:
        return TaxStep(line.gnum, line.gcode, name, base, rate, factor, result)

    if working.redetermined_by:
        price = f"{amount_text(working.price)} × {_quantity_text(working.quantity)}"
        yield row(DETERMINED, price, "", "", amount_text(working.goods))
    yield row(VALUE, parts, "", "", value)
    yield row(DUTY, value, _duty_rate(working), percent_text(assessment.duty_factor), duty)
    if working.rate or working.specific:
        yield row(CONSUMPTION, _consumption_base(line), _consumption_rate(working), factor, levied)
    full = f" + {micro_yuan_text(working.consumption_full)}" if working.consumption_full else ""
    yield row(VAT, f"{value} + {duty}{full}", percent_text(working.vat_rate), factor, amount_text(line.vat))


def _duty_rate(working: Working) -> str:
    rate = percent_text(working.duty_rate)
    specific = f"{micro_yuan_text(working.duty_specific)} × {_quantity_text(working.legal_quantity)}"
    return f"{rate} + {specific}" if working.duty_specific else rate


def _consumption_base(line: TaxLine) -> str:
    """The price that holds the tax itself; that of the specific part where there is no other."""
    working, value = line.working, f"{amount_text(line.value)} + {amount_text(line.duty)}"
    litres = f"{_quantity_text(working.litres)} l"
    if not working.rate:
        return litres
    specific = f" + {micro_yuan_text(working.specific * working.litres // 100_000)}" if working.specific else ""
    return f"({value}{specific}) ÷ (1 − {percent_text(working.rate)})"


def _consumption_rate(working: Working) -> str:
    specific = f"{micro_yuan_text(working.specific)} × {_quantity_text(working.litres)} l" if working.specific else ""
    if not working.rate:
        return micro_yuan_text(working.specific)
    return " + ".join(part for part in (percent_text(working.rate), specific) if part)


def _quantity_text(quantity: Scaled) -> str:
    return f"{decimal_of(quantity).normalize():f}"
