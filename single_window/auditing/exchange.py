"""Foreign exchange: pools must not prove more than was collected, and exactly what claims need; an enterprise's yearly
totals must be the sums of its reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Integer, cast, func, select

from declarations.money import SCALE
from gateways.forex.repository import COUNTED
from single_window.auditing.claims import STANDING, sums_by_key
from single_window.auditing.ledger import Keyed, Ledger, LedgerDifference, compare_amounts, joined_key
from single_window.language.words import Words
from single_window.store.bulk import chunks
from single_window.store.gateways.refund.collected import collected_amounts
from single_window.store.records import from_json
from single_window.store.tables import (
    exchange_pool,
    export_item,
    forex_leg,
    forex_report,
    forex_total,
    refund_claim,
    refund_line,
)

WORDS = Words("外汇", "foreign exchange")
POOLS_PER_QUERY = 500
PROVED, REFUND = "collected", "refund"
_RECONCILED = (refund_claim.c.reconcile_until != "") & (refund_claim.c.stage == "")


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Check each pool by currency, and each enterprise by year and direction."""
    pools = connection.execute(select(exchange_pool).where(exchange_pool.c.sandbox == sandbox)).all()
    rows, usd = sums_by_key(
        connection, select(func.count(), func.sum(forex_total.c.usd)).where(forex_total.c.sandbox == sandbox)
    )
    booked: dict[tuple[str, str], int] = {}
    for piece in chunks(sorted({row.pool for row in pools}), POOLS_PER_QUERY):
        booked.update(collected_amounts(connection, sandbox, piece))
    differences = [*_check_pools(connection, sandbox, pools, booked), *_check_totals(connection, sandbox)]
    return Ledger(
        "exchange",
        WORDS,
        len(pools) + rows,
        {
            **_by_currency("collected", booked),
            **_by_currency("used", {(row.pool, row.currency): row.used for row in pools}),
            "moved in dollars": usd,
        },
        tuple(differences),
    )


def _by_currency(kind: str, amounts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    sums = Counter[str]()
    for (_, currency), amount in amounts.items():
        sums[f"{kind} {currency}"] += amount
    return dict(sorted(sums.items()))


def _check_pools(
    connection: Connection, sandbox: str, pools: Sequence[Any], booked: Mapping[tuple[str, str], int]
) -> Iterator[LedgerDifference]:
    for row in pools:
        if row.used > booked.get((row.pool, row.currency), 0):
            yield LedgerDifference(
                joined_key((row.pool, row.currency)),
                "used beyond what was collected",
                row.used,
                booked.get((row.pool, row.currency), 0),
            )
    yield from compare_amounts(
        "used", {(row.pool, row.currency): row.used for row in pools}, _proved_amounts(connection, sandbox)
    )


def _proved_amounts(connection: Connection, sandbox: str) -> Keyed:
    """(pool, currency) → exchange that proved claims use: the FOB value of their lines; for reconciled claims only the
    part that was sold."""
    chosen = (
        select(export_item.c.pool, export_item.c.currency, func.sum(refund_line.c.fob))
        .join(
            refund_line,
            (refund_line.c.item_no == export_item.c.item_no) & (refund_line.c.sandbox == export_item.c.sandbox),
        )
        .join(refund_claim, refund_claim.c.id == refund_line.c.claim_id)
        .where(
            export_item.c.sandbox == sandbox,
            refund_line.c.part == "E",
            refund_line.c.treatment == REFUND,
            refund_claim.c.state.in_(STANDING),
            refund_claim.c.exchange == PROVED,
            ~_RECONCILED,
        )
        .group_by(export_item.c.pool, export_item.c.currency)
    )
    sums = Counter({(pool, currency): int(fob) for pool, currency, fob in connection.execute(chosen)})
    for pools in connection.execute(
        select(refund_claim.c.pools).where(
            refund_claim.c.sandbox == sandbox,
            refund_claim.c.state.in_(STANDING),
            refund_claim.c.exchange == PROVED,
            _RECONCILED,
        )
    ).scalars():
        for place, amount in from_json(pools).items():
            name, _, currency = place.partition("|")
            sums[name, currency] += amount
    return dict(sums)


def _check_totals(connection: Connection, sandbox: str) -> Iterator[LedgerDifference]:
    rows = connection.execute(select(forex_total).where(forex_total.c.sandbox == sandbox)).all()
    year = cast(func.substr(forex_report.c.value_on, 1, 4), Integer)
    chosen = (
        select(
            forex_report.c.ebc_code,
            year,
            forex_leg.c.direction,
            func.sum(forex_leg.c.usd),
            func.count(forex_leg.c.report_id.distinct()),
        )
        .join(forex_leg, forex_leg.c.report_id == forex_report.c.id)
        .where(forex_report.c.sandbox == sandbox, forex_report.c.state.in_(sorted(COUNTED)))
        .group_by(forex_report.c.ebc_code, year, forex_leg.c.direction)
    )
    moved: dict[tuple[object, ...], int] = {}
    reports: dict[tuple[object, ...], int] = {}
    for code, of_year, direction, usd, count in connection.execute(chosen):
        moved[code, of_year, direction] = int(usd)
        reports[code, of_year, direction] = int(count) * SCALE
    yield from compare_amounts(
        "moved in dollars", {(row.code, row.year, row.direction): row.usd for row in rows}, moved
    )
    yield from compare_amounts(
        "reports", {(row.code, row.year, row.direction): row._mapping["count"] * SCALE for row in rows}, reports
    )
