"""The memory itself: declarations, requests, parcels, companies and numbers, besides meetings and ledgers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from declarations.calendar import stamp14
from declarations.reasons import Reason
from gateways.customs.repository import Company, Declaration, Held, Parcel, Request
from gateways.decisions import Subject
from single_window.store import work_cases
from single_window.store.bulk import array_value, in_array, on_sqlite, one_of, per_dialect, upsert_rows
from single_window.store.gateways.customs.batches import StoredBatches
from single_window.store.gateways.customs.ledgers import Ledgers, registered_names
from single_window.store.gateways.customs.meetings import Meetings
from single_window.store.gateways.customs.summaries import StoredSummaries
from single_window.store.gateways.refund.settled import refund_settled
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Records, decoder, kept
from single_window.store.tables import declaration, document, parcel, participant, request

_reasons = decoder(tuple[Reason, ...], tuple)
DECLARATIONS = Records(Declaration, declaration, {"reasons": _reasons, "held": decoder(Held, Held)})
REQUESTS = Records(
    Request,
    request,
    {"reasons": _reasons, "fields": decoder(dict[str, str], dict), "lines": decoder(dict[int, int], dict)},
)
PARCELS = Records(Parcel, parcel)
_NAMING = {
    "declaration": declaration.c.id,
    "request": request.c.id,
    "invt_no": declaration.c.invt_no,
    "key": declaration.c.key,
    "parcel": declaration.c.logistics_key,
}
"""What may name a list → the column that holds it."""


@per_dialect
def _companies(sqlite: bool) -> Any:
    names = ("code", "credit_code", "name", "kinds", "credit_grade", "suspended_at")
    return select(*[participant.c[name] for name in names]).where(
        participant.c.sandbox == bindparam("of_sandbox"),
        or_(in_array(sqlite, participant.c.code, "codes"), in_array(sqlite, participant.c.credit_code, "codes")),
    )


class StoredCustomsRepository(Meetings, Ledgers, StoredBatches, StoredSummaries):
    """One batch's view of one sandbox. `save` writes what was put, inside the transaction that it was loaded in."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        Meetings.__init__(self, connection, sandbox)
        Ledgers.__init__(self, connection, sandbox, recent)
        StoredBatches.__init__(self, connection, sandbox, numbering)
        StoredSummaries.__init__(self, connection, sandbox, numbering)
        self._numbering = numbering
        self._declarations: dict[int, Declaration] = kept(recent, "declarations")
        self._changed: dict[int, Declaration] = {}
        self._requests: dict[int, Request] = {}
        self._changed_requests: dict[int, Request] = {}
        self._parcels: dict[str, Parcel] = {}
        self._asked_parcels: set[str] = set()
        self._changed_parcels: dict[str, Parcel] = {}

    # declarations

    def orders(self, what: str, values: Sequence[Any]) -> Collection[str]:
        wanted = [value for value in values if value]
        if not wanted:
            return set()
        if what == "note":
            return set(
                self._connection.execute(
                    select(document.c.order_no)
                    .distinct()
                    .join(request, request.c.document_id == document.c.id)
                    .where(one_of(self._connection, request.c.id, wanted))
                ).scalars()
            )
        statement = (
            select(declaration.c.order_no)
            .distinct()
            .where(declaration.c.sandbox == self._sandbox, one_of(self._connection, _NAMING[what], wanted))
        )
        if what == "request":
            statement = statement.join(request, request.c.declaration_id == declaration.c.id)
        return set(self._connection.execute(statement).scalars())

    def _by(self, column: str, values: Sequence[Any]) -> list[Declaration]:
        loaded = DECLARATIONS.load(self._connection, self._sandbox, column, values)
        unmet = {one.order_no for one in loaded} - self._met
        if unmet and self.locking and not on_sqlite(self._connection):  # it may have changed before it was locked
            self.lock(sorted(unmet))
            loaded = DECLARATIONS.load(self._connection, self._sandbox, column, values)
        return [self._declarations.setdefault(one.id, one) for one in loaded]

    def declarations(self, ids: Sequence[int]) -> Mapping[int, Declaration]:
        self._by("id", [number for number in ids if number not in self._declarations])
        return {number: self._declarations[number] for number in ids if number in self._declarations}

    def declarations_of(self, order_nos: Sequence[str]) -> Sequence[Declaration]:
        self.lock(order_nos)
        return self._by("order_no", order_nos)

    def declarations_by_key(self, keys: Sequence[str], flow: str = "I") -> Mapping[str, Declaration]:
        wanted = set(keys)
        found = {one.key: one for one in self._declarations.values() if one.key in wanted and one.flow == flow}
        missing = sorted(wanted - found.keys())
        return {**found, **{one.key: one for one in self._by("key", missing) if one.flow == flow}}

    def declarations_by_invt_no(self, numbers: Sequence[str]) -> Mapping[str, Declaration]:
        return {one.invt_no: one for one in self._by("invt_no", [number for number in numbers if number])}

    def declarations_by_parcel(self, logistics_keys: Sequence[str], flow: str = "I") -> Mapping[str, list[Declaration]]:
        found: dict[str, list[Declaration]] = {}
        for one in self._by("logistics_key", logistics_keys):
            if one.flow == flow:
                found.setdefault(one.logistics_key, []).append(one)
        return found

    def named(self, numbers: Collection[str]) -> Mapping[str, Sequence[Declaration]]:
        wanted, found = sorted(set(numbers)), dict[str, dict[int, Declaration]]()
        for column in ("invt_no", "order_no", "key"):
            for one in self._by(column, wanted):
                found.setdefault(getattr(one, column), {})[one.id] = one
        return {number: list(ones.values()) for number, ones in found.items()}

    def put_declaration(self, declaration: Declaration) -> None:
        self._declarations[declaration.id] = self._changed[declaration.id] = declaration

    # numbers

    def new_id(self) -> int:
        return self._numbering.one(ROWS, "row")

    def list_no(self, customs_code: str, year: int, flow: str = "I") -> str:
        series = "list" if flow == "I" else "list.export"
        return f"{customs_code}{year}{flow}{self._numbering.one(self._sandbox, series):09d}"

    def intake_no(self, customs_code: str, now: int) -> str:
        return f"{customs_code}{stamp14(now)[:8]}{self._numbering.one(self._sandbox, 'intake'):06d}"

    # companies and parcels

    def companies(self, codes: Sequence[str]) -> Mapping[str, Company]:
        found: dict[str, Company] = {}
        asked = {"of_sandbox": self._sandbox, "codes": array_value(self._connection, codes)}
        for code, credit_code, name, kinds, *rest in self._connection.execute(_companies(self._connection), asked):
            company = Company(code, name, frozenset(kinds.split(";")), *rest)
            found[code] = company
            if credit_code:
                found[credit_code] = company
        return found

    def persons(self, id_numbers: Sequence[str]) -> Mapping[str, str]:
        return registered_names(self._connection, self._sandbox, id_numbers)

    def parcels(self, logistics_keys: Sequence[str]) -> Mapping[str, Parcel]:
        missing = sorted(set(logistics_keys) - self._asked_parcels)
        if missing and self.locking and not on_sqlite(self._connection):  # what is not there cannot be locked
            upsert_rows(
                self._connection, parcel, ("sandbox", "logistics_key"), [(self._sandbox, one) for one in missing]
            )
        for one in PARCELS.load(self._connection, self._sandbox, "logistics_key", missing, lock=self.locking):
            if one.arrived_at or one.signed_at or one.bill_no or one.departed_at:
                self._parcels[one.logistics_key] = one
        self._asked_parcels.update(missing)
        return {key: self._parcels[key] for key in logistics_keys if key in self._parcels}

    def put_parcel(self, parcel: Parcel) -> None:
        self._parcels[parcel.logistics_key] = self._changed_parcels[parcel.logistics_key] = parcel

    # requests

    def _keep_requests(self, loaded: Iterable[Request]) -> list[Request]:
        return [self._requests.setdefault(one.id, one) for one in loaded]

    def requests(self, kind: str, keys: Sequence[str]) -> Mapping[str, Request]:
        wanted = set(keys)
        found = {one.key: one for one in self._requests.values() if one.kind == kind and one.key in wanted}
        if missing := sorted(wanted - found.keys()):
            rows = self._connection.execute(
                REQUESTS.select().where(
                    request.c.sandbox == self._sandbox,
                    request.c.kind == kind,
                    one_of(self._connection, request.c.key, missing),
                )
            ).all()
            found |= {one.key: one for one in self._keep_requests([REQUESTS.make(row) for row in rows])}
        return found

    def requests_by_id(self, ids: Sequence[int]) -> Mapping[int, Request]:
        self._keep_requests(
            REQUESTS.load(
                self._connection, self._sandbox, "id", [number for number in ids if number not in self._requests]
            )
        )
        return {number: self._requests[number] for number in ids if number in self._requests}

    def requests_of(self, declaration_ids: Sequence[int]) -> Mapping[int, list[Request]]:
        found: dict[int, list[Request]] = {}
        self._keep_requests(REQUESTS.load(self._connection, self._sandbox, "declaration_id", declaration_ids))
        for one in self._requests.values():
            if one.declaration_id in declaration_ids:
                found.setdefault(one.declaration_id, []).append(one)
        return found

    def refund_settled(self, declaration_id: int) -> bool:
        return refund_settled(self._connection, self._sandbox, declaration_id)

    def put_request(self, request: Request) -> None:
        self._requests[request.id] = self._changed_requests[request.id] = request

    def touched(self) -> set[int]:
        """The declarations that were put, and those whose requests were."""
        return {*self._changed, *(one.declaration_id for one in self._changed_requests.values() if one.declaration_id)}

    def changed(self) -> work_cases.Changed:
        """Lists, requests and batches that were put."""
        return {
            Subject.DECLARATION: self._changed.values(),
            Subject.REQUEST: self._changed_requests.values(),
            Subject.BATCH: self._changed_batches.values(),
        }

    def save(self, connection: Connection) -> None:
        """Write everything that was put."""
        DECLARATIONS.save(connection, self._sandbox, self._changed.values())
        REQUESTS.save(connection, self._sandbox, self._changed_requests.values())
        self.save_ledgers(connection)
        PARCELS.save(connection, self._sandbox, self._changed_parcels.values())
        self.save_batches(connection)
        self.save_summaries(connection)
        self.save_meetings(connection)
