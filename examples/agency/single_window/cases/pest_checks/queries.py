"""Queries of pest checks: samples, one with its history, and plans."""

from __future__ import annotations

from sqlalchemy import Connection

from gateways.pest_checks.repository import GoodsSample, Plan
from single_window.cases.pest_checks.answers import PEST_CHECK_KIND, GoodsSampleOut
from single_window.frame import case_rows
from single_window.frame.case_rows import CaseReader, CaseRows
from single_window.frame.typed import history_out
from single_window.store.agency_tables.pest_checks import pest_check_plan, pest_check_sample
from single_window.store.gateways.pest_checks import PLANS, SAMPLES

SAMPLE_ROWS = CaseRows(pest_check_sample, SAMPLES.select, SAMPLES.make, ("unqualified",))


def find_sample(connection: Connection, sandbox: str, number: str) -> GoodsSample | None:
    """Return a sample by sampleNo or by id."""
    column = pest_check_sample.c
    by_id = number.isascii() and number.isdigit() and len(number) < 19
    return SAMPLE_ROWS.find(connection, sandbox, column.id == int(number) if by_id else column.sample_no == number)


def list_plans(connection: Connection, sandbox: str) -> list[Plan]:
    """Return the plans, newest first."""
    chosen = PLANS.select().where(pest_check_plan.c.sandbox == sandbox).order_by(pest_check_plan.c.id.desc())
    return list(map(PLANS.make, connection.execute(chosen)))


def _show(connection: Connection, sandbox: str, number: str) -> GoodsSampleOut | None:
    sample = find_sample(connection, sandbox, number)
    if sample is None:
        return None
    lines = case_rows.history(connection, sandbox, sample.sample_no, "pest_check")
    return GoodsSampleOut.of(sample, history=history_out(lines))


SAMPLE_CASES = CaseReader(kind=PEST_CHECK_KIND, listed=SAMPLE_ROWS.newest, out=GoodsSampleOut.of, show=_show)
