"""The tables of pest checks, and what a case of them shows."""

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
    texts,
)
from single_window.store.subject_tables import Kept

if TYPE_CHECKING:
    from gateways.pest_checks.repository import GoodsSample

pest_check_plan = table(
    "pest_checks",
    "pest_check_plan",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("plan_no", "commitment"),
        *bigs("opened_at", "closes_at"),
        text("secret"),
        integer("version", 1),
        seal_column(),
        UniqueConstraint("sandbox", "plan_no"),
    ],
)
pest_check_sample = table(
    "pest_checks",
    "pest_check_sample",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("sample_no", "key", "state", "plan_no", "order_no", "invt_no", "ebc_code"),
        integer("gnum"),
        *texts("gcode", "gname", "seal_no"),
        big("taken_at"),
        integer("version", 1),
        big("reported_at"),
        text("reasons"),
        seal_column(),
        UniqueConstraint("sandbox", "key"),
    ],
)
index(pest_check_sample, "sample_no", "sandbox", "sample_no", unique=True)
index(pest_check_sample, "state", "sandbox", "state")


def _case(sample: GoodsSample) -> dict[str, Any]:
    return {
        "kind": "pest_check",
        "flow": "I",
        "number": sample.sample_no,
        "order_no": sample.order_no,
        "company": sample.ebc_code,
        "goods": sample.gname,
        "terms": f"{sample.invt_no} {sample.gcode}",
    }


SUBJECTS = {"pest_check": Kept(pest_check_sample, _case)}
