"""Proves that the ledgers of a sandbox balance: each is held against the papers that it follows from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection

from single_window.auditing import (
    allowances,
    decisions,
    exchange,
    export_items,
    guarantees,
    invoices,
    refunds,
    stock,
    waiting,
)
from single_window.auditing.ledger import Ledger, LedgerDifference

__all__ = ["LEDGERS", "Ledger", "LedgerDifference", "audited"]

LEDGERS: Mapping[str, Callable[[Connection, str], Ledger]] = {
    "allowance": allowances.audited,
    "guarantee": guarantees.audited,
    "stock": stock.audited,
    "invoice": invoices.audited,
    "export_item": export_items.audited,
    "exchange": exchange.audited,
    "refund": refunds.audited,
    "waiting": waiting.audited,
    "decision": decisions.audited,
}
"""Every ledger, by name."""


def audited(connection: Connection, sandbox: str) -> Iterator[Ledger]:
    """Each ledger of a sandbox, one after the other. While others work, give it a connection that reads of one moment
    (`store.engine.snapshot`)."""
    for audit in LEDGERS.values():
        yield audit(connection, sandbox)
