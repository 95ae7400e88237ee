"""Makes observations of receipts from their stored values: content, bills, and what bills say of guarantees."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from single_window.histories.observations import Draw, SeenReceipt
from single_window.histories.sent_documents import decimal_of_text

BILLED, PAID, WHOLE_MESSAGE = "816", "818", "message"
TAXES = ("customsTax", "valueAddedTax", "consumptionTax")
LISTS = frozenset({"inventory", "export_inventory"})
GUARANTEE = "guarantee"
"""First word of the name of a guarantor's account of booked taxes: `guarantee CODE`."""


class BillReader:
    """Makes observations of receipts in their order; remembers bills, because their payment does not repeat amounts."""

    def __init__(self) -> None:
        self._amounts: dict[str, Decimal] = {}

    def read(self, receipt: SeenReceipt, fields: Mapping[str, Any]) -> SeenReceipt:
        """The observation of a receipt, with what its fields say of bills."""
        if receipt.kind == WHOLE_MESSAGE:
            return replace(receipt, transmission=receipt.key)
        if receipt.kind in LISTS and (number := str(fields.get("invtNo") or "")):
            return replace(receipt, number=number)
        return replace(receipt, **self._bill(receipt.code, fields)) if receipt.code in {BILLED, PAID} else receipt

    def _bill(self, code: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        number, account = str(fields.get("taxNo", "")), f"{GUARANTEE} {fields.get('assureCode', '')}"
        if code == PAID:
            amount = self._amounts.pop(number, Decimal(0))
            return {"moves": (Draw(account, -amount),)} if amount else {}
        sums = _taxes(fields)
        known = number in self._amounts
        self._amounts[number] = sum(sums, Decimal(0))
        moves = () if known or not self._amounts[number] else (Draw(account, self._amounts[number]),)
        lines = fields.get("lines") or ()
        return {"bill": number, "sums": sums, "lines": tuple(map(_taxes, _rows(lines))), "moves": moves}


def _rows(lines: Any) -> Sequence[Mapping[str, Any]]:
    return lines if isinstance(lines, Sequence) and not isinstance(lines, str) else ()


def _taxes(fields: Mapping[str, Any]) -> tuple[Decimal, ...]:
    return tuple(decimal_of_text(str(fields.get(name) or "0")) or Decimal(0) for name in TAXES)


def content_digest(*parts: Any) -> str:
    """A digest of a receipt's content, by which receipts at the same place are compared."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()
