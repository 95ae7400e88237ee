"""The public list of failures: samples whose failure nobody may contradict any more, without persons and orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.spot_checks.judgement import FAILED
from gateways.laboratory.repository import SampleOrder
from gateways.spot_checks.outcomes import FINAL
from gateways.spot_checks.repository import SpotSample
from single_window.cases.spot_checks.answers import measure_words
from single_window.cases.spot_checks.failure_answers import FailedItemOut, FailureOut, FailuresOut
from single_window.frame.pages.masking import mask_text
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.gateways.laboratory import ORDERS
from single_window.store.gateways.spot_checks import SAMPLES
from single_window.store.participants import company_names


def failures(connection: Connection, sandbox: str, before: int, limit: int) -> FailuresOut:
    """Return a page of failures: of samples with ids below `before`, 0: the newest."""
    column = spot_check_sample.c
    chosen = SAMPLES.select().where(column.sandbox == sandbox, column.state.in_(FINAL))
    chosen = chosen.where(column.id < before) if before else chosen
    rows = connection.execute(chosen.order_by(column.id.desc()).limit(limit + 1)).all()
    samples = [SAMPLES.make(row) for row in rows[:limit]]
    orders: dict[int, list[SampleOrder]] = defaultdict(list)
    for order in ORDERS.load(connection, sandbox, "sample_id", [sample.id for sample in samples]):
        orders[order.sample_id].append(order)
    names = company_names(connection, sandbox, {sample.ebc_code for sample in samples})
    found = tuple(_failure(sample, orders[sample.id], names.get(sample.ebc_code, "")) for sample in samples)
    return FailuresOut(failures=found, next=samples[-1].id if len(rows) > limit else None)


def _failure(sample: SpotSample, orders: Sequence[SampleOrder], company: str) -> FailureOut:
    words = measure_words(sample.measure)
    return FailureOut(
        day=day_of(sample.reported_at).isoformat(),
        gcode=sample.gcode,
        gname=mask_text(sample.gname),
        origin=sample.stratum.split("|")[1] if sample.stratum.count("|") else "",
        ebc_code=sample.ebc_code,
        company=company,
        items=_failed(sample, orders),
        measure=sample.measure,
        measure_zh=words.zh,
        measure_en=words.en,
    )


def _failed(sample: SpotSample, orders: Sequence[SampleOrder]) -> tuple[FailedItemOut, ...]:
    """The failed items of the report in force; of a retest that could not be tested, those of the report before it."""
    by_number = {order.report_no: order for order in orders}
    reports = [by_number[number] for number in (sample.report_no, sample.answers) if number in by_number]
    failed = ([line for line in report.lines if line.verdict == FAILED] for report in reports)
    lines = next(filter(None, failed), [])
    return tuple(
        FailedItemOut(
            item=mask_text(line.item), standard=line.standard, limit=line.limit, value=line.value, unit=line.unit
        )
        for line in lines
    )
