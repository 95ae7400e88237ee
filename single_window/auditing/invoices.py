"""Invoices: the quantity used of a line must be what valid claims take, and not more than was bought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, Subquery, and_, func, or_, select

from single_window.auditing.claims import FreedAmounts, amounts_taken, freed_amounts, sums_by_key
from single_window.auditing.ledger import Ledger, LedgerDifference
from single_window.language.words import Words
from single_window.store.bulk import chunks, one_of
from single_window.store.tables import refund_line, vat_invoice, vat_invoice_line

WORDS = Words("发票", "invoices")
ON_FILE = ("accepted", "used")
PAPERS_PER_QUERY = 500


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare quantity and amount used of each line with the claims that cite it, less what they gave back."""
    cited, line = refund_line.c, vat_invoice_line.c
    keys, amounts = (cited.invoice_id, cited.invoice_line), {"qty": cited.taken, "amount": cited.base}
    subquery = amounts_taken(sandbox, "P", keys, amounts, cited.invoice_id > 0)
    summed = select(func.count(), func.sum(line.qty), func.sum(line.used)).where(line.sandbox == sandbox)
    rows, qty, used = sums_by_key(connection, summed)
    back = freed_amounts(connection, sandbox)
    candidates = _candidates(connection, sandbox, subquery, back)
    differences = [difference for row in candidates for difference in _check_line(row, back)]
    differences += _unknown_lines(connection, subquery)
    return Ledger("invoice", WORDS, rows, {"bought": qty, "used": used}, tuple(differences))


def _candidates(connection: Connection, sandbox: str, subquery: Subquery, back: FreedAmounts) -> Iterator[Any]:
    """Lines that differ from what claims take, and lines with amounts given back."""
    line, paper = vat_invoice_line.c, vat_invoice.c
    seen = set()
    for row in connection.execute(
        _lines(sandbox, subquery).where(
            or_(
                line.used != func.coalesce(subquery.c.qty, 0),
                line.used_amount != func.coalesce(subquery.c.amount, 0),
                line.used > line.qty,
                line.used_amount > line.amount,
                and_(line.used > 0, paper.state.not_in(ON_FILE)),
            )
        )
    ).all():
        seen.add((row.invoice_id, row.number))
        yield row
    for piece in chunks(sorted({place[0] for place in back.invoices}), PAPERS_PER_QUERY):
        for row in connection.execute(
            _lines(sandbox, subquery).where(one_of(connection, line.invoice_id, piece))
        ).all():
            if (row.invoice_id, row.number) not in seen:
                yield row


def _lines(sandbox: str, subquery: Subquery) -> Select[Any]:
    line, paper = vat_invoice_line.c, vat_invoice.c
    return (
        select(
            *(line[name] for name in ("invoice_id", "number", "used", "used_amount")),
            paper.invoice_no,
            paper.state,
            line.qty.label("bought"),
            line.amount.label("price"),
            func.coalesce(subquery.c.qty, 0).label("claimed"),
            func.coalesce(subquery.c.amount, 0).label("amount"),
        )
        .join(vat_invoice, paper.id == line.invoice_id)
        .outerjoin(subquery, and_(subquery.c.key0 == line.invoice_id, subquery.c.key1 == line.number))
        .where(line.sandbox == sandbox)
        .order_by(paper.invoice_no, line.number)
    )


def _check_line(row: Any, back: FreedAmounts) -> Iterator[LedgerDifference]:
    key, place = f"{row.invoice_no} {row.number}", (row.invoice_id, row.number)
    qty, amount = back.invoices.get(place, (0, 0))
    claimed, of_amount = int(row.claimed) - qty, int(row.amount) - amount
    if place in back.unclear and 0 <= row.used <= claimed and 0 <= row.used_amount <= of_amount:
        claimed, of_amount = row.used, row.used_amount
    if row.used != claimed:
        yield LedgerDifference(key, "used", row.used, claimed)
    if row.used_amount != of_amount:
        yield LedgerDifference(key, "amount used", row.used_amount, of_amount)
    if row.used > row.bought:
        yield LedgerDifference(key, "used beyond what was bought", row.used, row.bought)
    if row.used_amount > row.price:
        yield LedgerDifference(key, "used beyond the price", row.used_amount, row.price)
    if row.used and row.state not in ON_FILE:
        yield LedgerDifference(key, f"used of a paper that is {row.state}", row.used, 0)


def _unknown_lines(connection: Connection, subquery: Subquery) -> Iterator[LedgerDifference]:
    line = vat_invoice_line.c
    chosen = (
        select(subquery.c.key0, subquery.c.key1, subquery.c.qty)
        .outerjoin(vat_invoice_line, and_(line.invoice_id == subquery.c.key0, line.number == subquery.c.key1))
        .where(line.number.is_(None))
        .order_by(subquery.c.key0, subquery.c.key1)
    )
    for paper, number, qty in connection.execute(chosen):
        yield LedgerDifference(f"#{paper} {number}", "claimed of an unknown line", 0, int(qty))
