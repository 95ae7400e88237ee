"""Sums of what claims that stand take of the ledgers, as subqueries: databases sum it up, only what differs is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Subquery, func, select

from single_window.store.tables import refund_claim, refund_line

STANDING = ("accepted", "asked", "in_review", "approved", "paid", "to_repay", "settled")
"""States of claims that hold what they took."""


def taken(
    sandbox: str,
    part: str,
    keys: Iterable[ColumnElement[object]],
    amounts: dict[str, ColumnElement[int]],
    *where: ColumnElement[bool],
) -> Subquery:
    """Sums over the lines of a part of all claims that stand, by key: columns `key0`, `key1`, … and those of
    `amounts`."""
    by = list(keys)
    chosen = (
        select(
            *[column.label(f"key{place}") for place, column in enumerate(by)],
            *[func.sum(column).label(name) for name, column in amounts.items()],
        )
        .join(refund_claim, refund_claim.c.id == refund_line.c.claim_id)
        .where(refund_line.c.sandbox == sandbox, refund_line.c.part == part, refund_claim.c.state.in_(STANDING), *where)
        .group_by(*by)
    )
    return chosen.subquery("claimed")


def sums(connection: Connection, statement: Executable) -> list[int]:
    """One row of sums, as whole numbers."""
    row: Sequence[Any] = connection.execute(statement).one()
    return [int(number or 0) for number in row]
