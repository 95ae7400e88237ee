"""The topics of laboratories: a sample that comes, and the day on which it is tested."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum, auto

from declarations.calendar import DAY, day_of
from declarations.risk import DRAW_RANGE, draw_number
from declarations.spot_checks import judgement
from declarations.spot_checks.judgement import ReportedItem
from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.laboratory import filing
from gateways.laboratory.repository import LaboratoryDesk, SampleOrder
from gateways.topics.laboratory import LaboratoryDue, SampleForLaboratory
from gateways.topics.shared import DocumentFiled, document_id
from gateways.topics.spot_checks import SampleTested
from gateways.topics.topic import Topic


class LaboratoryLock(Enum):
    """The rows that a payload names."""

    SAMPLE = auto()
    ORDER = auto()
    REPORT = auto()


def sample_id(sent: SampleForLaboratory) -> int:
    """Return the sample, as the key of a lock."""
    return sent.sample_id


def order_id(due: LaboratoryDue) -> int:
    """Return the order, as the key of a lock."""
    return due.order_id


def handle_sent(sent: Sequence[SampleForLaboratory], desk: LaboratoryDesk) -> None:
    """Take in samples; one that came before is not tested again."""
    known = dict(desk.repository.order_ids([sample.sample_id for sample in sent]))
    due = desk.instant_after("spot_checks.laboratory_days", unit=DAY)
    for sample in sent:
        if (sample.sample_id, sample.answers) in known:
            continue
        order = SampleOrder(desk.repository.new_id(), *sample, ordered_at=desk.now)
        known[sample.sample_id, sample.answers] = order.id
        desk.repository.put_order(order)
        desk.schedule(due, LaboratoryDue(order.id))


def handle_due(due: Sequence[LaboratoryDue], desk: LaboratoryDesk) -> None:
    """Report the samples that are tested, each once."""
    for order in desk.repository.orders([report.order_id for report in due]).values():
        if order.report_no:
            continue
        order.lines = _tested(order, desk)
        order.verdict, order.issued_at = judgement.verdict_of(order.lines), desk.now
        order.report_no = f"{order.sample_no}{'-R' if order.answers else ''}"
        desk.repository.put_order(order)
        desk.send(
            SampleTested(
                order.sample_id, order.laboratory, order.report_no, order.verdict, order.issued_at, order.answers
            )
        )


def _tested(order: SampleOrder, desk: LaboratoryDesk) -> tuple[ReportedItem, ...]:
    """The lines of a report. A sample fails at the rate of failures, in its first item; a retest finds the same."""
    items = judgement.items_of(order.gcode, day_of(desk.now), desk.law)
    rate = desk.value_today("spot_checks.failure").amount
    failing = draw_number(desk.seed, "laboratory", order.sample_no) < rate * DRAW_RANGE
    return tuple(
        judgement.judged(item, _value(item.most, order, number, failing and number == 0, desk.seed))
        for number, item in enumerate(items)
    )


def _value(most: Decimal, order: SampleOrder, number: int, failing: bool, seed: str) -> Decimal:
    """A value between nothing and the limit, or above it, which depends only on sample and item."""
    part = Decimal(draw_number(seed, "laboratory-value", f"{order.sample_no}|{order.answers}|{number}")) / DRAW_RANGE
    if failing:
        return (most * (Decimal("1.1") + part) if most else Decimal(1)).quantize(most / 10 if most else Decimal(1))
    return (most * part * Decimal("0.9")).quantize(most / 100 if most else Decimal(1))


TOPICS = (
    Topic("agency.lab_report", DocumentFiled, filing.handle_reports, LaboratoryLock.REPORT, document_id),
    Topic("laboratory.sample_sent", SampleForLaboratory, handle_sent, LaboratoryLock.SAMPLE, sample_id),
    Topic("deadline.laboratory_report", LaboratoryDue, handle_due, LaboratoryLock.ORDER, order_id),
)


def lock_rows(named_keys: NamedKeys[LaboratoryLock], desk: LaboratoryDesk) -> None:
    """Lock the orders; two payloads about one sample never run at the same time."""
    desk.repository.orders(sorted(keys_of(named_keys, LaboratoryLock.ORDER)))
    filed = desk.repository.documents(sorted(keys_of(named_keys, LaboratoryLock.REPORT)))
    if filed:
        desk.repository.orders_of({paper.facts.sample_no for paper in filed.values()})


LABORATORY = Gateway("laboratory", TOPICS, lock_rows)
