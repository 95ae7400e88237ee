"""Purchase papers (VAT invoices 发票 and others) and their lines, for one batch of deliveries in one sandbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, literal_column

from declarations.reasons import Reason
from gateways.refund.repository import Invoice, InvoiceLineRow
from single_window.store.bulk import insert_rows, one_of, update_rows
from single_window.store.records import Records, decoder
from single_window.store.tables import vat_invoice, vat_invoice_line

INVOICES = Records(Invoice, vat_invoice, {"reasons": decoder(tuple[Reason, ...], tuple)})
ON_FILE = ("accepted", "used")
"""States in which an invoice number is in use (see the index `ix_vat_invoice_number`)."""
_ON_FILE = vat_invoice.c.state.in_([literal_column(f"'{state}'") for state in ON_FILE])
"""The condition of that index, with literals: it is not used with parameters."""
INVOICE_LINES = Records(InvoiceLineRow, vat_invoice_line)


class Invoices:
    """Implements the purchase papers of `gateways.refund.repository.RefundRepository`."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._invoices: dict[int, Invoice] = {}
        self._changed_invoices: dict[int, Invoice] = {}
        self._invoice_lines: dict[int, list[InvoiceLineRow]] = {}
        self._replaced_lines: set[int] = set()
        self._used_lines: dict[tuple[int, int], InvoiceLineRow] = {}

    def invoices(self, keys: Collection[str]) -> Mapping[str, Invoice]:
        """Purchase papers by key."""
        self._cache_invoices(INVOICES.load(self._connection, self._sandbox, "key", keys))
        wanted = set(keys)
        return {invoice.key: invoice for invoice in self._invoices.values() if invoice.key in wanted}

    def invoices_on_file(self, numbers: Collection[str]) -> Mapping[str, Invoice]:
        """Purchase papers on file by number."""
        named = one_of(self._connection, vat_invoice.c.invoice_no, numbers)
        found = INVOICES.select().where(vat_invoice.c.sandbox == self._sandbox, _ON_FILE, named)
        self._cache_invoices(map(INVOICES.make, self._connection.execute(found).all()))
        wanted = set(numbers)
        return {
            invoice.invoice_no: invoice
            for invoice in self._invoices.values()
            if invoice.state in ON_FILE and invoice.invoice_no in wanted
        }

    def invoices_by_id(self, ids: Collection[int]) -> Mapping[int, Invoice]:
        """Purchase papers by id."""
        missing = [number for number in ids if number not in self._invoices]
        self._cache_invoices(INVOICES.load(self._connection, self._sandbox, "id", missing))
        return {number: self._invoices[number] for number in ids if number in self._invoices}

    def _cache_invoices(self, loaded: Iterable[Invoice]) -> None:
        for invoice in loaded:
            self._invoices.setdefault(invoice.id, invoice)

    def invoice_lines(self, invoice_ids: Collection[int]) -> Mapping[int, Sequence[InvoiceLineRow]]:
        """The lines of purchase papers."""
        missing = [number for number in invoice_ids if number not in self._invoice_lines]
        if missing:
            self._invoice_lines.update({number: [] for number in missing})
            rows = self._connection.execute(
                INVOICE_LINES.select()
                .where(one_of(self._connection, vat_invoice_line.c.invoice_id, missing))
                .order_by(vat_invoice_line.c.invoice_id, vat_invoice_line.c.number)
            ).all()
            for row in rows:
                self._invoice_lines[row[0]].append(INVOICE_LINES.make(row))
        return {number: self._invoice_lines[number] for number in invoice_ids}

    def put_invoice(self, invoice: Invoice) -> None:
        """Put a new or changed paper."""
        self._invoices[invoice.id] = self._changed_invoices[invoice.id] = invoice

    def put_invoice_lines(self, invoice_id: int, lines: Sequence[InvoiceLineRow]) -> None:
        """Replace the lines of a paper."""
        self._invoice_lines[invoice_id] = list(lines)
        self._replaced_lines.add(invoice_id)

    def use_invoice_line(self, line: InvoiceLineRow) -> None:
        """Put the quantity used of a line."""
        self._used_lines[line.invoice_id, line.number] = line

    def save_invoices(self, connection: Connection) -> None:
        """Write all changes: first papers that free a number, then papers that use one."""
        changed = self._changed_invoices.values()
        INVOICES.save(connection, self._sandbox, [invoice for invoice in changed if invoice.state not in ON_FILE])
        INVOICES.save(connection, self._sandbox, [invoice for invoice in changed if invoice.state in ON_FILE])
        if self._replaced_lines:
            connection.execute(
                delete(vat_invoice_line).where(
                    one_of(connection, vat_invoice_line.c.invoice_id, sorted(self._replaced_lines))
                )
            )
            insert_rows(
                connection,
                vat_invoice_line,
                ("sandbox", *INVOICE_LINES.names),
                [
                    (self._sandbox, *INVOICE_LINES.values(line))
                    for number in sorted(self._replaced_lines)
                    for line in self._invoice_lines[number]
                ],
            )
        update_rows(
            connection,
            vat_invoice_line,
            ("invoice_id", "number"),
            ("used", "used_amount"),
            [
                (line.used, line.used_amount, *key)
                for key, line in sorted(self._used_lines.items())
                if key[0] not in self._replaced_lines
            ],
        )
