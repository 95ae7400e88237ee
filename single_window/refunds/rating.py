"""The refund rates that hold in a sandbox: our own, with those that it imported in their place."""

from __future__ import annotations

from sqlalchemy import Connection, select

from declarations.refund import rates
from declarations.refund.rates import RefundRates
from single_window.store.tables import refund_rate_row


def rates_of(connection: Connection, sandbox: str) -> RefundRates:
    """The rates of a sandbox."""
    rows = connection.execute(select(refund_rate_row.c.row).where(
        refund_rate_row.c.sandbox == sandbox).order_by(refund_rate_row.c.id)).scalars().all()
    return rates.with_rows(rates.load(), rows) if rows else rates.load()
