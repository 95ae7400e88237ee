"""Ledgers of customs: yearly allowances and caps of persons, bonded stock of account books.

A line is locked when it is read. Caps are covered by the lock of their person's allowance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from declarations.allowance import Allowance
from gateways.customs.book_movements import BookMovement
from gateways.customs.repository import BookLine
from single_window.store import epochs
from single_window.store.bulk import (
    array_value,
    in_array,
    insert_rows,
    on_sqlite,
    one_of,
    pair_of,
    per_dialect,
    upsert_rows,
)
from single_window.store.prepared import fetch_all
from single_window.store.records import Records, cache_of
from single_window.store.tables import account_book, allowance, book_movement, cap_use, person

ALLOWANCES = Records(Allowance, allowance, skip=("group",))


def _allowances_of(sqlite: bool) -> Any:
    return (
        ALLOWANCES.select()
        .where(
            allowance.c.sandbox == bindparam("of_sandbox"),
            allowance.c.year == bindparam("of_year"),
            in_array(sqlite, allowance.c.identity, "identities"),
        )
        .order_by(allowance.c.identity)
    )


_allowances = per_dialect(_allowances_of)
_allowances_locked = per_dialect(lambda sqlite: _allowances_of(sqlite).with_for_update())
BOOKS = Records(BookLine, account_book)
Person = tuple[str, int]
"""(identity, year)"""


def file_stock(connection: Connection, sandbox: str, columns: tuple[str, ...], lines: Sequence[Sequence[Any]]) -> None:
    """Upsert imported bonded stock: values of `columns`, book and item first. Quantities drawn stay."""
    upsert_rows(
        connection, account_book, ("sandbox", *columns), [(sandbox, *line) for line in lines], replace=columns[2:]
    )
    epochs.bump(connection, "customs")


def register_persons(connection: Connection, sandbox: str, persons: Sequence[Sequence[str]]) -> None:
    """Upsert imported persons; each is (identity number in capitals, name)."""
    upsert_rows(
        connection, person, ("sandbox", "id_number", "name"), [(sandbox, *row) for row in persons], replace=("name",)
    )
    epochs.bump(connection, "customs")


def registered_names(connection: Connection, sandbox: str, id_numbers: Sequence[str]) -> Mapping[str, str]:
    """Identity number in capitals → registered name."""
    where = (person.c.sandbox == sandbox, one_of(connection, person.c.id_number, id_numbers))
    return {
        number: name for number, name in connection.execute(select(person.c.id_number, person.c.name).where(*where))
    }


class StoredCustomsLedgers:
    """The ledgers of one sandbox, for one batch of deliveries."""

    locking = True

    def __init__(self, connection: Connection, sandbox: str, recent: dict[str, dict[Any, Any]] | None) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._allowances: dict[Person, Allowance] = cache_of(recent, "allowances")
        self._changed_allowances: dict[Person, Allowance] = {}
        self._caps: dict[tuple[str, int, str], int] = {}
        self._books: dict[tuple[str, str], BookLine | None] = {}
        self._changed_books: dict[tuple[str, str], BookLine] = {}
        self._new_books: set[tuple[str, str]] = set()
        self._movements: list[BookMovement] = []

    def allowances(self, persons: Sequence[Person]) -> dict[Person, Allowance]:
        """Allowance lines; a new, empty one for a person without."""
        missing = [owner for owner in persons if owner not in self._allowances]
        for year in sorted({year for _, year in missing}):
            self._load_allowances(sorted({identity for identity, of_year in missing if of_year == year}), year)
        return {owner: self._allowances.setdefault(owner, Allowance(*owner)) for owner in persons}

    def _load_allowances(self, identities: Sequence[str], year: int) -> None:
        if self.locking and not on_sqlite(self._connection):  # create missing lines, so that they can be locked
            lines = [(self._sandbox, identity, year) for identity in identities]
            upsert_rows(self._connection, allowance, ("sandbox", "identity", "year"), lines)
        statement = (_allowances_locked if self.locking else _allowances)(self._connection)
        parameters = {
            "of_sandbox": self._sandbox,
            "of_year": year,
            "identities": array_value(self._connection, identities),
        }
        for row in fetch_all(self._connection, statement, parameters):
            line = ALLOWANCES.make(row)
            self._allowances[line.identity, line.year] = line

    def put_allowance(self, line: Allowance) -> None:
        """Put a changed line."""
        self._allowances[line.identity, line.year] = self._changed_allowances[line.identity, line.year] = line

    def caps(self, persons: Sequence[Person]) -> Mapping[Person, dict[str, int]]:
        """Person → group → quantity used."""
        self.allowances(persons)
        quantities: dict[Person, dict[str, int]] = {owner: {} for owner in persons}
        identities = sorted({identity for identity, _ in persons})
        rows = self._connection.execute(
            select(cap_use.c.identity, cap_use.c.year, cap_use.c.group_key, cap_use.c.quantity).where(
                cap_use.c.sandbox == self._sandbox, one_of(self._connection, cap_use.c.identity, identities)
            )
        ).all()
        put = [(*key, quantity) for key, quantity in self._caps.items()]
        for identity, year, group, quantity in [*rows, *put]:
            if (identity, year) in quantities:
                quantities[identity, year][group] = quantity
        return quantities

    def put_cap(self, identity: str, year: int, group: str, quantity: int) -> None:
        """Put a changed quantity."""
        self._caps[identity, year, group] = quantity

    def book_lines(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BookLine]:
        """Lines by (book, item); unknown ones are omitted."""
        missing = [key for key in keys if key not in self._books]
        if missing:
            self._books.update(dict.fromkeys(missing))
            columns = (account_book.c.ems_no, account_book.c.item_record_no)
            statement = BOOKS.select().where(
                account_book.c.sandbox == self._sandbox, pair_of(self._connection, columns, missing)
            )
            statement = statement.order_by(*columns)
            for row in self._connection.execute(statement.with_for_update() if self.locking else statement).all():
                book_line = BOOKS.make(row)
                self._books[book_line.ems_no, book_line.item_record_no] = book_line
        return {key: line for key in keys if (line := self._books[key]) is not None}

    def put_book_line(self, line: BookLine) -> None:
        """Put a new or changed line."""
        key = (line.ems_no, line.item_record_no)
        if self._books.get(key) is None:
            self._new_books.add(key)
        self._books[key] = self._changed_books[key] = line

    def put_book_movement(self, movement: BookMovement) -> None:
        """Put what was booked out."""
        self._movements.append(movement)

    def save_ledgers(self, connection: Connection) -> None:
        """Write all changes. Raises `IntegrityError` if another process has inserted the same book line; the batch is
        then retried."""
        ALLOWANCES.save(connection, self._sandbox, self._changed_allowances.values())
        new = [self._changed_books[key] for key in sorted(self._new_books)]
        rows = [(self._sandbox, *BOOKS.values(line)) for line in new]
        insert_rows(connection, account_book, ("sandbox", *BOOKS.names), rows)
        old = [line for key, line in self._changed_books.items() if key not in self._new_books]
        BOOKS.save(connection, self._sandbox, old)
        moved = [(self._sandbox, *movement) for movement in self._movements]
        insert_rows(connection, book_movement, ("sandbox", *BookMovement._fields), moved)
        caps = [(self._sandbox, *key, quantity) for key, quantity in self._caps.items()]
        columns = ("sandbox", "identity", "year", "group_key", "quantity")
        upsert_rows(connection, cap_use, columns, caps, replace=("quantity",))
