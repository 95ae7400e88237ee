"""The tax gateway's state in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from declarations.documents import Inventory, unpack
from declarations.tax.import_tax import Assessment
from gateways.tax.repository import Bill, Guarantee, TaxedList
from single_window.store import epochs, work_cases
from single_window.store.bulk import array_value, in_array, per_dialect, upsert_rows
from single_window.store.numbering import Numbering
from single_window.store.prepared import fetch_all
from single_window.store.records import Records, cache_of, decoder
from single_window.store.tables import document, guarantee, participant, tax_bill


def _no_assessment() -> Assessment:
    raise ValueError("a tax bill without its assessment")


GUARANTEES = Records(Guarantee, guarantee)
BILLS = Records(
    Bill, tax_bill, {"assessment": decoder(Assessment, _no_assessment), "fields": decoder(dict[str, str], dict)}
)


def upsert_guarantees(
    connection: Connection, sandbox: str, columns: Sequence[str], accounts: Sequence[Sequence[Any]]
) -> None:
    """Upsert imported guarantees; a row has values in the order of `columns`, the code first. Other columns, such as
    reserved and booked amounts, stay."""
    upsert_rows(
        connection,
        guarantee,
        ("sandbox", *columns),
        [(sandbox, *account) for account in accounts],
        replace=tuple(columns[1:]),
    )
    epochs.bump(connection, "tax")


@per_dialect
def _inventories(sqlite: bool) -> Any:
    return select(document.c.id, document.c.order_no, document.c.key, document.c.facts).where(
        in_array(sqlite, document.c.id, "ids")
    )


class StoredTaxRepository:
    """State of one sandbox for one batch of deliveries."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._lists: dict[int, TaxedList] = {}
        self._bills: dict[int, Bill] = cache_of(recent, "bills")
        self._loaded_bills: set[int] = set()
        self._guarantees: dict[str, Guarantee] = {}
        self._loaded_guarantees: set[str] = set()
        self._changed: dict[tuple[int, int], Bill] = {}
        self._changed_guarantees: dict[str, Guarantee] = {}

    def inventories(self, document_ids: Sequence[int]) -> Mapping[int, TaxedList]:
        missing = [number for number in document_ids if number not in self._lists]
        if missing:
            parameters = {"ids": array_value(self._connection, missing)}
            rows = fetch_all(self._connection, _inventories(self._connection), parameters)
            self._lists.update(
                {number: TaxedList(order_no, key, unpack(Inventory, facts)) for number, order_no, key, facts in rows}
            )
        return {number: self._lists[number] for number in document_ids if number in self._lists}

    def guarantees(self, assure_codes: Sequence[str]) -> Mapping[str, Guarantee]:
        missing = sorted(set(assure_codes) - self._loaded_guarantees)
        self._loaded_guarantees.update(missing)
        for record in GUARANTEES.load(self._connection, self._sandbox, "assure_code", missing, lock=True):
            self._guarantees[record.assure_code] = record
        return {code: self._guarantees[code] for code in assure_codes if code in self._guarantees}

    def grade_of(self, code: str) -> str:
        chosen = select(participant.c.credit_grade).where(
            participant.c.sandbox == self._sandbox, participant.c.code == code
        )
        return self._connection.execute(chosen).scalar() or ""

    def put_guarantee(self, guarantee: Guarantee) -> None:
        self._changed_guarantees[guarantee.assure_code] = guarantee

    def bills(self, declaration_ids: Sequence[int]) -> Mapping[int, Bill]:
        missing = sorted(set(declaration_ids) - self._bills.keys() - self._loaded_bills)
        self._loaded_bills.update(missing)
        for bill in BILLS.load(self._connection, self._sandbox, "declaration_id", missing, lock=True):
            newest = self._bills.get(bill.declaration_id)
            if newest is None or newest.sequence < bill.sequence:
                self._bills[bill.declaration_id] = bill
        return {number: self._bills[number] for number in declaration_ids if number in self._bills}

    def first_bill(self, declaration_id: int) -> Bill:
        loaded = BILLS.load(self._connection, self._sandbox, "declaration_id", [declaration_id])
        return min((bill for bill in loaded if bill.tax_no), key=lambda bill: bill.sequence)

    def put_bill(self, bill: Bill) -> None:
        self._bills[bill.declaration_id] = bill
        self._changed[bill.declaration_id, bill.sequence] = bill

    def touched(self) -> set[int]:
        """Ids of declarations with changed bills."""
        return {declaration_id for declaration_id, _ in self._changed}

    def changed(self) -> work_cases.Changed:
        """Nothing, because no tax bill waits for an officer."""
        return {}

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        BILLS.save(connection, self._sandbox, self._changed.values())
        GUARANTEES.save(connection, self._sandbox, self._changed_guarantees.values())


REPOSITORY = StoredTaxRepository
