"""Reads deadlines that a window stores for exporters and banks: of months to summarise, of claims and of exchange
reports, each with the day from which it is calculated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, func, select

from single_window.store.tables import export_item, forex_report, refund_claim, refund_line, summary_month

MONTH, EXCHANGE, RECONCILE_FROM, RECONCILE_UNTIL, KEPT = (
    "month",
    "exchange",
    "reconcile from",
    "reconcile until",
    "kept",
)
"""Purposes of a stored day."""
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
StoredDeadline = tuple[str, str, date, str]
"""(purpose, number of the case, day from which it is calculated, the day)"""


def stored_deadlines(connection: Connection, sandbox: str) -> Iterator[StoredDeadline]:
    """All stored days of a sandbox."""
    months = select(summary_month.c.ebc_code, summary_month.c.month, summary_month.c.last_day)
    for code, month, last_day in connection.execute(months.where(summary_month.c.sandbox == sandbox)):
        yield MONTH, f"{code} {month[:7]}", date.fromisoformat(month), last_day
    yield from _claim_deadlines(connection, sandbox)
    reports = select(forex_report.c.cop_no, forex_report.c.value_on, forex_report.c.keep_until)
    for number, value_on, until in connection.execute(reports.where(forex_report.c.sandbox == sandbox)):
        if until:
            yield KEPT, number, date.fromisoformat(value_on), until


def _claim_deadlines(connection: Connection, sandbox: str) -> Iterator[StoredDeadline]:
    """Days of claims: exchange is calculated from the first export, reconciliation from the payment."""
    claim, line, item = refund_claim.c, refund_line.c, export_item.c
    same_item: Any = (item.item_no == line.item_no) & (item.sandbox == line.sandbox)
    exchange_deadlines = (
        select(claim.cop_no, claim.exchange_due, func.min(item.exported_on))
        .select_from(refund_claim)
        .join(refund_line, line.claim_id == claim.id)
        .join(export_item, same_item)
        .where(claim.sandbox == sandbox, claim.exchange_due != "", item.exported_on != "")
        .group_by(claim.id, claim.cop_no, claim.exchange_due)
    )
    for number, due, first_export_day in connection.execute(exchange_deadlines):
        yield EXCHANGE, number, date.fromisoformat(first_export_day), due
    reconciliation_periods = select(claim.cop_no, claim.paid_at, claim.reconcile_from, claim.reconcile_until)
    for number, paid_at, since, until in connection.execute(
        reconciliation_periods.where(claim.sandbox == sandbox, claim.reconcile_until != "")
    ):
        payment_day = datetime.fromtimestamp(paid_at / 1000, SHANGHAI).date()
        yield RECONCILE_FROM, number, payment_day, since
        yield RECONCILE_UNTIL, number, payment_day, until
