"""The state of market supervision and commerce in the database, and the import of what it is given as master data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import Connection, select

from declarations.commerce.licences import LicenceAnswer, LicenceRecord
from declarations.commerce.zone_reports import CellKey, ZoneCell, ZoneMonth, count_month
from declarations.reasons import Reason
from gateways.commerce.repository import (
    CommerceCase,
    LicenceAuthorisation,
    LicenceQueryRow,
    TraderFilingRow,
    ZoneCompany,
    ZoneMonthRow,
)
from single_window.store.agency_tables.commerce import (
    commerce_case,
    commerce_file,
    licence,
    licence_authorisation,
    licence_query,
    trader_filing,
    zone_company,
    zone_month,
)
from single_window.store.bulk import insert_new, one_of, upsert_rows
from single_window.store.gateways.agency_state import AgencyState, lock_agency
from single_window.store.gateways.closed_lists import closed_lists, returned_lists
from single_window.store.law_books import law_of
from single_window.store.records import Records, decoder
from single_window.store.tables import participant

LicenceKey = tuple[str, str, int]
"""(credit code, since, revision)"""
_reasons = decoder(tuple[Reason, ...], tuple)
QUERIES = Records(LicenceQueryRow, licence_query, {"answers": decoder(tuple[LicenceAnswer, ...], tuple)})
AUTHORISATIONS = Records(LicenceAuthorisation, licence_authorisation)
FILINGS = Records(TraderFilingRow, trader_filing)
MONTHS = Records(
    ZoneMonthRow, zone_month, {"cells": decoder(tuple[tuple[CellKey, ZoneCell], ...], tuple), "reasons": _reasons}
)
COMMERCE_CASES = Records(CommerceCase, commerce_case, {"reasons": _reasons})


def licences_of(
    connection: Connection, sandbox: str, credit_codes: Collection[str]
) -> dict[str, Sequence[LicenceRecord]]:
    """Return all that the register recorded of companies, by credit code, the earliest day first."""
    columns = licence.c
    chosen = (
        select(*[columns[name] for name in LicenceRecord._fields])
        .where(columns.sandbox == sandbox, one_of(connection, columns.credit_code, sorted(credit_codes)))
        .order_by(columns.credit_code, columns.since, columns.revision)
    )
    found: dict[str, list[LicenceRecord]] = {}
    for row in connection.execute(chosen) if credit_codes else ():
        found.setdefault(row.credit_code, []).append(LicenceRecord(*row))
    return dict(found)


def licensed_of(connection: Connection, sandbox: str, codes: Collection[str] | None = None) -> set[str]:
    """Return the credit codes of which the register has recorded something and by which a company is registered; of
    these `codes` only, if they are given."""
    own, found = participant.c, set[str]()
    for column in (own.credit_code, own.code):
        chosen = (
            select(licence.c.credit_code)
            .distinct()
            .where(
                licence.c.sandbox == sandbox, own.sandbox == sandbox, own.kinds != "", column == licence.c.credit_code
            )
        )
        if codes is not None:
            chosen = chosen.where(one_of(connection, column, sorted(codes)))
        found.update(connection.execute(chosen).scalars())
    return found


def record_licences(connection: Connection, sandbox: str, records: Sequence[LicenceRecord]) -> set[LicenceKey]:
    """Store the records that are new and return their keys; recorded ones never change."""
    names = ("sandbox", *LicenceRecord._fields)
    new = insert_new(connection, licence, names, [(sandbox, *record) for record in records])
    return {(credit_code, since, revision) for _, credit_code, since, revision in new}


def zone_companies(connection: Connection, sandbox: str, zone: str) -> list[ZoneCompany]:
    """Return the companies that report for a zone, the earliest first."""
    columns = zone_company.c
    chosen = select(columns.zone, columns.since, columns.company).where(
        columns.sandbox == sandbox, columns.zone == zone
    )
    return [ZoneCompany(*row) for row in connection.execute(chosen.order_by(columns.since))]


def all_zone_companies(connection: Connection, sandbox: str) -> list[ZoneCompany]:
    """Return the companies that report for zones."""
    columns = zone_company.c
    chosen = select(columns.zone, columns.since, columns.company).where(columns.sandbox == sandbox)
    return [ZoneCompany(*row) for row in connection.execute(chosen)]


def name_zone_companies(connection: Connection, sandbox: str, named: Sequence[ZoneCompany]) -> None:
    """Store the companies that report for zones; one of the same zone and day replaces the earlier one."""
    names = ("sandbox", *ZoneCompany._fields)
    upsert_rows(connection, zone_company, names, [(sandbox, *one) for one in named], ("company",))


def months_of(connection: Connection, sandbox: str, zone: str, month: str) -> list[ZoneMonthRow]:
    """Return all revisions of a zone's month, oldest first."""
    columns = zone_month.c
    chosen = MONTHS.select().where(columns.sandbox == sandbox, columns.zone == zone, columns.month == month)
    return list(map(MONTHS.make, connection.execute(chosen.order_by(columns.id))))


