"""Corporate income tax deemed on exports that are exempt without an invoice (STA 2019-36; reading 45)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, decimal, plain, scaled, to_fen
from declarations.parameters import Parameters
from declarations.parameters.tables.settlement import SmallFirm
from declarations.reasons import Reason
from declarations.refund.rates import percent

DEEMED = "20150"


class Deemed(NamedTuple):
    """Taxable income and tax in whole fen, the tax rate as a share, and the calculation."""

    taxable: Scaled
    tax: Scaled
    rate: Decimal
    parameters: tuple[str, ...]
    working: tuple[Reason, ...] = ()


def deemed(revenue: Scaled, small: bool, day: date, parameters: Parameters) -> Deemed:
    """Return the tax on a year's revenue in yuan: revenue × deemed income rate × tax rate (25 %, or that of small
    firms).

    Both products are rounded to fen. Only for firms that use the exemption without invoice. Raises `NoValue` on days
    without such a rule (for small firms: after the preference ends) and `ValueError` for negative revenue.
    """
    if revenue < 0:
        raise ValueError(f"negative revenue: {plain(revenue)}")
    share = parameters.on("refund.deemed_income_rate", day)
    value = parameters.on("refund.small_firm" if small else "refund.income_tax_rate", day)
    rate = value.read(SmallFirm).rate if small else value.amount
    taxable = scaled(to_fen(decimal(revenue) * share.amount))
    tax = scaled(to_fen(decimal(taxable) * rate))
    values = {
        "revenue": plain(revenue),
        "share": percent(share.amount),
        "taxable": plain(taxable),
        "rate": percent(rate),
        "tax": plain(tax),
    }
    used = (share.id, value.id)
    return Deemed(taxable, tax, rate, used, (Reason(DEEMED, values, used),))


def is_small(taxable: Scaled, staff: int, assets: Scaled, day: date, parameters: Parameters) -> bool:
    """True if a firm is a small low-profit firm: a year's taxable income, staff and total assets do not exceed the
    limits.

    Raises `NoValue` on days without the preference."""
    limits = parameters.on("refund.small_firm", day).read(SmallFirm)
    within = decimal(taxable) <= limits.taxable, staff <= limits.staff, decimal(assets) <= limits.assets
    return all(within)
