"""Bonded stock: quantities drawn from account books must equal those of lists, and not exceed what was filed."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from single_window.auditing import returned_goods
from single_window.auditing.held import ENDED, reservations_of_lists
from single_window.auditing.ledger import Ledger, LedgerDifference, compare_amounts, joined_key
from single_window.language.words import Words
from single_window.store.tables import account_book

WORDS = Words("保税账册库存", "bonded stock")


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare each item of a book with the lists that drew it, in the book's unit."""
    counter: Counter[tuple[object, ...]] = Counter()
    differences = []
    for number, state, reserved in reservations_of_lists(connection, sandbox, "stock"):
        for ems_no, item, quantity, _ in reserved.stock:
            counter[ems_no, item] += quantity
        if state in ENDED and reserved.stock:
            drawn = sum(entry[2] for entry in reserved.stock)
            differences.append(LedgerDifference(str(number), f"held by a list that is {state}", drawn, 0))
    columns = [account_book.c[name] for name in ("ems_no", "item_record_no", "filed", "drawn")]
    rows = connection.execute(select(*columns).where(account_book.c.sandbox == sandbox)).all()
    differences += compare_amounts("drawn", {tuple(row[:2]): row.drawn for row in rows}, counter)
    differences += [
        LedgerDifference(joined_key(row[:2]), "drawn beyond what was filed", row.drawn, row.filed)
        for row in rows
        if row.drawn > row.filed
    ]
    differences += returned_goods.returned_stock(connection, sandbox)
    sums = {"filed": sum(row.filed for row in rows), "drawn": sum(row.drawn for row in rows)}
    return Ledger("stock", WORDS, len(rows), {**sums, "left": sums["filed"] - sums["drawn"]}, tuple(differences))
