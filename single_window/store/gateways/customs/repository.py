"""Customs' repository: declarations, requests, parcels, companies and numbers; its bases add meetings, ledgers,
batches and summaries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select, union

from declarations.calendar import stamp14
from declarations.korea.draw import KoreaStanding
from declarations.reasons import Reason
from declarations.tax.returned_export import ReturnedTax
from gateways.customs.held import Reservations
from gateways.customs.repository import CustomsCompany, Declaration, ParcelRecord, Request
from gateways.decisions import SubjectKind
from single_window.store import work_cases
from single_window.store.bulk import array_value, in_array, of_sandbox, on_sqlite, one_of, per_dialect, upsert_rows
from single_window.store.gateways.customs.batches import StoredBatches
from single_window.store.gateways.customs.ledgers import StoredCustomsLedgers, registered_names
from single_window.store.gateways.customs.meetings import Meetings
from single_window.store.gateways.customs.summaries import StoredSummaries
from single_window.store.gateways.korea import standing_of
from single_window.store.gateways.refund.settled import refund_settled
from single_window.store.numbering import ROWS, Numbering
from single_window.store.prepared import fetch_all
from single_window.store.records import Records, cache_of, decoder, from_json, to_json
from single_window.store.series import EXPORT_LIST, INTAKE, LIST
from single_window.store.tables import decision, declaration, document, parcel, participant, request

_reasons = decoder(tuple[Reason, ...], tuple)
DECLARATIONS = Records(Declaration, declaration, {"reasons": _reasons, "held": decoder(Reservations, Reservations)})
REQUESTS = Records(
    Request,
    request,
    {
        "reasons": _reasons,
        "fields": decoder(dict[str, str], dict),
        "lines": decoder(dict[int, int], dict),
        "tax": decoder(ReturnedTax, lambda: None),
    },
)
PARCELS = Records(ParcelRecord, parcel)
_NAMING = {
    "declaration": declaration.c.id,
    "request": request.c.id,
    "invt_no": declaration.c.invt_no,
    "key": declaration.c.key,
    "parcel": declaration.c.logistics_key,
}
"""Kind of reference to a list → the column that holds it."""


@per_dialect
def _companies(sqlite: bool) -> Any:
    names = ("code", "credit_code", "name", "kinds", "credit_grade", "suspended_at")
    chosen = select(*[participant.c[name] for name in names]).where(participant.c.sandbox == bindparam("of_sandbox"))
    # a UNION, because each code has an index and OR would use neither
    return union(*[chosen.where(in_array(sqlite, participant.c[name], "codes")) for name in ("code", "credit_code")])


class StoredCustomsRepository(Meetings, StoredCustomsLedgers, StoredBatches, StoredSummaries):
    """State of one sandbox for one batch of deliveries. `put_…` methods change it in memory; `save` writes the changes,
    in the transaction in which they were loaded."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        Meetings.__init__(self, connection, sandbox)
        StoredCustomsLedgers.__init__(self, connection, sandbox, recent)
        StoredBatches.__init__(self, connection, sandbox, numbering)
        StoredSummaries.__init__(self, connection, sandbox, numbering)
        self._numbering = numbering
        self._declarations: dict[int, Declaration] = cache_of(recent, "declarations")
        self._changed: dict[int, Declaration] = {}
        self._requests: dict[int, Request] = {}
        self._changed_requests: dict[int, Request] = {}
        self._parcels: dict[str, ParcelRecord] = {}
        self._loaded_parcels: set[str] = set()
        self._changed_parcels: dict[str, ParcelRecord] = {}

    def korea_standing(self, company: str, parcel: str, day: date) -> KoreaStanding:
        return standing_of(self._connection, self._sandbox, company, parcel, day.isoformat())

    # declarations

    def orders(self, kind: str, values: Sequence[Any]) -> Collection[str]:
        wanted = [value for value in values if value]
        if not wanted:
            return set()
        if kind == "note":
            return set(
                self._connection.execute(
                    select(document.c.order_no)
                    .distinct()
                    .join(request, request.c.document_id == document.c.id)
                    .where(one_of(self._connection, request.c.id, wanted))
                ).scalars()
            )
        by_id = kind in {"declaration", "request"}
        in_sandbox = of_sandbox(by_id and on_sqlite(self._connection), declaration, self._sandbox)
        statement = (
            select(declaration.c.order_no).distinct().where(in_sandbox, one_of(self._connection, _NAMING[kind], wanted))
        )
        if kind == "request":
            statement = statement.join(request, request.c.declaration_id == declaration.c.id)
        return set(self._connection.execute(statement).scalars())

    def _by(self, column: str, values: Sequence[Any]) -> list[Declaration]:
        loaded = DECLARATIONS.load(self._connection, self._sandbox, column, values)
        unlocked = {record.order_no for record in loaded} - self._locked_orders
        if unlocked and self.locking and not on_sqlite(self._connection):  # a row may have changed before it was locked
            self.lock(sorted(unlocked))
            loaded = DECLARATIONS.load(self._connection, self._sandbox, column, values)
        return [self._declarations.setdefault(record.id, record) for record in loaded]

    def declarations(self, ids: Sequence[int]) -> Mapping[int, Declaration]:
        self._by("id", [number for number in ids if number not in self._declarations])
        return {number: self._declarations[number] for number in ids if number in self._declarations}

    def lists_in_review(self, cause: str, about: str, after: int, most: int) -> Sequence[int]:
        waiting = select(declaration.c.id).where(
            declaration.c.sandbox == self._sandbox,
            declaration.c.state == "in_review",
            declaration.c.id > after,
            declaration.c.review_cause == cause,
            declaration.c.reasons.contains(to_json(about), autoescape=True),
        )
        return self._connection.execute(waiting.order_by(declaration.c.id).limit(most)).scalars().all()

    def declarations_of(self, order_nos: Sequence[str]) -> Sequence[Declaration]:
        self.lock(order_nos)
        return self._by("order_no", order_nos)

    def declarations_by_key(self, keys: Sequence[str], flow: str = "I") -> Mapping[str, Declaration]:
        wanted = set(keys)
        loaded = {
            record.key: record for record in self._declarations.values() if record.key in wanted and record.flow == flow
        }
        missing = sorted(wanted - loaded.keys())
        return {**loaded, **{record.key: record for record in self._by("key", missing) if record.flow == flow}}

    def declarations_by_invt_no(self, numbers: Sequence[str]) -> Mapping[str, Declaration]:
        return {record.invt_no: record for record in self._by("invt_no", [number for number in numbers if number])}

    def declarations_by_parcel(self, logistics_keys: Sequence[str], flow: str = "I") -> Mapping[str, list[Declaration]]:
        by_parcel: dict[str, list[Declaration]] = {}
        for record in self._by("logistics_key", logistics_keys):
            if record.flow == flow:
                by_parcel.setdefault(record.logistics_key, []).append(record)
        return by_parcel

    def named(self, numbers: Collection[str]) -> Mapping[str, Sequence[Declaration]]:
        wanted, by_name = sorted(set(numbers)), dict[str, dict[int, Declaration]]()
        for column in ("invt_no", "order_no", "key"):
            for record in self._by(column, wanted):
                by_name.setdefault(getattr(record, column), {})[record.id] = record
        return {number: list(records.values()) for number, records in by_name.items()}

    def put_declaration(self, declaration: Declaration) -> None:
        self._declarations[declaration.id] = self._changed[declaration.id] = declaration

    # numbers

    def new_id(self) -> int:
        return self._numbering.next_number(ROWS, "row")

    def list_no(self, customs_code: str, year: int, flow: str = "I") -> str:
        series = LIST if flow == "I" else EXPORT_LIST
        return f"{customs_code}{year}{flow}{self._numbering.next_number(self._sandbox, series):09d}"

    def intake_no(self, customs_code: str, now: int) -> str:
        return f"{customs_code}{stamp14(now)[:8]}{self._numbering.next_number(self._sandbox, INTAKE):06d}"

    # companies and parcels

    def companies(self, codes: Sequence[str]) -> Mapping[str, CustomsCompany]:
        companies: dict[str, CustomsCompany] = {}
        parameters = {"of_sandbox": self._sandbox, "codes": array_value(self._connection, codes)}
        for code, credit_code, name, kinds, *rest in fetch_all(
            self._connection, _companies(self._connection), parameters
        ):
            company = CustomsCompany(code, name, frozenset(kinds.split(";")), *rest)
            companies[code] = company
            if credit_code:
                companies[credit_code] = company
        return companies

    def persons(self, id_numbers: Sequence[str]) -> Mapping[str, str]:
        return registered_names(self._connection, self._sandbox, id_numbers)

    def parcels(self, logistics_keys: Sequence[str]) -> Mapping[str, ParcelRecord]:
        missing = sorted(set(logistics_keys) - self._loaded_parcels)
        if (
            missing and self.locking and not on_sqlite(self._connection)
        ):  # create missing rows, so that they can be locked
            upsert_rows(
                self._connection, parcel, ("sandbox", "logistics_key"), [(self._sandbox, key) for key in missing]
            )
        for record in PARCELS.load(self._connection, self._sandbox, "logistics_key", missing, lock=self.locking):
            if record.arrived_at or record.signed_at or record.bill_no or record.departed_at:
                self._parcels[record.logistics_key] = record
        self._loaded_parcels.update(missing)
        return {key: self._parcels[key] for key in logistics_keys if key in self._parcels}

    def put_parcel(self, parcel: ParcelRecord) -> None:
        self._parcels[parcel.logistics_key] = self._changed_parcels[parcel.logistics_key] = parcel

    # requests

    def _cached_requests(self, loaded: Iterable[Request]) -> list[Request]:
        return [self._requests.setdefault(record.id, record) for record in loaded]

    def requests(self, kind: str, keys: Sequence[str]) -> Mapping[str, Request]:
        wanted = set(keys)
        loaded = {
            record.key: record for record in self._requests.values() if record.kind == kind and record.key in wanted
        }
        if missing := sorted(wanted - loaded.keys()):
            rows = self._connection.execute(
                REQUESTS.select().where(
                    request.c.sandbox == self._sandbox,
                    request.c.kind == kind,
                    one_of(self._connection, request.c.key, missing),
                )
            ).all()
            loaded |= {record.key: record for record in self._cached_requests([REQUESTS.make(row) for row in rows])}
        return loaded

    def requests_by_id(self, ids: Sequence[int]) -> Mapping[int, Request]:
        self._cached_requests(
            REQUESTS.load(
                self._connection, self._sandbox, "id", [number for number in ids if number not in self._requests]
            )
        )
        return {number: self._requests[number] for number in ids if number in self._requests}

    def requests_of(self, declaration_ids: Sequence[int]) -> Mapping[int, list[Request]]:
        by_declaration: dict[int, list[Request]] = {}
        self._cached_requests(REQUESTS.load(self._connection, self._sandbox, "declaration_id", declaration_ids))
        for record in self._requests.values():
            if record.declaration_id in declaration_ids:
                by_declaration.setdefault(record.declaration_id, []).append(record)
        return by_declaration

    def refund_settled(self, declaration_id: int) -> bool:
        return refund_settled(self._connection, self._sandbox, declaration_id)

    def put_request(self, request: Request) -> None:
        self._requests[request.id] = self._changed_requests[request.id] = request

    def touched(self) -> set[int]:
        """Ids of changed declarations, and of declarations with changed requests."""
        return {
            *self._changed,
            *(record.declaration_id for record in self._changed_requests.values() if record.declaration_id),
        }

    def changed(self) -> work_cases.Changed:
        """Changed lists, requests and batches."""
        return {
            SubjectKind.DECLARATION: self._changed.values(),
            SubjectKind.REQUEST: self._changed_requests.values(),
            SubjectKind.BATCH: self._changed_batches.values(),
        }

    def found_differing(self, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
        columns = decision.c
        subjects = one_of(self._connection, columns.subject_id, sorted(map(str, ids)))
        chosen = select(columns.subject_id, columns.details).where(
            columns.sandbox == self._sandbox,
            columns.subject == SubjectKind.DECLARATION,
            columns.details.contains('"findings"', autoescape=True),
            subjects,
        )
        found: dict[int, Sequence[int]] = {}
        for number, details in self._connection.execute(chosen.order_by(columns.id)) if ids else ():
            results = from_json(details).get("findings", ())
            if lines := [line for line, result, *_ in results if result in ("differs", "missing")]:
                found[int(number)] = lines
        return found

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        DECLARATIONS.save(connection, self._sandbox, self._changed.values())
        REQUESTS.save(connection, self._sandbox, self._changed_requests.values())
        self.save_ledgers(connection)
        PARCELS.save(connection, self._sandbox, self._changed_parcels.values())
        self.save_batches(connection)
        self.save_summaries(connection)
        self.save_meetings(connection)
