"""Allowances and yearly caps: amounts reserved and used by persons must equal those of their accepted lists."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from single_window.auditing import returned_goods
from single_window.auditing.held import ENDED, reservations_of_lists
from single_window.auditing.ledger import Ledger, LedgerDifference, compare_amounts
from single_window.language.words import Words
from single_window.store.tables import allowance, cap_use

WORDS = Words("个人年度额度", "personal allowances")


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare each person's year with the lists that use it, in yuan, and each cap in its unit. Rejected and cancelled
    lists must use nothing."""
    sums, capped, differences = _used_by_lists(connection, sandbox)
    rows = connection.execute(
        select(allowance.c.identity, allowance.c.year, allowance.c.reserved, allowance.c.used).where(
            allowance.c.sandbox == sandbox
        )
    ).all()
    caps = connection.execute(
        select(cap_use.c.identity, cap_use.c.year, cap_use.c.group_key, cap_use.c.quantity).where(
            cap_use.c.sandbox == sandbox
        )
    ).all()
    for column, place in (("reserved", 2), ("used", 3)):
        differences += compare_amounts(
            column,
            {(row[0], row[1]): row[place] for row in rows},
            {key[:2]: value for key, value in sums.items() if key[2] == column},
        )
    differences += compare_amounts("capped", {tuple(row[:3]): row[3] for row in caps}, capped)
    differences += returned_goods.returned_allowances(connection, sandbox)
    return Ledger(
        "allowance",
        WORDS,
        len(rows) + len(caps),
        {"reserved": sum(row.reserved for row in rows), "used": sum(row.used for row in rows)},
        tuple(differences),
    )


def _used_by_lists(
    connection: Connection, sandbox: str
) -> tuple[Counter[tuple[object, ...]], Counter[tuple[object, ...]], list[LedgerDifference]]:
    """(allowances by (person, year, kind), caps by (person, year, group), differences of ended lists that still use
    some)"""
    sums, capped, differences = Counter[tuple[object, ...]](), Counter[tuple[object, ...]](), []
    for number, state, reserved in reservations_of_lists(connection, sandbox, "allowance"):
        if reserved.allowance is None:
            continue
        identity, year, value, kind = reserved.allowance
        if state in ENDED:
            differences.append(LedgerDifference(str(number), f"held by a list that is {state}", value, 0))
        sums[identity, year, kind] += value
        for group, quantity in reserved.caps:
            capped[identity, year, group] += quantity
    return sums, capped, differences
