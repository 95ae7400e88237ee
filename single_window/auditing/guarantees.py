"""Guarantees: amounts reserved and booked must equal the tax of the guarantor's open bills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from declarations import collection, parameters
from declarations.calendar import day_of
from declarations.money import SCALE
from declarations.tax.import_tax import Assessment
from single_window.auditing.held import ENDED, rows_in_pieces
from single_window.auditing.ledger import Keyed, Ledger, LedgerDifference, compare_amounts, joined_key
from single_window.language.words import Words
from single_window.store.tables import declaration, delivery, guarantee, tax_bill

WORDS = Words("税款担保", "guarantees")
OPEN = {"reserved": "reserved", "made": "booked", "overdue": "booked"}
"""State of a bill → the guarantee's amount that it counts for."""
STANDING = ("reserved", "made", "overdue", "collected")
FEN = SCALE // 100
MAX_CACHED = 10_000
"""Maximum number of cached assessments."""
_decode = msgspec.json.Decoder(Assessment).decode


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare each account with its bills; no account may be overdrawn, no list may have two valid bills."""
    rows = connection.execute(select(guarantee).where(guarantee.c.sandbox == sandbox)).all()
    owed, wrong = _amounts_owed(connection, sandbox)
    differences = [
        *_check_accounts(rows, owed),
        *wrong,
        *_check_overdue(connection, sandbox, rows),
        *_lists_billed_twice(connection, sandbox),
        *_check_surcharges(connection, sandbox),
        *_bills_without_release(connection, sandbox),
    ]
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("amount", "reserved", "booked")}
    return Ledger("guarantee", WORDS, len(rows), sums, tuple(differences))


def _check_accounts(rows: Any, owed: Keyed) -> Iterator[LedgerDifference]:
    codes = {row.assure_code for row in rows}
    for account in OPEN.values():
        yield from compare_amounts(
            account,
            {(row.assure_code,): getattr(row, account) for row in rows},
            {(code,): total for (code, kind), total in owed.items() if kind == account and code in codes},
        )
    for row in rows:
        if row.reserved + row.booked > row.amount and row.standing != collection.GuaranteeStanding.WAIVED:
            yield LedgerDifference(row.assure_code, "taken beyond the amount", row.reserved + row.booked, row.amount)


def _check_overdue(connection: Connection, sandbox: str, rows: Any) -> Iterator[LedgerDifference]:
    """Compare an account's number of overdue bills with its bills."""
    counted = connection.execute(
        select(tax_bill.c.assure_code, func.count())
        .where(tax_bill.c.sandbox == sandbox, tax_bill.c.state == "overdue")
        .group_by(tax_bill.c.assure_code)
    )
    yield from compare_amounts(
        "overdue bills",
        {(row.assure_code,): row.overdue * SCALE for row in rows},
        {(code,): count * SCALE for code, count in counted},
    )


def _amounts_owed(connection: Connection, sandbox: str) -> tuple[Keyed, list[LedgerDifference]]:
    """((guarantor, reserved or booked) → tax of open bills, differences in amounts of bills). Equal assessments are
    decoded once."""
    read: dict[str, tuple[int, Sequence[tuple[str, int, int]]]] = {}
    sums: Counter[tuple[object, ...]] = Counter()
    wrong: list[LedgerDifference] = []
    bill = tax_bill.c
    columns = (bill.declaration_id, bill.sequence, bill.assure_code, bill.state, bill.tax_no, bill.assessment)
    chosen = select(*columns).where(bill.sandbox == sandbox, bill.assessment != "")
    for number, _, code, state, tax_no, text in rows_in_pieces(connection, chosen, bill.declaration_id, bill.sequence):
        if len(read) > MAX_CACHED:
            read.clear()
        if text not in read:
            assessment = _decode(text)
            read[text] = assessment.total, tuple(_check_amounts(assessment))
        total, complaints = read[text]
        wrong += [LedgerDifference(tax_no or str(number), *complaint) for complaint in complaints]
        if state in OPEN:
            sums[code, OPEN[state]] += total
    return sums, wrong


def _check_amounts(assessment: Assessment) -> Iterator[tuple[str, int, int]]:
    """Differences in a bill: each amount must be whole fen and the sum of its lines, the total the sum of the
    amounts.
    """
    for name in ("duty", "consumption", "vat"):
        stored, lines = getattr(assessment, name), [getattr(line, name) for line in assessment.lines]
        if stored != sum(lines):
            yield f"{name} of a bill against its lines", stored, sum(lines)
        for amount in lines:
            if amount % FEN:
                yield f"{name} of a line of a bill, in fen", amount, amount // FEN * FEN
    total = assessment.duty + assessment.consumption + assessment.vat
    if assessment.total != total:
        yield "total of a bill", assessment.total, total


def _check_surcharges(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Recompute the surcharges of paid bills from their overdue days."""
    law = parameters.load()
    bill = tax_bill.c
    paid = select(
        *bill[
            "declaration_id",
            "sequence",
            "tax_no",
            "assessment",
            "released_at",
            "collected_at",
            "overdue_at",
            "surcharge",
        ]
    ).where(bill.sandbox == sandbox, bill.collected_at > 0, (bill.overdue_at > 0) | (bill.surcharge != 0))
    for _, _, tax_no, text, released_at, collected_at, overdue_at, stored in rows_in_pieces(
        connection, paid, bill.declaration_id, bill.sequence
    ):
        until = collection.windows_of_bill(day_of(released_at), law).collect_until
        day = day_of(collected_at) if overdue_at else until
        due = collection.calculate_surcharge(_decode(text).total, until, day, law).amount
        if due != stored:
            yield LedgerDifference(tax_no, "surcharge of an overdue bill", stored, due)


def _bills_without_release(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Tax still reserved for rejected or cancelled lists; none while deliveries are open."""
    if connection.execute(select(delivery.c.id).where(delivery.c.sandbox == sandbox).limit(1)).first():
        return
    reserved = (
        select(tax_bill.c.declaration_id, tax_bill.c.assessment)
        .join(declaration, declaration.c.id == tax_bill.c.declaration_id)
        .where(tax_bill.c.sandbox == sandbox, tax_bill.c.state == "reserved", declaration.c.state.in_(sorted(ENDED)))
        .order_by(tax_bill.c.declaration_id)
    )
    for number, text in connection.execute(reserved):
        yield LedgerDifference(str(number), "tax reserved for a list that has ended", _decode(text).total, 0)


def _lists_billed_twice(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    several = (
        select(tax_bill.c.declaration_id, func.count())
        .where(tax_bill.c.sandbox == sandbox, tax_bill.c.state.in_(STANDING))
        .group_by(tax_bill.c.declaration_id)
        .having(func.count() > 1)
    )
    for number, count in connection.execute(several):
        yield LedgerDifference(joined_key((number,)), "bills that stand", count * SCALE, SCALE)
