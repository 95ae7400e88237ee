"""Corporate income tax deemed on exports that are exempt without an invoice (STA 2019-36; reading 45)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.money import Scaled, amount_text, decimal_of, round_to_fen, scaled_of
from declarations.parameters import Parameters
from declarations.parameters.tables.settlement import SmallFirm
from declarations.reasons import Reason
from declarations.refund.rates import percent_text

DEEMED = "20150"


class DeemedTax(NamedTuple):
    """Taxable income and tax in whole fen, the tax rate as a share, and the calculation."""

    taxable: Scaled
    tax: Scaled
    rate: Decimal
    parameter_ids: tuple[str, ...]
    working: tuple[Reason, ...] = ()


def calculate_deemed_tax(revenue: Scaled, is_small: bool, day: date, parameters: Parameters) -> DeemedTax:
    """Return the tax on a year's revenue in yuan: revenue × deemed income rate × tax rate (25 %, or that of small
    firms).

    Both products are rounded to fen. Only for firms that use the exemption without invoice. Raises `NoValue` on days
    without such a rule (for small firms: after the preference ends) and `ValueError` for negative revenue.
    """
    if revenue < 0:
        raise ValueError(f"negative revenue: {amount_text(revenue)}")
    share = parameters.on("refund.deemed_income_rate", day)
    value = parameters.on("refund.small_firm" if is_small else "refund.income_tax_rate", day)
    rate = value.table_as(SmallFirm).rate if is_small else value.amount
    taxable = scaled_of(round_to_fen(decimal_of(revenue) * share.amount))
    tax = scaled_of(round_to_fen(decimal_of(taxable) * rate))
    values = {
        "revenue": amount_text(revenue),
        "share": percent_text(share.amount),
        "taxable": amount_text(taxable),
        "rate": percent_text(rate),
        "tax": amount_text(tax),
    }
    parameter_ids = (share.id, value.id)
    return DeemedTax(taxable, tax, rate, parameter_ids, (Reason(DEEMED, values, parameter_ids),))


def is_small(taxable: Scaled, staff: int, assets: Scaled, day: date, parameters: Parameters) -> bool:
    """True if a firm is a small low-profit firm: a year's taxable income, staff and total assets do not exceed the
    limits.

    Raises `NoValue` on days without the preference."""
    limits = parameters.on("refund.small_firm", day).table_as(SmallFirm)
    within = decimal_of(taxable) <= limits.taxable, staff <= limits.staff, decimal_of(assets) <= limits.assets
    return all(within)