class StoredCommerceRepository(AgencyState):
    """State of one sandbox for one batch of deliveries. Later queries of the batch see rows that were put."""

    def begin(self) -> None:
        self._queries = self.rows(QUERIES)
        self._authorisations: dict[tuple[str, str], LicenceAuthorisation] = {}
        self._filings = self.rows(FILINGS, "credit_code")
        self._months = self.rows(MONTHS)
        self._cases = self.rows(COMMERCE_CASES, cases="commerce_case")

    def lock(self) -> None:
        lock_agency(self._connection, self._sandbox, commerce_file)

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        return {code: row.dxp_id for code, row in self._registered(codes) if row.dxp_id}

    def credit_codes(self, codes: Collection[str]) -> Mapping[str, str]:
        return {code: row.credit_code for code, row in self._registered(codes) if row.credit_code}

    def _registered(self, codes: Collection[str]) -> Iterable[tuple[str, Any]]:
        columns, wanted = participant.c, sorted(set(codes))
        for name in ("credit_code", "code") if wanted else ():
            chosen = select(columns.code, columns.credit_code, columns.dxp_id).where(
                columns.sandbox == self._sandbox, columns.kinds != "", one_of(self._connection, columns[name], wanted)
            )
            yield from (
                (getattr(row, name), row) for row in self._connection.execute(chosen.order_by(columns.code.desc()))
            )

    def companies(self, credit_codes: Collection[str]) -> Mapping[str, Collection[str]]:
        found: dict[str, set[str]] = {}
        for credit_code, row in self._registered(credit_codes):
            found.setdefault(credit_code, set()).add(row.code)
        return found

    def licensed(self) -> Collection[str]:
        return licensed_of(self._connection, self._sandbox)

    def licences(self, credit_codes: Collection[str]) -> Mapping[str, Sequence[LicenceRecord]]:
        return licences_of(self._connection, self._sandbox, credit_codes)

    def queries(self, ids: Collection[int]) -> Mapping[int, LicenceQueryRow]:
        return self._queries.by_key(ids)

    def queries_about(self, credit_codes: Collection[str]) -> Sequence[LicenceQueryRow]:
        return [query for query in self._queries.grouped("credit_code", credit_codes) if query.of_registration]

    def put_query(self, query: LicenceQueryRow) -> None:
        self._queries.put(query)

    def authorisation(self, credit_code: str, auth_no: str) -> LicenceAuthorisation | None:
        if (credit_code, auth_no) in self._authorisations:
            return self._authorisations[credit_code, auth_no]
        given = AUTHORISATIONS.load(self._connection, self._sandbox, "credit_code", [credit_code])
        return next((one for one in given if one.auth_no == auth_no), None)

    def put_authorisation(self, given: LicenceAuthorisation) -> None:
        self._authorisations[given.credit_code, given.auth_no] = given

    def filings(self, credit_codes: Collection[str]) -> Mapping[str, TraderFilingRow]:
        return self._filings.by_key(credit_codes)

    def put_filing(self, filing: TraderFilingRow) -> None:
        self._filings.put(filing)

    def zone_companies(self, zone: str) -> Sequence[ZoneCompany]:
        return zone_companies(self._connection, self._sandbox, zone)

    def months(self, zone: str, month: str) -> Sequence[ZoneMonthRow]:
        columns = zone_month.c
        return self._months.chosen(
            columns.zone == zone, columns.month == month, fits=lambda row: (row.zone, row.month) == (zone, month)
        )

    def put_month(self, row: ZoneMonthRow) -> None:
        self._months.put(row)

    def count(self, zone: str, first: date) -> ZoneMonth:
        where = (self._connection, self._sandbox, zone, first, law_of(self._connection, self._sandbox))
        return count_month(chain(closed_lists(*where), returned_lists(*where)))

    def cases(self, ids: Collection[int]) -> Mapping[int, CommerceCase]:
        return self._cases.by_key(ids)

    def cases_about(self, about: Collection[str]) -> Sequence[CommerceCase]:
        return self._cases.grouped("about", about)

    def put_case(self, case: CommerceCase) -> None:
        self._cases.put(case)

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        super().save(connection)
        AUTHORISATIONS.save(connection, self._sandbox, self._authorisations.values())


REPOSITORY = StoredCommerceRepository
