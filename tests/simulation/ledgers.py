"""Books that must balance after every step: what persons, guarantors and warehouses are charged is what is held."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from declarations.lifecycle import all_lifecycles
from declarations.tax.import_tax import Assessment
from schemas.packing import BILLS

ENDED = tuple(name for name, state in all_lifecycles()["declaration"].states.items() if state.ended)
_total = msgspec.json.Decoder(Assessment).decode


class BooksBalance:
    """Allowances, caps and stock are the sum of what declarations hold; guarantees that of open bills."""

    def __init__(self) -> None:
        self._totals: dict[str, int] = {}

    def broken(self, database: sqlite3.Connection) -> Iterator[str]:
        persons: Counter[tuple[object, ...]] = Counter()
        caps: Counter[tuple[object, ...]] = Counter()
        stock: Counter[tuple[object, ...]] = Counter()
        for state, text in database.execute("SELECT state, held FROM declaration WHERE held <> ''"):
            held = msgspec.json.decode(text)
            if held and state in ENDED:
                yield f"a list that is {state} holds {held}"
            if "allowance" in held:
                identity, year, value, kind = held["allowance"]
                persons[identity, year, kind] += value
                for group, quantity in held.get("caps", ()):
                    caps[identity, year, group] += quantity
            for ems_no, item, drawn, _ in held.get("stock", ()):
                stock[ems_no, item] += drawn
        yield from _unequal(
            "allowance",
            persons,
            {
                (identity, year, kind): value
                for identity, year, *values in database.execute("SELECT identity, year, reserved, used FROM allowance")
                for kind, value in zip(("reserved", "used"), values, strict=True)
            },
        )
        yield from _unequal(
            "cap",
            caps,
            {
                tuple(key): quantity
                for *key, quantity in database.execute("SELECT identity, year, group_key, quantity FROM cap_use")
            },
        )
        yield from _unequal(
            "stock",
            stock,
            {
                (ems_no, item): drawn
                for ems_no, item, drawn in database.execute(
                    "SELECT ems_no, item_record_no, drawn FROM account_book WHERE drawn <> 0"
                )
            },
        )
        yield from self._guarantees(database)

    def _guarantees(self, database: sqlite3.Connection) -> Iterator[str]:
        booked: Counter[tuple[object, ...]] = Counter()
        open_bills: Counter[int] = Counter()
        for number, code, state, assessment in database.execute(
            "SELECT declaration_id, assure_code, state, assessment FROM tax_bill WHERE state IN "
            "('reserved', 'made', 'collected')"
        ):
            if assessment not in self._totals:
                self._totals[assessment] = _total(BILLS.unpack(assessment)).total
            booked[code, state] += self._totals[assessment]
            open_bills[number] += 1
        yield from (
            f"declaration {number} has {count} bills that hold" for number, count in open_bills.items() if count > 1
        )
        accounts = {
            code: values for code, *values in database.execute("SELECT assure_code, reserved, booked FROM guarantee")
        }
        yield from _unequal(
            "guarantee",
            Counter({key: value for key, value in booked.items() if key[1] != "collected" and key[0] in accounts}),
            {
                (code, state): value
                for code, values in accounts.items()
                for state, value in zip(("reserved", "made"), values, strict=True)
            },
        )


def _unequal(
    account: str, held: Mapping[tuple[object, ...], int], charged: Mapping[tuple[object, ...], int]
) -> Iterator[str]:
    for key in sorted({*held, *charged}, key=repr):
        if held.get(key, 0) != charged.get(key, 0):
            yield f"{account} {key}: {charged.get(key, 0)} is charged, {held.get(key, 0)} is held"
