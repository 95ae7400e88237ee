"""Customs' memory in the database: what `gateways.customs.memory.CustomsMemory` asks for, in bulk, for one batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, tuple_

from declarations.allowance import Allowance
from declarations.calendar import stamp14
from declarations.reasons import Reason
from gateways.customs.memory import BookLine, Company, Declaration, Filed, Parcel, Request
from single_window.numbering import ROWS, Numbering
from single_window.store import epochs
from single_window.store.bulk import chunks, one_of, upsert_rows
from single_window.store.records import Records, decoder, kept
from single_window.store.tables import (
    account_book,
    allowance,
    cap_use,
    declaration,
    document,
    meeting,
    parcel,
    participant,
    request,
)

_reasons = decoder(tuple[Reason, ...], tuple)
DECLARATIONS = Records(Declaration, declaration, {"reasons": _reasons, "held": decoder(dict[str, Any], dict)})
REQUESTS = Records(Request, request, {"reasons": _reasons, "fields": decoder(dict[str, str], dict),
                                      "lines": decoder(dict[int, int], dict)})
ALLOWANCES = Records(Allowance, allowance, skip=("group",))
BOOKS = Records(BookLine, account_book)
PARCELS = Records(Parcel, parcel)
_FILED = tuple(document.c[name] for name in (
    "id", "kind", "key", "order_no", "version", "state", "port_no", "mailboxes", "last_return", "facts"))


def file_stock(connection: Connection, sandbox: str, lines: Sequence[Sequence[Any]]) -> None:
    """Bonded stock as master data gives it, each (book, item, goods code, name, unit, filed): what is drawn stays."""
    columns = ("ems_no", "item_record_no", "gcode", "gname", "unit", "filed")
    upsert_rows(connection, account_book, ("sandbox", *columns), [(sandbox, *line) for line in lines],
                replace=columns[2:])
    epochs.bump(connection, "customs")


class StoredCustomsMemory:
    """One batch's view of one sandbox. `save` writes what was put, inside the transaction that it was loaded in."""

    def __init__(self, connection: Connection, sandbox: str, numbering: Numbering,
                 recent: dict[str, dict[Any, Any]] | None = None) -> None:
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._declarations: dict[int, Declaration] = kept(recent, "declarations")
        self._changed: dict[int, Declaration] = {}
        self._allowances: dict[tuple[str, int], Allowance] = kept(recent, "allowances")
        self._changed_allowances: dict[tuple[str, int], Allowance] = {}
        self._caps: dict[tuple[str, int, str], int] = {}
        self._books: dict[tuple[str, str], BookLine] = {}
        self._changed_books: dict[tuple[str, str], BookLine] = {}
        self._requests: dict[int, Request] = {}
        self._changed_requests: dict[int, Request] = {}
        self._parcels: dict[str, Parcel] = {}
        self._changed_parcels: dict[str, Parcel] = {}
        self._answered: dict[str, set[str]] = {}
        self._changed_answers: dict[str, set[str]] = {}
        self._meetings: set[str] = set()

    # meetings and documents

    def meet(self, order_nos: Sequence[str]) -> Mapping[str, list[Filed]]:
        self._lock(order_nos)
        found: dict[str, list[Filed]] = {}
        where = (document.c.sandbox == self._sandbox, one_of(self._connection, document.c.order_no, order_nos))
        for row in self._connection.execute(select(*_FILED).where(*where)).all():
            found.setdefault(row[3], []).append(Filed(*row))
        return {order_no: found[order_no] for order_no in order_nos if order_no in found}

    def _lock(self, order_nos: Sequence[str]) -> None:
        """Lock meetings in sorted order. SQLite's one writer holds them all; a row comes with its answers."""
        new = [number for number in order_nos if number not in self._meetings]
        if not new:
            return
        if self._connection.dialect.name != "sqlite":
            upsert_rows(self._connection, meeting, ("sandbox", "order_no"), [(self._sandbox, one) for one in new])
        rows = self._connection.execute(
            select(meeting.c.order_no, meeting.c.answered)
            .where(meeting.c.sandbox == self._sandbox, one_of(self._connection, meeting.c.order_no, new))
            .order_by(meeting.c.order_no).with_for_update()).all()
        self._answered.update({number: set(marks.split(";")) for number, marks in rows if marks})
        self._meetings.update(new)

    def answered(self, order_no: str) -> set[str]:
        return set(self._answered.get(order_no, ()))

    def put_answered(self, order_no: str, marks: Iterable[str]) -> None:
        self._answered[order_no] = self._changed_answers[order_no] = set(marks)

    def documents(self, ids: Sequence[int]) -> Mapping[int, Filed]:
        where = one_of(self._connection, document.c.id, ids)
        found = {row[0]: Filed(*row) for row in self._connection.execute(select(*_FILED).where(where)).all()}
        return {number: found[number] for number in ids if number in found}

    # declarations

    def _keep(self, loaded: Iterable[Declaration]) -> list[Declaration]:
        return [self._declarations.setdefault(one.id, one) for one in loaded]

    def _by(self, column: str, values: Sequence[str]) -> list[Declaration]:
        return self._keep(DECLARATIONS.load(self._connection, self._sandbox, column, values))

    def declarations(self, ids: Sequence[int]) -> Mapping[int, Declaration]:
        missing = [number for number in ids if number not in self._declarations]
        self._keep(DECLARATIONS.load(self._connection, self._sandbox, "id", missing))
        return {number: self._declarations[number] for number in ids if number in self._declarations}

    def declarations_by_key(self, keys: Sequence[str]) -> Mapping[str, Declaration]:
        return {one.key: one for one in self._by("key", keys)}

    def declarations_by_invt_no(self, numbers: Sequence[str]) -> Mapping[str, Declaration]:
        return {one.invt_no: one for one in self._by("invt_no", [number for number in numbers if number])}

    def declarations_by_parcel(self, logistics_keys: Sequence[str]) -> Mapping[str, list[Declaration]]:
        found: dict[str, list[Declaration]] = {}
        for one in self._by("logistics_key", logistics_keys):
            found.setdefault(one.logistics_key, []).append(one)
        return found

    def put_declaration(self, declaration: Declaration) -> None:
        self._declarations[declaration.id] = self._changed[declaration.id] = declaration

    # numbers

    def new_id(self) -> int:
        return self._numbering.one(ROWS, "row")

    def list_no(self, customs_code: str, year: int) -> str:
        return f"{customs_code}{year}I{self._numbering.one(self._sandbox, 'list'):09d}"

    def intake_no(self, customs_code: str, now: int) -> str:
        return f"{customs_code}{stamp14(now)[:8]}{self._numbering.one(self._sandbox, 'intake'):06d}"

    # companies, allowances, caps, books, parcels

    def companies(self, codes: Sequence[str]) -> Mapping[str, Company]:
        found: dict[str, Company] = {}
        columns = [participant.c[name] for name in ("code", "credit_code", "name", "kinds", "credit_grade")]
        for part in chunks(codes):
            where = (participant.c.sandbox == self._sandbox,
                     or_(participant.c.code.in_(part), participant.c.credit_code.in_(part)))
            for code, credit_code, name, kinds, grade in self._connection.execute(select(*columns).where(*where)):
                company = Company(code, name, frozenset(kinds.split(";")), grade)
                found[code] = company
                if credit_code:
                    found[credit_code] = company
        return found

    def allowances(self, persons: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Allowance]:
        missing = [one for one in persons if one not in self._allowances]
        for year in sorted({year for _, year in missing}):
            identities = [identity for identity, one in missing if one == year]
            if self._connection.dialect.name != "sqlite":  # a line that does not exist yet cannot be locked
                upsert_rows(self._connection, allowance, ("sandbox", "identity", "year"),
                            [(self._sandbox, identity, year) for identity in sorted(set(identities))])
            statement = ALLOWANCES.select().where(
                allowance.c.sandbox == self._sandbox, allowance.c.year == year,
                one_of(self._connection, allowance.c.identity, identities))
            for row in self._connection.execute(statement.order_by(allowance.c.identity)).all():
                line = ALLOWANCES.make(row)
                self._allowances[line.identity, line.year] = line
        return {one: self._allowances.setdefault(one, Allowance(*one)) for one in persons}

    def put_allowance(self, line: Allowance) -> None:
        self._allowances[line.identity, line.year] = self._changed_allowances[line.identity, line.year] = line

    def caps(self, persons: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], dict[str, int]]:
        found: dict[tuple[str, int], dict[str, int]] = {one: {} for one in persons}
        for part in chunks(sorted({identity for identity, _ in persons})):
            rows = self._connection.execute(
                select(cap_use.c.identity, cap_use.c.year, cap_use.c.group_key, cap_use.c.quantity)
                .where(cap_use.c.sandbox == self._sandbox, cap_use.c.identity.in_(part)).with_for_update())
            for identity, year, group, quantity in rows:
                if (identity, year) in found:
                    found[identity, year][group] = quantity
        for (identity, year, group), quantity in self._caps.items():
            if (identity, year) in found:
                found[identity, year][group] = quantity
        return found

    def put_cap(self, identity: str, year: int, group: str, quantity: int) -> None:
        self._caps[identity, year, group] = quantity

    def book_lines(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BookLine]:
        missing = [key for key in keys if key not in self._books]
        for part in chunks(missing):
            statement = BOOKS.select().where(
                account_book.c.sandbox == self._sandbox,
                tuple_(account_book.c.ems_no, account_book.c.item_record_no).in_(part))
            for row in self._connection.execute(statement):
                line = BOOKS.make(row)
                self._books[line.ems_no, line.item_record_no] = line
        return {key: self._books[key] for key in keys if key in self._books}

    def put_book_line(self, line: BookLine) -> None:
        key = (line.ems_no, line.item_record_no)
        self._books[key] = self._changed_books[key] = line

    def parcels(self, logistics_keys: Sequence[str]) -> Mapping[str, Parcel]:
        missing = [key for key in logistics_keys if key not in self._parcels]
        for one in PARCELS.load(self._connection, self._sandbox, "logistics_key", missing):
            self._parcels[one.logistics_key] = one
        return {key: self._parcels[key] for key in logistics_keys if key in self._parcels}

    def put_parcel(self, parcel: Parcel) -> None:
        self._parcels[parcel.logistics_key] = self._changed_parcels[parcel.logistics_key] = parcel

    # requests

    def _keep_requests(self, loaded: Iterable[Request]) -> list[Request]:
        return [self._requests.setdefault(one.id, one) for one in loaded]

    def requests(self, kind: str, keys: Sequence[str]) -> Mapping[str, Request]:
        loaded = self._keep_requests(REQUESTS.load(self._connection, self._sandbox, "key", keys))
        return {one.key: one for one in loaded if one.kind == kind}

    def requests_by_id(self, ids: Sequence[int]) -> Mapping[int, Request]:
        return {one.id: one for one in self._keep_requests(
            REQUESTS.load(self._connection, self._sandbox, "id", ids))}

    def requests_of(self, declaration_ids: Sequence[int]) -> Mapping[int, list[Request]]:
        found: dict[int, list[Request]] = {}
        self._keep_requests(REQUESTS.load(self._connection, self._sandbox, "declaration_id", declaration_ids))
        for one in self._requests.values():
            if one.declaration_id in declaration_ids:
                found.setdefault(one.declaration_id, []).append(one)
        return found

    def put_request(self, request: Request) -> None:
        self._requests[request.id] = self._changed_requests[request.id] = request

    def save(self, connection: Connection) -> None:
        """Write everything that was put."""
        sandbox = self._sandbox
        DECLARATIONS.save(connection, sandbox, self._changed.values())
        REQUESTS.save(connection, sandbox, self._changed_requests.values())
        ALLOWANCES.save(connection, sandbox, self._changed_allowances.values())
        BOOKS.save(connection, sandbox, self._changed_books.values())
        PARCELS.save(connection, sandbox, self._changed_parcels.values())
        upsert_rows(connection, cap_use, ("sandbox", "identity", "year", "group_key", "quantity"),
                    [(sandbox, *key, quantity) for key, quantity in self._caps.items()], replace=("quantity",))
        upsert_rows(connection, meeting, ("sandbox", "order_no", "answered"),
                    [(sandbox, number, ";".join(sorted(marks))) for number, marks in self._changed_answers.items()],
                    replace=("answered",))
