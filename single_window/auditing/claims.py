"""Sums that valid claims take from the ledgers, and sums that they have given back to invoices and items, for goods
that were returned or never sold.

The first are subqueries, so that only differing rows are fetched; for the second only claims with repayments are read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Executable, Select, Subquery, func, select

from declarations.documents import RefundRepayment, unpack
from declarations.money import Scaled
from declarations.refund.lines import IMPORT_VAT, SPECIAL, InvoiceLineUse
from declarations.refund.repayment import TooMuchReturned, uses_to_free
from single_window.store.bulk import chunks, one_of
from single_window.store.records import from_json
from single_window.store.tables import document, refund_claim, refund_line, refund_paper, vat_invoice

STANDING = ("accepted", "asked", "in_review", "approved", "paid", "to_repay", "settled")
"""States of valid claims, which keep what they took."""


def amounts_taken(
    sandbox: str,
    part: str,
    keys: Iterable[ColumnElement[object]],
    amounts: Mapping[str, ColumnElement[int]],
    *where: ColumnElement[bool],
) -> Subquery:
    """Sums over the lines of a part of all valid claims, by key: columns `key0`, `key1`, … and those of `amounts`."""
    by = list(keys)
    labelled = [column.label(f"key{place}") for place, column in enumerate(by)]
    return (
        select(*labelled, *[func.sum(column).label(name) for name, column in amounts.items()])
        .join(refund_claim, refund_claim.c.id == refund_line.c.claim_id)
        .where(refund_line.c.sandbox == sandbox, refund_line.c.part == part, refund_claim.c.state.in_(STANDING), *where)
        .group_by(*by)
        .subquery("claimed")
    )


def sums_by_key(connection: Connection, statement: Executable) -> list[int]:
    """A row of sums as integers."""
    row: Sequence[Any] = connection.execute(statement).one()
    return [int(number or 0) for number in row]


EXPORT, PURCHASE = "E", "P"
CAME_BACK, UNSOLD_ABROAD = "1", "4"
"""The reason code of a repayment whose goods were returned."""
CLAIMS_PER_QUERY = 500
Line = tuple[int, int]


class FreedAmounts(NamedTuple):
    """`invoices`: (paper id, line) → (quantity, amount) given back; `kept`: item → quantity repaid although the goods
    did not come back; `unclear`: invoice lines whose amounts depend on the order of events."""

    invoices: dict[Line, tuple[Scaled, Scaled]]
    kept: Counter[str]
    unclear: frozenset[Line]


def freed_amounts(connection: Connection, sandbox: str) -> FreedAmounts:
    """Compute the sums for the valid claims of a sandbox."""
    stored = _stored_amounts(connection, sandbox)
    invoices: Counter[Line] = Counter()
    amounts: Counter[Line] = Counter()
    unclear: set[Line] = set()
    for claim_id, lines in _repaid_quantities(connection, sandbox):
        of_claim = [number for (claim, number) in stored if claim == claim_id]
        for group in _group_by_link(lines):
            places = [(line.invoice_id, line.invoice_line) for line in group.purchases]
            if of_claim or group.qty > sum(line.taken for line in group.purchases):
                unclear.update(places)
                continue
            for invoice_taken in _uses_to_free(group):
                invoices[int(invoice_taken.invoice_no), invoice_taken.line] += invoice_taken.qty
                amounts[int(invoice_taken.invoice_no), invoice_taken.line] += invoice_taken.amount
    items: Counter[str] = Counter()
    for (_, number), qty in stored.items():
        items[number] += qty
    return FreedAmounts({place: (qty, amounts[place]) for place, qty in invoices.items()}, items, frozenset(unclear))


class _Group(NamedTuple):
    """Purchases of one kind under a link number; `qty`: returned quantity of its exports, in the unit of the claim."""

    purchases: list[Any]
    qty: Scaled


def _group_by_link(lines: Sequence[Any]) -> Iterator[_Group]:
    links: dict[str, list[Any]] = defaultdict(list)
    for line in lines:
        links[line.link_no].append(line)
    for of_link in links.values():
        back = sum(line.qty * line.repaid_qty // line.taken for line in of_link if line.part == EXPORT and line.taken)
        bought = [line for line in of_link if line.part == PURCHASE and line.taken]
        for vat in (True, False):
            group = [line for line in bought if (line.kind in (SPECIAL, IMPORT_VAT)) is vat]
            if back and group:
                yield _Group(group, back)


def _uses_to_free(group: _Group) -> Sequence[InvoiceLineUse]:
    taken = [InvoiceLineUse(str(line.invoice_id), line.invoice_line, line.taken, line.base) for line in group.purchases]
    try:
        return uses_to_free(taken, group.qty, 0)
    except TooMuchReturned:
        return ()


def _repaid_quantities(connection: Connection, sandbox: str) -> Iterator[tuple[int, list[Any]]]:
    """Claims with repayments, each with all its lines and the kinds of their invoices."""
    ids = (
        connection.execute(
            select(refund_line.c.claim_id)
            .distinct()
            .join(refund_claim, refund_claim.c.id == refund_line.c.claim_id)
            .where(refund_line.c.sandbox == sandbox, refund_line.c.repaid_qty != 0, refund_claim.c.state.in_(STANDING))
            .order_by(refund_line.c.claim_id)
        )
        .scalars()
        .all()
    )
    for piece in chunks(ids, CLAIMS_PER_QUERY):
        by_number: dict[int, list[Any]] = {number: [] for number in piece}
        for row in connection.execute(
            select(refund_line, vat_invoice.c.kind)
            .outerjoin(vat_invoice, vat_invoice.c.id == refund_line.c.invoice_id)
            .where(one_of(connection, refund_line.c.claim_id, piece))
        ):
            by_number[row.claim_id].append(row)
        yield from by_number.items()


def _stored_amounts(connection: Connection, sandbox: str) -> Counter[tuple[int, str]]:
    """(claim, item) → quantity repaid for reasons other than returned goods."""
    stored: Counter[tuple[int, str]] = Counter()
    for claim_id, lines, facts in connection.execute(_accepted_repayments(sandbox)):
        if unpack(RefundRepayment, facts).reason_kind not in (CAME_BACK, UNSOLD_ABROAD):
            for number, qty in from_json(lines).items():
                stored[claim_id, number] += qty
    return stored


def _accepted_repayments(sandbox: str) -> Select[Any]:
    paper = refund_paper.c
    return (
        select(paper.claim_id, paper.lines, document.c.facts)
        .join(document, document.c.id == paper.document_id)
        .where(paper.sandbox == sandbox, paper.kind == "repayment", paper.state == "accepted", paper.claim_id > 0)
    )
