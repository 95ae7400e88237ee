"""The tables of the registrar, and what a case of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
    id_column,
    integer,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept

if TYPE_CHECKING:
    from gateways.registration.repository import Enterprise

enterprise = table(
    "registration",
    "enterprise",
    columns=[
        sandbox_column(True),
        text_key("code", 18),
        *texts("key", "state"),
        integer("version", 1),
        *texts("credit_code", "name", "kinds", "channel", "zone"),
        *texts("taxpayer_kind", "refund_kind", "tax_credit"),
        *bigs("net_assets", "last_refund"),
        *texts("facts", "mailboxes"),
        big("document_id"),
        integer("document_version", 1),
        text("reasons"),
        *bigs("filed_at", "decided_at", "suspended_at", "last_return"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
credit_grade = table(
    "registration",
    "credit_grade",
    columns=[
        sandbox_column(True),
        text_key("code", 18),
        text_key("since", 10),
        *texts("grade", "source", "who"),
        big("at"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
goods_filing = table(
    "registration",
    "goods_filing",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "state"),
        integer("version", 1),
        *texts("ebc_code", "cop_no", "mailboxes"),
        big("document_id"),
        integer("document_version", 1),
        text("reasons"),
        *bigs("filed_at", "last_return"),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
filed_goods = table(
    "registration",
    "filed_goods",
    columns=[
        sandbox_column(True),
        text_key("ebc_code", 18),
        text_key("item_no", 30),
        *texts("gcode", "gname", "unit", "country", "state"),
        *bigs("filing_id", "at"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)


def _case(company: Enterprise) -> dict[str, Any]:
    return {
        "kind": "registration",
        "number": company.code,
        "company": company.code,
        "terms": f"{company.credit_code} {company.name}",
    }


SUBJECTS = {"registration": Kept(enterprise, _case)}
