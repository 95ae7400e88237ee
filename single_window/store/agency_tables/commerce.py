"""The tables of market supervision and commerce, and what a case of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
    case_columns,
    id_column,
    index,
    integer,
    sandbox_column,
    seal_column,
    table,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.commerce.repository import CommerceCase

commerce_file = table("commerce", "commerce_file", columns=[sandbox_column(True)], sqlite_with_rowid=False)
licence = table(
    "commerce",
    "licence",
    columns=[
        sandbox_column(True),
        text_key("credit_code", 18),
        text_key("since", 10),
        Column("revision", Integer, primary_key=True),
        big("recorded_at"),
        *texts("state", "name", "legal_person", "founded", "scope"),
        *texts("abnormal", "severe", "free_trade_zone"),
    ],
    sqlite_with_rowid=False,
)
licence_query = table(
    "commerce",
    "licence_query",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("credit_code", "as_of", "code", "purpose"),
        big("document_id"),
        integer("document_version"),
        *bigs("asked_at", "due_at", "answered_at"),
        integer("times_answered"),
        *texts("filing_no", "answers"),
        seal_column(),
    ],
)
index(licence_query, "credit_code", "sandbox", "credit_code")
licence_authorisation = table(
    "commerce",
    "licence_authorisation",
    columns=[
        sandbox_column(True),
        text_key("credit_code", 18),
        text_key("auth_no", 40),
        *texts("holder", "until"),
        integer("withdrawn"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
trader_filing = table(
    "commerce",
    "trader_filing",
    columns=[
        sandbox_column(True),
        text_key("credit_code", 18),
        *texts("filing_no", "en_code", "filed"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
zone_company = table(
    "commerce",
    "zone_company",
    columns=[sandbox_column(True), text_key("zone", 60), text_key("since", 10), *texts("company")],
    sqlite_with_rowid=False,
)
zone_month = table(
    "commerce",
    "zone_month",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("zone", "month"),
        *[integer(name) for name in ("told", "revision")],
        *texts("company"),
        *bigs("at", "firms", "parcels"),
        *texts("cells", "new_registrations", "warehouses", "reasons"),
        UniqueConstraint("sandbox", "zone", "month", "told", "revision"),
        seal_column(),
    ],
)
commerce_case = table(
    "commerce",
    "commerce_case",
    columns=[*case_columns("about", "company", "credit_code", "zone", "month"), seal_column()],
)
index(commerce_case, "case_no", "sandbox", "case_no", unique=True)
index(commerce_case, "about", "sandbox", "about")
index(commerce_case, "state", "sandbox", "state")


def _case(
    case: CommerceCase,
) -> dict[str, Any]:
    return {
        "kind": "commerce_case",
        "number": case.case_no,
        "order_no": case.case_no,
        "company": case.company,
        "goods": f"{case.zone} {case.month}".strip() or case.credit_code,
        "terms": f"{case.company} {case.credit_code} {case.zone} {case.month}",
    }


SUBJECTS = {"commerce_case": Kept(commerce_case, _case)}
NUMBERED = (NumberedRows("commerce_case", commerce_case, "case_no", "caseNo", "kind", "company"),)
