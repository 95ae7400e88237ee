"""The assessment of a list: its tax with the numbers of the calculation.

Amounts are scaled by 100,000 and in whole fen; rates and statutory amounts are scaled by a million (micro).
"""

from __future__ import annotations

from msgspec import Struct

from declarations.money import Scaled
from declarations.reasons import Reason


class Working(Struct, frozen=True, array_like=True, gc=False):
    """The numbers of the calculation of a line's tax."""

    goods: Scaled
    freight: Scaled
    insurance: Scaled
    quantity: Scaled
    status: str
    """The confidence of the register's row (`declarations.confidence`), or "unknown" if there is no row."""
    duty_rate: int = 0
    duty_specific: int = 0
    legal_quantity: Scaled = 0
    kind: str = ""
    method: str = ""
    rate: int = 0
    specific: int = 0
    litres: Scaled = 0
    basis: str = ""
    threshold: int = 0
    content: Scaled = 0
    consumption_full: int = 0
    vat_rate: int = 0
    vat_full: int = 0
    redetermined_by: str = ""
    """The method by which customs determined the value of the goods anew; empty: it is that of the declared price."""
    price: Scaled = 0
    """The determined price of a declared unit, if it was."""
    declared_price: Scaled = 0
    """The declared price of a declared unit, if it was."""
    cosmetic: str = ""
    """What an officer decided of cosmetics without a readable net content: `high_end` or `other`."""


class TaxLine(Struct, frozen=True, array_like=True, gc=False):
    """The tax of one line of goods."""

    gnum: int
    gcode: str
    value: Scaled
    duty: Scaled
    consumption: Scaled
    vat: Scaled
    working: Working


class Assessment(Struct, frozen=True, array_like=True, gc=False):
    """The tax of a list: sums of the rounded taxes of lines, and the basis of the calculation."""

    lines: tuple[TaxLine, ...]
    value: Scaled
    duty: Scaled
    consumption: Scaled
    vat: Scaled
    total: Scaled
    factor: int
    """The share of the statutory taxes that is due, in micro: 700000 within the limits, 1000000 for full tax."""
    full_tax: bool
    policy: str
    parameter_ids: tuple[str, ...]
    """Ids of the dated values applied, such as "vat.standard@2019-04-01"."""
    needs_review: tuple[Reason, ...] = ()
    duty_factor: int = 0


def sum_lines(
    lines: tuple[TaxLine, ...],
    *,
    factor: int,
    full_tax: bool,
    policy: str,
    parameter_ids: tuple[str, ...],
    needs_review: tuple[Reason, ...] = (),
    duty_factor: int = 0,
) -> Assessment:
    """Return the assessment of a list from its lines."""
    value = duty = consumption = vat = 0
    for line in lines:
        value += line.value
        duty += line.duty
        consumption += line.consumption
        vat += line.vat
    return Assessment(
        lines=lines,
        value=value,
        duty=duty,
        consumption=consumption,
        vat=vat,
        total=duty + consumption + vat,
        factor=factor,
        full_tax=full_tax,
        policy=policy,
        parameter_ids=parameter_ids,
        needs_review=needs_review,
        duty_factor=duty_factor,
    )
