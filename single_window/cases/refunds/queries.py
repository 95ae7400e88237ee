"""Queries of refund claims: lists, by number, and their lines, invoices, items, pools, entries and papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from declarations.refund import rates
from declarations.refund.rates import RefundRates
from single_window.cases.refunds.answers import REFUND_CLAIM_KIND, RefundOut, refund_out
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import HistoryLine, history_out
from single_window.store import refund_rate_rows
from single_window.store.bulk import one_of
from single_window.store.tables import (
    exchange_pool,
    export_item,
    participant,
    refund_claim,
    refund_entry,
    refund_line,
    refund_paper,
    timeline,
    vat_invoice,
    vat_invoice_line,
)


def rates_of(connection: Connection, sandbox: str) -> RefundRates:
    """Return the refund rates of a sandbox."""
    return refund_rate_rows.rates(connection, sandbox, rates.load_rates())


WAITING = ("in_review",)
"""States in which a claim needs a decision."""
EXPORT, PURCHASE = "E", "P"
MAX_LINES = 2_000
Rows = Sequence[Row[Any]]


_LISTED = (
    "id",
    "key",
    "cop_no",
    "ebc_code",
    "state",
    "kind",
    "business",
    "period",
    "lines",
    "refund",
    "paid",
    "recovered",
    "filed_at",
    "due",
)
CLAIM_ROWS: CaseRows[Row[Any]] = CaseRows(
    refund_claim, lambda: select(*refund_claim.c[_LISTED]), lambda row: row, WAITING
)
"""The claims in lists; amounts scaled, instants in milliseconds."""


def count_by_state(connection: Connection, sandbox: str) -> dict[str, int]:
    """Return the number of claims by state, without states that have none."""
    chosen = select(refund_claim.c.state, func.count()).where(refund_claim.c.sandbox == sandbox)
    return {state: count for state, count in connection.execute(chosen.group_by(refund_claim.c.state))}


def find_claim(connection: Connection, sandbox: str, number: str) -> Row[Any] | None:
    """Return a claim by copNo (the newest of several merchants') or key (ebcCode|copNo), else by its id."""
    wanted = number.strip()
    if not wanted:
        return None
    conditions: list[ColumnElement[bool]] = [refund_claim.c.key == wanted, refund_claim.c.cop_no == wanted]
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        conditions.append(refund_claim.c.id == int(wanted))
    by_id = case((or_(*conditions[:2]), 0), else_=1)
    chosen = select(refund_claim).where(refund_claim.c.sandbox == sandbox, or_(*conditions))
    return connection.execute(chosen.order_by(by_id, refund_claim.c.id.desc()).limit(1)).first()


def history(connection: Connection, sandbox: str, claim: Row[Any]) -> list[HistoryLine]:
    """Return the history of a claim, oldest first."""
    return case_rows.history(connection, sandbox, claim.cop_no, "refund_claim", timeline.c.key == claim.key)


def exports(connection: Connection, sandbox: str, claim_id: int) -> Rows:
    """Return the export lines of a claim, each with customs' data of its item (`item_…`, null if unknown)."""
    return connection.execute(
        select(
            refund_line,
            *[
                export_item.c[name].label(f"item_{name}")
                for name in (
                    "trade_mode",
                    "exported_on",
                    "gcode",
                    "unit",
                    "qty",
                    "currency",
                    "fob",
                    "pool",
                    "used",
                    "returned",
                )
            ],
        )
        .outerjoin(export_item, and_(export_item.c.sandbox == sandbox, export_item.c.item_no == refund_line.c.item_no))
        .where(refund_line.c.claim_id == claim_id, refund_line.c.part == EXPORT)
        .order_by(refund_line.c.number)
        .limit(MAX_LINES)
    ).all()


def purchases(connection: Connection, claim_id: int) -> Rows:
    """Return the purchase lines of a claim, each with the invoice line that it cites (`paper_…`, null if unknown)."""
    return connection.execute(
        select(
            refund_line,
            *[
                vat_invoice.c[name].label(f"paper_{name}")
                for name in (
                    "invoice_no",
                    "kind",
                    "usage",
                    "issued_on",
                    "seller_code",
                    "seller_name",
                    "contract_no",
                    "state",
                )
            ],
            *[
                vat_invoice_line.c[name].label(f"paper_{name}")
                for name in ("gname", "qty", "amount", "tax_rate", "tax", "used")
            ],
        )
        .outerjoin(vat_invoice, vat_invoice.c.id == refund_line.c.invoice_id)
        .outerjoin(
            vat_invoice_line,
            and_(
                vat_invoice_line.c.invoice_id == refund_line.c.invoice_id,
                vat_invoice_line.c.number == refund_line.c.invoice_line,
            ),
        )
        .where(refund_line.c.claim_id == claim_id, refund_line.c.part == PURCHASE)
        .order_by(refund_line.c.number)
        .limit(MAX_LINES)
    ).all()


def used_of_items(connection: Connection, sandbox: str, numbers: Sequence[str]) -> Mapping[str, Row[Any]]:
    """Return the quantities of export items that claims have `used` and buyers have `returned`, by item number."""
    columns = export_item.c["item_no", "used", "returned"]
    chosen = export_item.c.sandbox == sandbox, one_of(connection, export_item.c.item_no, numbers)
    return {row.item_no: row for row in connection.execute(select(*columns).where(*chosen))}


def pools(connection: Connection, sandbox: str, names: Sequence[str]) -> Rows:
    """Return the foreign exchange of pools, ordered by pool and currency."""
    if not names:
        return []
    return connection.execute(
        select(exchange_pool)
        .where(exchange_pool.c.sandbox == sandbox, exchange_pool.c.pool.in_(sorted(set(names))))
        .order_by(exchange_pool.c.pool, exchange_pool.c.currency)
    ).all()


def entries(connection: Connection, claim_id: int) -> Rows:
    """Return the entries booked for a claim, in order."""
    return _of_claim(connection, select(refund_entry), refund_entry.c.claim_id == claim_id, refund_entry.c.id)


def papers(connection: Connection, claim_id: int) -> Rows:
    """Return the reconciliations and repayments of a claim, in order."""
    return _of_claim(connection, select(refund_paper), refund_paper.c.claim_id == claim_id, refund_paper.c.id)


def company(connection: Connection, sandbox: str, ebc_code: str) -> str:
    """Return the registered name of an exporter; empty for an unknown code."""
    return (
        connection.execute(
            select(participant.c.name).where(participant.c.sandbox == sandbox, participant.c.code == ebc_code)
        ).scalar()
        or ""
    )


def _of_claim(connection: Connection, chosen: Select[Any], where: Any, order: Any) -> Rows:
    return connection.execute(chosen.where(where).order_by(order)).all()


def returned_items(connection: Connection, sandbox: str, claim_id: int) -> bool:
    """True if goods of a claim were returned: claims and returns of an item exceed its exported quantity."""
    item, line = export_item.c, refund_line.c
    found = connection.execute(
        select(item.item_no)
        .join(refund_line, and_(line.sandbox == item.sandbox, line.item_no == item.item_no))
        .where(line.sandbox == sandbox, line.claim_id == claim_id, line.part == EXPORT)
        .where(item.used + item.returned > item.qty)
        .limit(1)
    )
    return found.first() is not None


def _find_claims(connection: Connection, sandbox: str, *, limit: int, **filters: Any) -> Sequence[Row[Any]]:
    if filters.pop("waiting", False):
        # one page only: below the page size, so that no `next` is reported
        return CLAIM_ROWS.waiting(connection, sandbox, limit - 1)
    return CLAIM_ROWS.newest(connection, sandbox, limit=limit, **filters)


def _show(connection: Connection, sandbox: str, number: str) -> RefundOut | None:
    claim = find_claim(connection, sandbox, number)
    if claim is None:
        return None
    return refund_out(claim, history=history_out(history(connection, sandbox, claim)))


CLAIM_CASES = CaseReader(kind=REFUND_CLAIM_KIND, listed=_find_claims, out=refund_out, show=_show)
