"""`single-window tax`: what tax goods bear."""

from __future__ import annotations

import click

from single_window.commands.tax_parcel import parcel


@click.group()
def tax() -> None:
    """Taxes: parcel tax and the tax of retail import."""


tax.add_command(parcel)
