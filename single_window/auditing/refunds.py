"""Refunds: what a claim was paid, and what was recovered, is what was booked; what was set off is in the account."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, case, func, or_, select

from single_window.auditing.claimed import STANDING, sums
from single_window.auditing.ledger import Difference, Ledger, compared
from single_window.store.tables import refund_account, refund_claim, refund_entry, refund_line
from single_window.stories.words import Words

WORDS = Words("退税", "refunds")
TRADER, EXPORT = "T", "E"


def audited(connection: Connection, sandbox: str) -> Ledger:
    """Each claim against its entries and its lines; each account against what was set off."""
    claim = refund_claim.c
    rows, refund, paid, recovered = sums(connection, select(
        func.count(), func.sum(claim.refund), func.sum(claim.paid), func.sum(claim.recovered))
        .where(claim.sandbox == sandbox))
    differences = [*_entries(connection, sandbox), *_lines(connection, sandbox), *_accounts(connection, sandbox)]
    return Ledger("refund", WORDS, rows, {"claimed": refund, "paid": paid, "recovered": recovered},
                  tuple(differences))


def _entries(connection: Connection, sandbox: str) -> Iterator[Difference]:
    """Sums of what was booked, by claim; what is recovered was paid before."""
    claim, entry = refund_claim.c, refund_entry.c
    booked = (
        select(entry.claim_id, *[func.sum(case((entry.kind == kind, entry.amount), else_=0)).label(kind)
                                 for kind in ("paid", "recovered", "credited")])
        .where(entry.sandbox == sandbox).group_by(entry.claim_id)).subquery("booked")
    paid, recovered = func.coalesce(booked.c.paid, 0), func.coalesce(booked.c.recovered, 0)
    chosen = (
        select(claim.cop_no, claim.paid, claim.recovered, paid.label("booked_paid"),
               recovered.label("booked_recovered"))
        .outerjoin(booked, booked.c.claim_id == claim.id)
        .where(claim.sandbox == sandbox,
               or_(claim.paid != paid, claim.recovered != recovered, claim.recovered > claim.paid))
        .order_by(claim.id))
    for row in connection.execute(chosen):
        if row.paid != row.booked_paid:
            yield Difference(row.cop_no, "paid", row.paid, int(row.booked_paid))
        if row.recovered != row.booked_recovered:
            yield Difference(row.cop_no, "recovered", row.recovered, int(row.booked_recovered))
        if row.recovered > row.paid:
            yield Difference(row.cop_no, "recovered beyond what was paid", row.recovered, row.paid)
    unknown = (select(entry.id, entry.amount).outerjoin(refund_claim, claim.id == entry.claim_id)
               .where(entry.sandbox == sandbox, claim.id.is_(None), entry.claim_id > 0).order_by(entry.id))
    for number, amount in connection.execute(unknown):
        yield Difference(f"#{number}", "booked for an unknown claim", amount, 0)


def _lines(connection: Connection, sandbox: str) -> Iterator[Difference]:
    """A trader's refund is the sum of its lines."""
    claim, line = refund_claim.c, refund_line.c
    found = (select(line.claim_id, func.sum(line.refund).label("refund"))
             .where(line.sandbox == sandbox, line.part == EXPORT).group_by(line.claim_id)).subquery("lines")
    refund = func.coalesce(found.c.refund, 0)
    chosen = (select(claim.cop_no, claim.refund, refund)
              .outerjoin(found, found.c.claim_id == claim.id)
              .where(claim.sandbox == sandbox, claim.kind == TRADER, claim.state.in_(STANDING),
                     and_(claim.refund != refund))
              .order_by(claim.id))
    for cop_no, kept, lines in connection.execute(chosen):
        yield Difference(cop_no, "refund", kept, int(lines))


def _accounts(connection: Connection, sandbox: str) -> Iterator[Difference]:
    entry, account = refund_entry.c, refund_account.c
    booked = connection.execute(
        select(entry.ebc_code, func.sum(entry.amount)).where(entry.sandbox == sandbox, entry.kind == "set_off")
        .group_by(entry.ebc_code))
    kept = connection.execute(select(account.ebc_code, account.set_off).where(account.sandbox == sandbox))
    yield from compared("set off", {(code,): amount for code, amount in kept},
                        {(code,): -int(amount) for code, amount in booked})
