"""The refund desk's repository: documents, companies and numbers; its bases add papers, claims and ledgers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from declarations.refund import rates
from declarations.refund.rates import RefundRates
from gateways.decisions import SubjectKind
from gateways.records import FiledDocument
from single_window.store import refund_rate_rows, work_cases
from single_window.store.bulk import one_of
from single_window.store.gateways.filed import filed_by_id
from single_window.store.gateways.refund.claims import StoredRefundClaims
from single_window.store.gateways.refund.exporters import Exporters
from single_window.store.gateways.refund.filing import StoredFilingCases
from single_window.store.gateways.refund.invoices import Invoices
from single_window.store.gateways.refund.ledgers import StoredRefundLedgers
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Conflict
from single_window.store.series import REFUND_CERTIFICATE, REFUND_NOTICE
from single_window.store.tables import document, refund_claim


class StoredRefundRepository(Invoices, StoredRefundClaims, StoredFilingCases, StoredRefundLedgers, Exporters):
    """State of one sandbox for one batch of deliveries. `put_…` methods change it in memory; `save` writes the changes,
    in the transaction in which they were loaded."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        Invoices.__init__(self, connection, sandbox)
        StoredRefundClaims.__init__(self, connection, sandbox)
        StoredFilingCases.__init__(self, connection, sandbox)
        StoredRefundLedgers.__init__(self, connection, sandbox)
        Exporters.__init__(self, connection, sandbox)
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._documents: dict[int, FiledDocument] = {}
        self._rates: RefundRates | None = None

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, cached from the first query."""
        missing = [number for number in ids if number not in self._documents]
        if missing:
            self._documents.update(filed_by_id(self._connection, missing))
        return {number: self._documents[number] for number in ids if number in self._documents}

    def companies(self, documents: Collection[int], claims: Collection[int]) -> Collection[str]:
        """Codes of the companies of documents and claims; not cached."""
        keys = (
            list(
                self._connection.execute(
                    select(document.c.key).where(one_of(self._connection, document.c.id, documents))
                ).scalars()
            )
            if documents
            else []
        )
        codes = (
            list(
                self._connection.execute(
                    select(refund_claim.c.ebc_code)
                    .distinct()
                    .where(one_of(self._connection, refund_claim.c.id, claims))
                ).scalars()
            )
            if claims
            else []
        )
        return {*(key.partition("|")[0] for key in keys), *codes}

    def rates(self) -> RefundRates:
        """The built-in refund rates, with codes replaced that the sandbox imported."""
        if self._rates is None:
            self._rates = refund_rate_rows.rates(self._connection, self._sandbox, rates.load_rates())
        return self._rates

    def new_id(self) -> int:
        """An id for a new row."""
        return self._numbering.next_number(ROWS, "row")

    def notice_no(self, year: int) -> str:
        """A new notice number: T, the year, and a serial number of the sandbox."""
        return f"T{year}{self._numbering.next_number(self._sandbox, REFUND_NOTICE):09d}"

    def certificate_no(self, year: int) -> str:
        """A new certificate number: Z, the year, and a serial number of the sandbox."""
        return f"Z{year}{self._numbering.next_number(self._sandbox, REFUND_CERTIFICATE):09d}"

    def touched(self) -> Collection[int]:
        """Ids of changed declarations: none."""
        return ()

    def changed(self) -> work_cases.Changed:
        """Changed claims and filing documents."""
        return {
            SubjectKind.REFUND_CLAIM: self._changed_claims.values(),
            "filing_case": self._changed_filing.values(),
        }

    def save(self, connection: Connection) -> None:
        """Write all changes; raises `Conflict` if another process has meanwhile used an invoice number."""
        try:
            self.save_invoices(connection)
        except IntegrityError as error:
            raise Conflict("another process has filed the same invoice number") from error
        self.save_claims(connection)
        self.save_filing(connection)
        self.save_ledgers(connection)
