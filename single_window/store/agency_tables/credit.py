"""The tables of credit, and what a case of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint

from single_window.store.columns import (
    big,
    bigs,
    id_column,
    index,
    integer,
    sandbox_column,
    seal_column,
    table,
    text,
    text_key,
    texts,
)
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.credit.repository import CreditCase

credit_file = table(
    "credit",
    "credit_file",
    columns=[
        sandbox_column(True),
        text_key("code", 18),
        big("next_due"),
        seal_column(),
    ],
    sqlite_with_rowid=False,
)
credit_event = table(
    "credit",
    "credit_event",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("key", "ebc_code", "kind", "degree", "agency"),
        *texts("occurred", "decided", "final"),
        *bigs("amount", "documents"),
        *texts("doc_no", "evidence", "cured", "withdrawn"),
        big("recorded_at"),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
index(credit_event, "ebc_code", "ebc_code")
credit_case = table(
    "credit",
    "credit_case",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("case_no", "state", "ebc_code", "credit_code", "name"),
        *texts("grade_before", "grade", "order_zh", "order_en"),
        integer("provisional"),
        *texts("events", "grounds"),
        big("opened_at"),
        integer("version", 1),
        *texts("degree", "since", "defence_until", "objection"),
        *texts("shown_until", "repair_from", "plea", "until"),
        text("decided_by"),
        *bigs("decided_at", "ended_at"),
        *texts("reasons", "decide_until"),
        seal_column(),
    ],
)
index(credit_case, "case_no", "case_no")
index(credit_case, "ebc_code", "ebc_code")
index(credit_case, "state", "sandbox", "state")


def _case(case: CreditCase) -> dict[str, Any]:
    return {
        "kind": "credit_case",
        "number": case.case_no,
        "company": case.ebc_code,
        "goods": case.name,
        "terms": f"{case.grade_before} → {case.grade}",
        "last_day": case.decide_until,
    }


SUBJECTS = {"credit_case": Kept(credit_case, _case)}
NUMBERED = (NumberedRows("credit_case", credit_case, "case_no", "caseNo", "name", "ebc_code"),)
