"""Export items: the quantity used must be what valid claims take, less goods returned or not sold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Subquery, func, or_, select

from single_window.auditing import repayments
from single_window.auditing.claims import amounts_taken, freed_amounts, sums_by_key
from single_window.auditing.ledger import Ledger, LedgerDifference
from single_window.language.words import Words
from single_window.store.bulk import one_of
from single_window.store.tables import export_item, refund_line

WORDS = Words("出口报关单项", "export items")


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare each item, in its first legal unit, with the claims that name it."""
    subquery = amounts_taken(
        sandbox, "E", (refund_line.c.item_no,), {"qty": refund_line.c.taken - refund_line.c.repaid_qty}
    )
    item = export_item.c
    rows, qty, used, returned = sums_by_key(
        connection,
        select(func.count(), func.sum(item.qty), func.sum(item.used), func.sum(item.returned)).where(
            item.sandbox == sandbox
        ),
    )
    stored = freed_amounts(connection, sandbox).kept
    differences = [
        difference
        for row in _candidates(connection, sandbox, subquery, stored)
        for difference in _check_item(row, stored)
    ]
    return Ledger(
        "export_item",
        WORDS,
        rows,
        {"exported": qty, "used": used, "returned": returned},
        (
            *differences,
            *_unknown_items(connection, sandbox, subquery),
            *repayments.returned_quantities(connection, sandbox),
        ),
    )


def _candidates(connection: Connection, sandbox: str, subquery: Subquery, stored: Counter[str]) -> Iterator[Any]:
    """Items that differ from what claims take, and items with repayments of goods that did not come back."""
    item, qty = export_item.c, func.coalesce(subquery.c.qty, 0)
    doubts = [item.used != qty, item.used > item.qty, item.used < 0]
    if stored:
        doubts.append(one_of(connection, item.item_no, sorted(stored)))
    yield from connection.execute(
        select(item.item_no, item.qty.label("exported"), item.used, qty.label("claimed"))
        .outerjoin(subquery, subquery.c.key0 == item.item_no)
        .where(item.sandbox == sandbox, or_(*doubts))
        .order_by(item.item_no)
    )


def _check_item(row: Any, stored: Counter[str]) -> Iterator[LedgerDifference]:
    claimed = int(row.claimed) + stored[row.item_no]
    if row.used != claimed:
        yield LedgerDifference(row.item_no, "used", row.used, claimed)
    if not 0 <= row.used <= row.exported:
        yield LedgerDifference(row.item_no, "used beyond what left", row.used, row.exported)


def _unknown_items(connection: Connection, sandbox: str, subquery: Subquery) -> Iterator[LedgerDifference]:
    item = export_item.c
    chosen = (
        select(subquery.c.key0, subquery.c.qty)
        .outerjoin(export_item, (item.item_no == subquery.c.key0) & (item.sandbox == sandbox))
        .where(item.item_no.is_(None), subquery.c.qty != 0)
        .order_by(subquery.c.key0)
    )
    for item_no, qty in connection.execute(chosen):
        yield LedgerDifference(str(item_no), "claimed of an unknown item", 0, int(qty))
