"""The public list of failures: samples whose failure nobody may contradict any more, without persons and orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta
from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.spot_checks.judgement import FAILED
from gateways.laboratory.repository import SampleOrder
from gateways.spot_checks.acts import MEASURES
from gateways.spot_checks.repository import SpotSample
from single_window.frame.pages.masking import mask_text
from single_window.frame.typed import Answer
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.gateways.laboratory import ORDERS
from single_window.store.gateways.spot_checks import SAMPLES
from single_window.store.participants import company_names

FINAL = ("confirmed", "measure_ordered", "overdue", "closed", "seller_suspended")
"""The states of a failure that a retest or an officer has confirmed, or about which a measure is ordered. One that is
only reported may still be contradicted."""
_ACTIONS = {code: action for action, code in MEASURES.items()}


class FailedItemOut(Answer, frozen=True, kw_only=True):
    """An item of a laboratory's report that failed."""

    item: str
    standard: str
    limit: str
    value: str
    unit: str


class FailureOut(Answer, frozen=True, kw_only=True):
    """Goods that failed a spot check. No buyer, order, waybill or list is in it."""

    day: Annotated[str, Meta(description="on which the laboratory reported")]
    gcode: str
    gname: Annotated[str, Meta(description="as declared, identity numbers masked")]
    origin: Annotated[str, Meta(description="country code; empty: not known, as of stock")]
    ebc_code: Annotated[str, Meta(description="the company: the merchant, or the warehouse of stock")]
    company: str
    items: tuple[FailedItemOut, ...]
    measure: Annotated[str, Meta(description="W warn, D delist, R rectify, B send back, X destroy, C recall; or empty")]
    measure_zh: str
    measure_en: str

    @property
    def measure_words(self) -> Words:
        """The name of the measure; empty if none is ordered yet."""
        return Words(self.measure_zh, self.measure_en)


class FailuresOut(Answer, frozen=True, kw_only=True):
    """Failures, newest sample first."""

    failures: tuple[FailureOut, ...]
    next: Annotated[int | None, Meta(description="`before` of the next page")]


class FailedLineOut(FailureOut, frozen=True, kw_only=True):
    """A failed item with the goods that it is about, as a line of a table."""

    item: str
    standard: str
    limit: str
    value: str
    unit: str


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
    action = _ACTIONS.get(sample.measure)
    words = phrases.act(action, "spot_check") if action else Words("", "")
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


def as_lines(found: Sequence[FailureOut]) -> list[FailedLineOut]:
    """Return failures as lines of a table, one for each failed item; one for a failure without any."""
    empty = FailedItemOut(item="", standard="", limit="", value="", unit="")
    return [
        FailedLineOut(
            **{name: getattr(failure, name) for name in FailureOut.__struct_fields__},
            **{name: getattr(item, name) for name in FailedItemOut.__struct_fields__},
        )
        for failure in found
        for item in failure.items or (empty,)
    ]
