"""`single-window tax`: what tax goods bear, and what is owed of it."""

from __future__ import annotations

import click

from single_window.cases.tax_bills.bill_commands import bills, pay
from single_window.cases.tax_bills.parcel_command import parcel


@click.group()
def tax() -> None:
    """Taxes: parcel tax and the tax of retail import, and the bills of it."""


tax.add_command(parcel)
tax.add_command(bills)
tax.add_command(pay)
