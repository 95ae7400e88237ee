"""Audits the ledgers of a sandbox: recomputes each from its source documents and compares."""

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
"""Name → audit of a ledger."""


def audited(connection: Connection, sandbox: str) -> Iterator[Ledger]:
    """Audit each ledger of a sandbox. While others write, pass a snapshot connection (`store.engine.snapshot`)."""
    for audit in LEDGERS.values():
        yield audit(connection, sandbox)
