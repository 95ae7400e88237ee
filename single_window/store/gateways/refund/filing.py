"""The filing documents of refund claims, for one batch of deliveries in one sandbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from declarations.reasons import Reason
from declarations.refund.filing_papers import IndexedPaper
from gateways.refund.repository import FilingCase
from single_window.store.agency_tables.refund import filing_case
from single_window.store.bulk import one_of
from single_window.store.records import Records, decoder

FILING_CASES = Records(
    FilingCase,
    filing_case,
    {"reasons": decoder(tuple[Reason, ...], tuple), "papers": decoder(tuple[IndexedPaper, ...], tuple)},
)


class StoredFilingCases:
    """Implements the filing documents of `gateways.refund.repository.RefundRepository`."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._filing: dict[int, FilingCase] = {}
        self._changed_filing: dict[int, FilingCase] = {}

    def filing_cases(self, ids: Collection[int]) -> Mapping[int, FilingCase]:
        """Filing documents by id."""
        self._load_filing("id", [number for number in ids if number not in self._filing])
        return {number: self._filing[number] for number in ids if number in self._filing}

    def filing_cases_of(self, claim_ids: Collection[int]) -> Mapping[int, FilingCase]:
        """Filing documents by the id of their claim."""
        known = {case.claim_id: case for case in self._filing.values()}
        self._load_filing("claim_id", [number for number in claim_ids if number not in known])
        known = {case.claim_id: case for case in self._filing.values()}
        return {number: known[number] for number in claim_ids if number in known}

    def companies_of_filing(self, ids: Collection[int]) -> Collection[str]:
        """Codes of the companies of filing documents; not cached."""
        if not ids:
            return []
        column = filing_case.c
        chosen = select(column.ebc_code).distinct().where(one_of(self._connection, column.id, ids))
        return list(self._connection.execute(chosen).scalars())

    def _load_filing(self, column: str, values: Collection[int]) -> None:
        for case in FILING_CASES.load(self._connection, self._sandbox, column, values):
            self._filing.setdefault(case.id, case)

    def put_filing_case(self, case: FilingCase) -> None:
        """Put new or changed filing documents."""
        self._filing[case.id] = self._changed_filing[case.id] = case

    def save_filing(self, connection: Connection) -> None:
        """Write all changes."""
        FILING_CASES.save(connection, self._sandbox, self._changed_filing.values())
