"""Invoices: what is used of a line is what the claims that stand take of it, and never more than was bought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Subquery, and_, func, or_, select

from single_window.auditing.claimed import sums, taken
from single_window.auditing.ledger import Difference, Ledger
from single_window.store.tables import refund_line, vat_invoice, vat_invoice_line
from single_window.stories.words import Words

WORDS = Words("发票", "invoices")
ON_FILE = ("accepted", "used")


def audited(connection: Connection, sandbox: str) -> Ledger:
    """Each line of a purchase paper: quantity and amount used against the claims that cite it."""
    found = taken(sandbox, "P", (refund_line.c.invoice_id, refund_line.c.invoice_line),
                  {"qty": refund_line.c.taken, "amount": refund_line.c.base}, refund_line.c.invoice_id > 0)
    line = vat_invoice_line.c
    rows, qty, used = sums(connection, select(func.count(), func.sum(line.qty), func.sum(line.used))
                           .where(line.sandbox == sandbox))
    differences = [*_differing(connection, sandbox, found), *_unknown(connection, found)]
    return Ledger("invoice", WORDS, rows, {"bought": qty, "used": used}, tuple(differences))


def _differing(connection: Connection, sandbox: str, found: Subquery) -> Iterator[Difference]:
    line, paper = vat_invoice_line.c, vat_invoice.c
    qty, amount = func.coalesce(found.c.qty, 0), func.coalesce(found.c.amount, 0)
    chosen = (
        select(paper.invoice_no, paper.state, line.number, line.qty.label("bought"), line.amount.label("price"),
               line.used, line.used_amount, qty.label("claimed"), amount.label("claimed_amount"))
        .join(vat_invoice, paper.id == line.invoice_id)
        .outerjoin(found, and_(found.c.key0 == line.invoice_id, found.c.key1 == line.number))
        .where(line.sandbox == sandbox,
               or_(line.used != qty, line.used_amount != amount, line.used > line.qty, line.used_amount > line.amount,
                   and_(line.used > 0, paper.state.not_in(ON_FILE))))
        .order_by(paper.invoice_no, line.number))
    for row in connection.execute(chosen):
        yield from _of(row)


def _of(row: Any) -> Iterator[Difference]:
    key = f"{row.invoice_no} {row.number}"
    if row.used != row.claimed:
        yield Difference(key, "used", row.used, int(row.claimed))
    if row.used_amount != row.claimed_amount:
        yield Difference(key, "amount used", row.used_amount, int(row.claimed_amount))
    if row.used > row.bought:
        yield Difference(key, "used beyond what was bought", row.used, row.bought)
    if row.used_amount > row.price:
        yield Difference(key, "used beyond the price", row.used_amount, row.price)
    if row.used and row.state not in ON_FILE:
        yield Difference(key, f"used of a paper that is {row.state}", row.used, 0)


def _unknown(connection: Connection, found: Subquery) -> Iterator[Difference]:
    line = vat_invoice_line.c
    chosen = (select(found.c.key0, found.c.key1, found.c.qty)
              .outerjoin(vat_invoice_line, and_(line.invoice_id == found.c.key0, line.number == found.c.key1))
              .where(line.number.is_(None)).order_by(found.c.key0, found.c.key1))
    for paper, number, qty in connection.execute(chosen):
        yield Difference(f"#{paper} {number}", "claimed of an unknown line", 0, int(qty))
