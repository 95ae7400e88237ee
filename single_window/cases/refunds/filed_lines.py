"""The lines of a claim read from its document, for claims without stored lines: refused, withdrawn, closed late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from declarations.documents import RefundClaim, unpack
from declarations.documents.refund_claim import RefundClaimLine
from declarations.forex.rates import letters_of
from declarations.money import Scaled
from declarations.parameters import NoValue, Parameters
from declarations.refund.export_date import export_date_of_month
from gateways.refund.repository import Item
from single_window.cases.refunds.queries import EXPORT, MAX_LINES, used_of_items
from single_window.store.bulk import one_of
from single_window.store.gateways.refund.exports import exported_items
from single_window.store.tables import document, vat_invoice, vat_invoice_line

ON_FILE = ("accepted", "used")
_MONTH = len("2026-11")


class FiledExport(NamedTuple):
    """An export line with customs' data of its item (None: unknown item), named as in `queries.exports`."""

    number: int
    link_no: str
    item_no: str
    gcode: str
    qty: Scaled
    unit: str
    currency: str
    fob: Scaled
    sale_state: str
    item_trade_mode: str | None = None
    item_exported_on: str | None = None
    item_qty: Scaled | None = None
    item_unit: str | None = None
    item_fob: Scaled | None = None
    item_used: Scaled | None = None
    item_returned: Scaled | None = None
    item_pool: str | None = None
    item_currency: str | None = None
    item_gcode: str | None = None
    base: Scaled = 0
    refund: Scaled = 0
    cost: Scaled = 0
    repaid: Scaled = 0
    treatment: str = ""


_KEY_ON_FILE = ("invoice_no", "number")
"""Columns that find a stored invoice line."""


class FiledPurchase(NamedTuple):
    """A purchase line with the stored invoice line that it cites (None: unknown), named as in `queries.purchases`."""

    number: int
    link_no: str
    gcode: str
    qty: Scaled
    unit: str
    invoice_line: int
    paper_invoice_no: str
    paper_kind: str | None = None
    paper_usage: str | None = None
    paper_issued_on: str | None = None
    paper_seller_code: str | None = None
    paper_seller_name: str | None = None
    paper_contract_no: str | None = None
    paper_qty: Scaled | None = None
    paper_amount: Scaled | None = None
    paper_tax_rate: Scaled | None = None
    paper_tax: Scaled | None = None
    paper_used: Scaled | None = None

    @classmethod
    def of(cls, line: RefundClaimLine, on_file: Any) -> FiledPurchase:
        """Return a line of a claim with the row that `_on_file` read, or None."""
        return cls(
            number=line.gnum,
            link_no=line.link_no,
            gcode=line.gcode,
            qty=line.qty,
            unit=line.unit,
            invoice_line=line.invoice_line,
            paper_invoice_no=line.invoice_no,
            **{f"paper_{name}": value for name, value in on_file._asdict().items() if name not in _KEY_ON_FILE}
            if on_file is not None
            else {},
        )


def filed_lines_of(
    connection: Connection, sandbox: str, claim: Any, law: Parameters
) -> tuple[Sequence[FiledExport], Sequence[FiledPurchase]]:
    """Return export and purchase lines of a claim from its document; empty if the document was deleted."""
    facts = connection.execute(select(document.c.facts).where(document.c.id == claim.document_id)).scalar()
    if facts is None:
        return (), ()
    lines = unpack(RefundClaim, facts).lines[:MAX_LINES]
    return (
        _exports(connection, sandbox, [line for line in lines if line.part == EXPORT], law),
        _purchases(connection, sandbox, [line for line in lines if line.part != EXPORT]),
    )


def _exports(
    connection: Connection, sandbox: str, lines: Sequence[RefundClaimLine], law: Parameters
) -> Sequence[FiledExport]:
    numbers = sorted({line.item_no for line in lines})
    items = {item.item_no: item for item in exported_items(connection, sandbox, numbers)}
    used = used_of_items(connection, sandbox, numbers) if lines else {}
    return [
        FiledExport(
            number=line.gnum,
            link_no=line.link_no,
            item_no=line.item_no,
            gcode=line.gcode,
            qty=line.qty,
            unit=line.unit,
            currency=letters_of(line.currency),
            fob=line.amount,
            sale_state=line.sale_state,
            **_fields_of_item(items.get(line.item_no), used, law),
        )
        for line in lines
    ]


def _fields_of_item(item: Item | None, used: Mapping[str, Any], law: Parameters) -> Mapping[str, Any]:
    """The fields of an export line that customs knows of its item; none if it knows no such item."""
    if item is None:
        return {}
    return {
        "item_trade_mode": item.trade_mode,
        "item_exported_on": _day(item.exported_on, law),
        "item_qty": item.qty,
        "item_unit": item.unit,
        "item_fob": item.fob,
        **_amounts_used(used.get(item.item_no)),
        "item_pool": item.pool,
        "item_currency": item.currency,
        "item_gcode": item.gcode,
    }


def _amounts_used(row: Any) -> Mapping[str, Any]:
    if row is None:
        return {"item_used": 0, "item_returned": 0}
    return {"item_used": row.used, "item_returned": row.returned}


def _day(exported_on: str, law: Parameters) -> str:
    """Return the export date; for a month, the day that the law defines, or empty if it defines none."""
    try:
        return export_date_of_month(exported_on, law).isoformat() if len(exported_on) == _MONTH else exported_on
    except NoValue:
        return ""


def _purchases(connection: Connection, sandbox: str, lines: Sequence[RefundClaimLine]) -> Sequence[FiledPurchase]:
    if not lines:
        return ()
    on_file = _on_file(connection, sandbox, sorted({line.invoice_no for line in lines}))
    return [FiledPurchase.of(line, on_file.get((line.invoice_no, line.invoice_line))) for line in lines]


def _on_file(connection: Connection, sandbox: str, invoice_nos: Sequence[str]) -> dict[tuple[str, int], Any]:
    """Return the lines of stored invoices by (invoice number, line number), which are the first two columns of a
    row."""
    paper, line_ = vat_invoice.c, vat_invoice_line.c
    return {
        (row.invoice_no, row.number): row
        for row in connection.execute(
            select(
                paper.invoice_no,
                line_.number,
                *paper["kind", "usage", "issued_on", "seller_code", "seller_name", "contract_no"],
                *line_["qty", "amount", "tax_rate", "tax", "used"],
            )
            .join(vat_invoice_line, line_.invoice_id == paper.id)
            .where(
                and_(
                    paper.sandbox == sandbox,
                    paper.state.in_(ON_FILE),
                    one_of(connection, paper.invoice_no, invoice_nos),
                )
            )
        )
    }
