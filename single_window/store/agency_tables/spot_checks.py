"""The tables of spot checks, and what a case of them shows."""

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
from single_window.store.subject_tables import Kept, NumberedRows

if TYPE_CHECKING:
    from gateways.spot_checks.repository import SpotSample

spot_check_plan = table(
    "spot_checks",
    "spot_check_plan",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("plan_no", "terms", "basis", "universe", "commitment"),
        *bigs("opened_at", "closes_at"),
        *texts("opened_by", "raised", "secret"),
        integer("version", 1),
        UniqueConstraint("sandbox", "plan_no"),
        seal_column(),
    ],
)
spot_check_universe = table(
    "spot_checks",
    "spot_check_universe",
    columns=[
        id_column("plan_id"),
        sandbox_column(),
        text("units"),
        UniqueConstraint("sandbox", "plan_id"),
    ],
)
spot_check_sample = table(
    "spot_checks",
    "spot_check_sample",
    columns=[
        id_column(),
        sandbox_column(),
        *texts("sample_no", "key", "state", "plan_no", "basis", "place", "stratum"),
        *texts("ebc_code", "gcode", "gname", "unit"),
        *bigs("qty", "drawn_at", "due_at"),
        text("law"),
        big("declaration_id"),
        *texts("order_no", "invt_no"),
        integer("gnum"),
        *texts("ems_no", "item_record_no"),
        integer("version", 1),
        text("seal_no"),
        *bigs("taken_at", "taken_qty"),
        *texts("laboratory", "report_no", "verdict"),
        big("reported_at"),
        *texts("answers", "measure_no", "measure"),
        *bigs("measure_due", "done_qty", "cleared_qty"),
        text("ebp_code"),
        big("platform_answered"),
        integer("insisted"),
        big("overdue_at"),
        text("reasons"),
        UniqueConstraint("sandbox", "key"),
        seal_column(),
    ],
)
index(spot_check_sample, "sample_no", "sandbox", "sample_no", unique=True)
index(spot_check_sample, "state", "sandbox", "state")
index(spot_check_sample, "plan_no", "sandbox", "plan_no")


def _case(sample: SpotSample) -> dict[str, Any]:
    return {
        "kind": "spot_check",
        "flow": "I",
        "number": sample.sample_no,
        "order_no": sample.order_no,
        "company": sample.ebc_code,
        "goods": sample.gname,
        "terms": f"{sample.invt_no} {sample.gcode} {sample.plan_no} {sample.ems_no}",
    }


SUBJECTS = {"spot_check": Kept(spot_check_sample, _case)}


def _state_of_plan(plan: Any) -> str:
    return "ended" if plan.secret else "open"


NUMBERED = (
    NumberedRows("spot_check", spot_check_sample, "sample_no", "sampleNo", "gname", "ebc_code"),
    NumberedRows("spot_check_plan", spot_check_plan, "plan_no", "planNo", "terms", state=_state_of_plan),
)
