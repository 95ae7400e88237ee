"""The repository of the refund desk as a whole: filed documents and their companies, papers and claims, ledgers,
numbers."""

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
from single_window.store.gateways.refund.invoices import Invoices
from single_window.store.gateways.refund.ledgers import StoredRefundLedgers
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Conflict
from single_window.store.tables import document, refund_claim


class StoredRefundRepository(Invoices, StoredRefundClaims, StoredRefundLedgers, Exporters):
    """One batch's view of one sandbox. `save` writes what was put, inside the transaction that it was loaded in."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        Invoices.__init__(self, connection, sandbox)
        StoredRefundClaims.__init__(self, connection, sandbox)
        StoredRefundLedgers.__init__(self, connection, sandbox)
        Exporters.__init__(self, connection, sandbox)
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._handed: dict[int, FiledDocument] = {}
        self._rates: RefundRates | None = None

    def documents(self, ids: Collection[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, as they were when they were first loaded."""
        missing = [number for number in ids if number not in self._handed]
        if missing:
            self._handed.update(filed_by_id(self._connection, missing))
        return {number: self._handed[number] for number in ids if number in self._handed}

    def companies(self, documents: Collection[int], claims: Collection[int]) -> Collection[str]:
        """Codes of the companies of documents and claims; nothing of them is kept."""
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
        """Our own rates, with those of the sandbox in place of all earlier ones of their codes."""
        if self._rates is None:
            self._rates = refund_rate_rows.rates(self._connection, self._sandbox, rates.load())
        return self._rates

    def new_id(self) -> int:
        """An id for a new row."""
        return self._numbering.next_number(ROWS, "row")

    def notice_no(self, year: int) -> str:
        """T, the year and a serial number of the sandbox."""
        return f"T{year}{self._numbering.next_number(self._sandbox, 'refund.notice'):09d}"

    def certificate_no(self, year: int) -> str:
        """Z, the year and a serial number of the sandbox."""
        return f"Z{year}{self._numbering.next_number(self._sandbox, 'refund.certificate'):09d}"

    def touched(self) -> Collection[int]:
        """No declarations: what the desk keeps are claims."""
        return ()

    def changed(self) -> work_cases.Changed:
        """Claims that were put."""
        return {SubjectKind.REFUND_CLAIM: self._changed_claims.values()}

    def save(self, connection: Connection) -> None:
        """Write everything that was put; an invoice number that somebody took meanwhile is a `Conflict`."""
        try:
            self.save_invoices(connection)
        except IntegrityError as error:
            raise Conflict("an invoice number was put on file by somebody else") from error
        self.save_claims(connection)
        self.save_ledgers(connection)
