"""Refunds: amounts paid and recovered of a claim must equal its entries; set-offs must equal the account; credit
brought forward must not exceed what the month before left over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Subquery, case, func, or_, select

from single_window.auditing import brought_forward, repayments
from single_window.auditing.claims import STANDING, sums_by_key
from single_window.auditing.ledger import Ledger, LedgerDifference, compare_amounts
from single_window.language.words import Words
from single_window.store.tables import refund_account, refund_claim, refund_entry, refund_line

WORDS = Words("退税", "refunds")
TRADER, EXPORT = "T", "E"
BOOKED = {
    "paid": ("paid",),
    "recovered": ("recovered", "repaid"),
    "set_off": ("set_off",),
    "credited": ("credited",),
    "domestic_vat": ("domestic_vat",),
}
"""Amount of a claim → kinds of entries that add up to it."""
RECOVERED, DONE, CREDITED = "to_repay", ("paid", "to_repay", "settled"), ("paid", "settled")


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare each claim with its entries, its lines and the claims of earlier months, and each account with
    set-offs.
    """
    claim = refund_claim.c
    rows, refund, paid, recovered = sums_by_key(
        connection,
        select(func.count(), func.sum(claim.refund), func.sum(claim.paid), func.sum(claim.recovered)).where(
            claim.sandbox == sandbox
        ),
    )
    differences = [
        *_check_entries(connection, sandbox),
        *_unknown_claims(connection, sandbox),
        *_check_lines(connection, sandbox),
        *_check_credited(connection, sandbox),
        *_check_accounts(connection, sandbox),
        *brought_forward.find_differences(connection, sandbox),
        *repayments.find_differences(connection, sandbox),
    ]
    return Ledger("refund", WORDS, rows, {"claimed": refund, "paid": paid, "recovered": recovered}, tuple(differences))


def _booked_sums(sandbox: str) -> Subquery:
    """Subquery of booked amounts by claim."""
    entry = refund_entry.c
    return (
        select(
            entry.claim_id,
            *[
                func.sum(case((entry.kind.in_(kinds), entry.amount), else_=0)).label(name)
                for name, kinds in BOOKED.items()
            ],
        )
        .where(entry.sandbox == sandbox)
        .group_by(entry.claim_id)
    ).subquery("booked")


def _check_entries(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Compare claims with their booked sums; a recovered claim must have nothing left."""
    claim, booked = refund_claim.c, _booked_sums(sandbox)
    amounts = {name: func.coalesce(booked.c[name], 0) for name in BOOKED}
    expected = {
        "paid": claim.paid,
        "recovered": claim.recovered,
        "set_off": claim.set_off,
        "credited": case((claim.state.in_(CREDITED), claim.credited), else_=0),
        "domestic_vat": case((claim.state.in_(DONE), claim.domestic_vat), else_=0),
    }
    left = claim.paid - claim.recovered + claim.set_off
    chosen = (
        select(
            claim.cop_no,
            claim.state,
            left.label("left"),
            claim.paid,
            claim.recovered,
            *[expected[name].label(f"kept_{name}") for name in BOOKED],
            *[amounts[name].label(f"booked_{name}") for name in BOOKED],
        )
        .outerjoin(booked, booked.c.claim_id == claim.id)
        .where(
            claim.sandbox == sandbox,
            or_(
                claim.recovered > claim.paid,
                (claim.state == RECOVERED) & (left != 0),
                *[expected[name] != amounts[name] for name in BOOKED],
            ),
        )
        .order_by(claim.id)
    )
    for row in connection.execute(chosen):
        yield from _check_claim(row)


def _check_claim(row: Any) -> Iterator[LedgerDifference]:
    for name in BOOKED:
        stored, booked = int(getattr(row, f"kept_{name}")), int(getattr(row, f"booked_{name}"))
        if stored != booked:
            yield LedgerDifference(row.cop_no, name, stored, booked)
    if row.recovered > row.paid:
        yield LedgerDifference(row.cop_no, "recovered beyond what was paid", row.recovered, row.paid)
    if row.state == RECOVERED and row.left:
        yield LedgerDifference(row.cop_no, "left of what was recovered", int(row.left), 0)


def _unknown_claims(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    claim, entry = refund_claim.c, refund_entry.c
    chosen = (
        select(entry.id, entry.amount)
        .outerjoin(refund_claim, claim.id == entry.claim_id)
        .where(entry.sandbox == sandbox, claim.id.is_(None))
        .order_by(entry.id)
    )
    for number, amount in connection.execute(chosen):
        yield LedgerDifference(f"#{number}", "booked for an unknown claim", amount, 0)


def _check_lines(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """A trader's refund must be the sum of its lines; a claim closed too late has no refund."""
    claim, line = refund_claim.c, refund_line.c
    subquery = (
        select(line.claim_id, func.sum(line.refund).label("refund"))
        .where(line.sandbox == sandbox, line.part == EXPORT)
        .group_by(line.claim_id)
    ).subquery("lines")
    chosen = (
        select(claim.cop_no, claim.refund, func.coalesce(subquery.c.refund, 0))
        .outerjoin(subquery, subquery.c.claim_id == claim.id)
        .where(
            claim.sandbox == sandbox,
            claim.kind == TRADER,
            claim.state.in_(STANDING),
            claim.refund != func.coalesce(subquery.c.refund, 0),
            or_(subquery.c.claim_id.is_not(None), claim.state != "settled"),
        )
        .order_by(claim.id)
    )
    for cop_no, stored, lines in connection.execute(chosen):
        yield LedgerDifference(cop_no, "refund", stored, int(lines))


def _check_credited(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Exports that were all returned or never sold must not leave a credit."""
    claim, line = refund_claim.c, refund_line.c
    chosen = (
        select(claim.cop_no, claim.credited)
        .join(refund_line, line.claim_id == claim.id)
        .where(claim.sandbox == sandbox, claim.credited != 0, claim.state.in_(DONE), line.part == EXPORT)
        .group_by(claim.id, claim.cop_no, claim.credited)
        .having(func.sum(line.taken) == func.sum(line.repaid_qty))
        .order_by(claim.id)
    )
    for cop_no, credited in connection.execute(chosen):
        yield LedgerDifference(cop_no, "credited of what came back", credited, 0)


def _check_accounts(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    entry, account = refund_entry.c, refund_account.c
    booked = connection.execute(
        select(entry.ebc_code, func.sum(entry.amount))
        .where(entry.sandbox == sandbox, entry.kind == "set_off")
        .group_by(entry.ebc_code)
    )
    stored = connection.execute(select(account.ebc_code, account.set_off).where(account.sandbox == sandbox))
    yield from compare_amounts(
        "owed", {(code,): amount for code, amount in stored}, {(code,): -int(amount) for code, amount in booked}
    )
    yield from _check_carried(connection, sandbox)


def _check_carried(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Compare an account's carried-forward amount with its last entry: of one instant the last by its id, which says
    nothing else, because each process writes ids of its own."""
    entry, account = refund_entry.c, refund_account.c
    booked = connection.execute(
        select(entry.ebc_code, entry.amount)
        .where(entry.sandbox == sandbox, entry.kind == "carried")
        .order_by(entry.at, entry.id)
    )
    stored = connection.execute(select(account.ebc_code, account.carry).where(account.sandbox == sandbox))
    yield from compare_amounts(
        "carried on", {(code,): amount for code, amount in stored}, {(code,): amount for code, amount in booked}
    )
