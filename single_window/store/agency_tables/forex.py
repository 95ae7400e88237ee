"""The tables of foreign exchange, and what a case of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
    id_column,
    index,
    integer,
    number_key,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept

if TYPE_CHECKING:
    from gateways.forex.repository import FiledReport

forex_enterprise = table(
    "forex",
    "forex_enterprise",
    columns=[
        sandbox_column(True),
        text_key("code", 18),
        text("forex_class", "A"),
        integer("registered"),
        *texts("since", "source"),
        big("quota"),
    ],
    sqlite_with_rowid=False,
)
forex_total = table(
    "forex",
    "forex_total",
    columns=[
        sandbox_column(True),
        text_key("code", 18),
        Column("year", Integer, primary_key=True),
        text_key("direction", 1),
        *bigs("usd", "count"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
forex_report = table(
    "forex",
    "forex_report",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "cop_no", "state"),
        integer("version", 1),
        *texts("reporter_code", "ebc_code", "direction", "settlement", "currency"),
        *bigs("amount", "usd", "rmb", "legs"),
        *texts("value_on", "mailboxes"),
        big("document_id"),
        integer("document_version", 1),
        text("reasons"),
        *bigs("filed_at", "decided_at"),
        text("keep_until"),
        big("last_return"),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
index(forex_report, "ebc_code", "sandbox", "ebc_code")
index(forex_report, "state", "sandbox", "state")
forex_leg = table(
    "forex",
    "forex_leg",
    columns=[
        id_column("report_id"),
        number_key("number"),
        sandbox_column(),
        *texts("state", "ebc_code", "direction", "leg_kind", "trans_code"),
        *texts("order_no", "entry_no", "counterparty", "country", "currency"),
        *bigs("amount", "usd", "rmb", "at"),
    ],
    sqlite_with_rowid=False,
)
for _column in ("order_no", "entry_no"):
    index(forex_leg, _column, "sandbox", _column, where=f"{_column} <> ''")


def _case(report: FiledReport) -> dict[str, Any]:
    return {
        "kind": "forex_report",
        "number": report.key,
        "company": report.ebc_code,
        "value": report.rmb,
        "terms": report.cop_no,
    }


SUBJECTS = {"forex_report": Kept(forex_report, _case)}
