"""A manufacturer's credit brought forward must not exceed what his claim of the month before left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from declarations.money import Scaled, scaled_from_text
from declarations.refund.manufacturer import PAYABLE, is_month_before
from single_window.auditing.claims import STANDING
from single_window.auditing.ledger import LedgerDifference
from single_window.store.tables import refund_claim

MANUFACTURER = "M"
REFUSED = ("rejected", "deleted")
"""States of claims whose refund was not paid and therefore is also left over."""
_decode = msgspec.json.Decoder(list[tuple[str, list[tuple[str, dict[str, str], list[str]]]]]).decode


def _claims_by_company(connection: Connection, sandbox: str) -> dict[str, list[Any]]:
    """Claims of manufacturers by company, in the order of their periods."""
    claim = refund_claim.c
    rows = connection.execute(
        select(*claim["id", "ebc_code", "cop_no", "period", "state", "refund", "carry", "filed_at", "working"])
        .where(claim.sandbox == sandbox, claim.kind == MANUFACTURER)
        .order_by(claim.ebc_code, claim.period, claim.id)
    )
    by_company: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_company[row.ebc_code].append(row)
    return by_company


def find_differences(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    """Claims that bring forward more than was left over, by their stored calculation."""
    for of_company in _claims_by_company(connection, sandbox).values():
        for row in of_company:
            if row.state not in STANDING or (carried := _credit_left(row, of_company)) is None:
                continue
            if (forward := _credit_forward(row.working)) > carried:
                yield LedgerDifference(row.cop_no, "brought forward beyond what was left over", forward, carried)


def _credit_forward(working: str) -> Scaled:
    """The credit brought forward in a claim's calculation; 0 if it has none."""
    steps = (step for _, steps in (_decode(working) if working else ()) for step in steps)
    return next((scaled_from_text(values["forward"]) for rule, values, _ in steps if rule == PAYABLE), 0)


def _credit_left(row: Any, of_company: Sequence[Any]) -> Scaled | None:
    """The amount left over by the month directly before a claim (None: no claim of that month leaves one, and only the
    exporter's VAT return tells it); a valid claim takes precedence over a refused one, and
    of refused ones the one filed last (ids are handed out to processes in ranges, so that a higher one may be older).
    """
    latest: tuple[tuple[str, bool, int, int], Scaled] | None = None
    for claim in of_company:
        amount = claim.carry + (claim.refund if claim.state in REFUSED else 0)
        stands = claim.state in STANDING
        place = (claim.period, stands, claim.filed_at, claim.id)
        if is_month_before(claim.period, row.period) and (stands or (claim.state in REFUSED and amount)):
            latest = max(latest or (place, amount), (place, amount))
    return latest[1] if latest else None
