"""What a claim rests on, in texts: export lines with customs items, purchases with invoices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.money import plain
from single_window.cases.refunds.parts import Bought, Exported
from single_window.cases.refunds.wording import Wording
from single_window.language import words


def exported(rows: Sequence[Any], wording: Wording) -> tuple[Exported, ...]:
    """The export lines of a claim."""
    return tuple(_exported(row, wording) for row in rows)


def _exported(row: Any, wording: Wording) -> Exported:
    known = row.item_qty is not None
    return Exported(
        row.number,
        row.link_no,
        row.item_no,
        row.gcode,
        plain(row.qty),
        row.unit,
        row.currency,
        plain(row.fob),
        plain(row.base),
        plain(row.refund),
        plain(row.cost),
        plain(row.repaid),
        row.treatment,
        words.phrase("refund_treatment", row.treatment),
        row.sale_state,
        known,
        row.item_trade_mode or "",
        row.item_exported_on or "",
        plain(row.item_qty or 0),
        row.item_unit or "",
        plain(row.item_fob or 0),
        plain(row.item_used or 0),
        plain(row.item_returned or 0),
        row.item_currency or "",
        row.item_gcode or "",
        row.item_pool or "",
        wording.rate(row.gcode, row.item_exported_on) if known else None,
    )


def bought(rows: Sequence[Any]) -> tuple[Bought, ...]:
    """The purchase lines of a claim."""
    return tuple(_bought(row) for row in rows)


def _bought(row: Any) -> Bought:
    known = row.paper_qty is not None
    qty, used = row.paper_qty or 0, row.paper_used or 0
    return Bought(
        row.number,
        row.link_no,
        row.gcode,
        plain(row.qty),
        row.unit,
        row.paper_invoice_no or "",
        row.invoice_line,
        known,
        row.paper_kind or "",
        words.phrase("invoice_kind", row.paper_kind or ""),
        row.paper_usage or "",
        row.paper_issued_on or "",
        row.paper_seller_code or "",
        row.paper_seller_name or "",
        row.paper_contract_no or "",
        plain(qty),
        plain(row.paper_amount or 0),
        plain(row.paper_tax_rate or 0),
        plain(row.paper_tax or 0),
        plain(used),
        plain(qty - used),
    )
