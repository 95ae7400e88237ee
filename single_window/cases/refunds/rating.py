"""The refund rates that hold in a sandbox: our own, with those that it imported in their place."""

from __future__ import annotations

from sqlalchemy import Connection

from declarations.refund import rates
from declarations.refund.rates import RefundRates
from single_window.store import refund_rate_rows


def rates_of(connection: Connection, sandbox: str) -> RefundRates:
    """The rates of a sandbox."""
    return refund_rate_rows.rates(connection, sandbox, rates.load())
