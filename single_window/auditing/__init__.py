"""Audits the ledgers of a sandbox: recomputes each from its source documents and compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection

from single_window.auditing import (
    allowances,
    credit,
    decisions,
    exchange,
    export_items,
    guarantees,
    invoices,
    overseas,
    port,
    refunds,
    spot_checks,
    stock,
    traceability,
    waiting,
)
from single_window.auditing.ledger import Ledger, LedgerDifference

__all__ = ["LEDGERS", "Ledger", "LedgerDifference", "audit_ledgers"]

LEDGERS: Mapping[str, Callable[[Connection, str], Ledger]] = {
    "allowance": allowances.audit_ledger,
    "guarantee": guarantees.audit_ledger,
    "stock": stock.audit_ledger,
    "invoice": invoices.audit_ledger,
    "export_item": export_items.audit_ledger,
    "exchange": exchange.audit_ledger,
    "refund": refunds.audit_ledger,
    "credit": credit.audit_ledger,
    "spot_check": spot_checks.audit_ledger,
    "traceability": traceability.audit_ledger,
    "overseas": overseas.audit_ledger,
    "port": port.audit_ledger,
    "waiting": waiting.audit_ledger,
    "decision": decisions.audit_ledger,
}
"""Name → audit of a ledger."""


def audit_ledgers(connection: Connection, sandbox: str) -> Iterator[Ledger]:
    """Audit each ledger of a sandbox. While others write, pass a snapshot connection (`store.engine.snapshot`)."""
    for audit in LEDGERS.values():
        yield audit(connection, sandbox)
