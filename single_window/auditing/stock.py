"""Bonded stock: quantities drawn from account books must equal those of lists, those booked out their movements; both
together must not exceed what was filed."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from single_window.auditing import returned_goods
from single_window.auditing.held import ENDED, reservations_of_lists
from single_window.auditing.ledger import Ledger, LedgerDifference, compare_amounts, joined_key
from single_window.language.words import Words
from single_window.store.tables import account_book, book_movement

WORDS = Words("保税账册库存", "bonded stock")


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare each item of a book with the lists that drew it and with what was booked out, in the book's unit."""
    counter: Counter[tuple[object, ...]] = Counter()
    differences = []
    for number, state, reserved in reservations_of_lists(connection, sandbox, "stock"):
        for ems_no, item, quantity, _ in reserved.stock:
            counter[ems_no, item] += quantity
        if state in ENDED and reserved.stock:
            drawn = sum(entry[2] for entry in reserved.stock)
            differences.append(LedgerDifference(str(number), f"held by a list that is {state}", drawn, 0))
    columns = [account_book.c[name] for name in ("ems_no", "item_record_no", "filed", "drawn", "booked_out")]
    rows = connection.execute(select(*columns).where(account_book.c.sandbox == sandbox)).all()
    differences += compare_amounts("drawn", {tuple(row[:2]): row.drawn for row in rows}, counter)
    booked_out = {tuple(row[:2]): row.booked_out for row in rows if row.booked_out}
    differences += compare_amounts("booked out", booked_out, _moved(connection, sandbox))
    differences += [
        LedgerDifference(joined_key(row[:2]), "drawn beyond what was filed", row.drawn + row.booked_out, row.filed)
        for row in rows
        if row.drawn + row.booked_out > row.filed
    ]
    differences += returned_goods.returned_stock(connection, sandbox)
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("filed", "drawn", "booked_out")}
    left = sums["filed"] - sums["drawn"] - sums["booked_out"]
    shown = {name: amount for name, amount in sums.items() if amount or name != "booked_out"}
    return Ledger("stock", WORDS, len(rows), {**shown, "left": left}, tuple(differences))


def _moved(connection: Connection, sandbox: str) -> Counter[tuple[object, ...]]:
    """The quantities that left each item without a list."""
    moved: Counter[tuple[object, ...]] = Counter()
    columns = (book_movement.c.ems_no, book_movement.c.item_record_no, book_movement.c.quantity)
    for ems_no, item, quantity in connection.execute(select(*columns).where(book_movement.c.sandbox == sandbox)):
        moved[ems_no, item] += quantity
    return moved
