"""Answers about the lines of a claim, with the customs items and invoices that they cite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.money import amount_text
from single_window.cases.refunds.parts import ClaimedExportOut, ClaimedPurchaseOut
from single_window.cases.refunds.wording import Wording
from single_window.language import phrases

_OF_INVOICE = ("invoice_no", "kind", "usage", "issued_on", "seller_code", "seller_name", "contract_no")


def export_parts(rows: Sequence[Any], wording: Wording) -> tuple[ClaimedExportOut, ...]:
    """Return the answers about a claim's export lines."""
    return tuple(_export_part(row, wording) for row in rows)


def _export_part(row: Any, wording: Wording) -> ClaimedExportOut:
    known = row.item_qty is not None
    return ClaimedExportOut.of(
        row,
        treatment_words=phrases.phrase("refund_treatment", row.treatment),
        known=known,
        rate=wording.rate(row.gcode, row.item_exported_on) if known else None,
        **{name: getattr(row, f"item_{name}") or "" for name in ("trade_mode", "exported_on", "pool")},
        **{f"item_{name}": getattr(row, f"item_{name}") or "" for name in ("unit", "currency", "gcode")},
        **{
            f"item_{name}": amount_text(getattr(row, f"item_{name}") or 0)
            for name in ("qty", "fob", "used", "returned")
        },
    )


def purchase_parts(rows: Sequence[Any]) -> tuple[ClaimedPurchaseOut, ...]:
    """Return the answers about a claim's purchase lines."""
    return tuple(_purchase_part(row) for row in rows)


def _purchase_part(row: Any) -> ClaimedPurchaseOut:
    qty, used = row.paper_qty or 0, row.paper_used or 0
    return ClaimedPurchaseOut.of(
        row,
        known=row.paper_qty is not None,
        kind_words=phrases.phrase("invoice_kind", row.paper_kind or ""),
        invoice_qty=amount_text(qty),
        used=amount_text(used),
        left=amount_text(qty - used),
        **{name: getattr(row, f"paper_{name}") or "" for name in _OF_INVOICE},
        **{name: amount_text(getattr(row, f"paper_{name}") or 0) for name in ("amount", "tax_rate", "tax")},
    )
