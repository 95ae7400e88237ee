"""The topics of laboratories: a sample that comes, and the day on which it is tested."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from declarations.calendar import DAY
from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.laboratory import filing, testing
from gateways.laboratory.repository import LaboratoryDesk, SampleOrder
from gateways.laboratory.testing import is_first_of_inspection
from gateways.topics.laboratory import LaboratoryDue, SampleForLaboratory
from gateways.topics.shared import DocumentFiled, document_id
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
    """Take in samples; one that came before to the same laboratory is not tested again."""
    known = dict(desk.repository.order_ids([sample.sample_id for sample in sent]))
    later = desk.instant_after("spot_checks.laboratory_days", unit=DAY)
    for sample in sent:
        if (key := (sample.sample_id, sample.answers, sample.laboratory)) in known:
            continue
        order = SampleOrder(desk.repository.new_id(), *sample, ordered_at=desk.now)
        known[key] = order.id
        desk.repository.put_order(order)
        # the days of an inspection's result hold the test of its sample
        due = desk.now if is_first_of_inspection(order) else later
        desk.schedule(due, LaboratoryDue(order.id))


TOPICS = (
    Topic("agency.lab_report", DocumentFiled, filing.handle_reports, LaboratoryLock.REPORT, document_id),
    Topic("laboratory.sample_sent", SampleForLaboratory, handle_sent, LaboratoryLock.SAMPLE, sample_id),
    Topic("deadline.laboratory_report", LaboratoryDue, testing.handle_due, LaboratoryLock.ORDER, order_id),
)


def lock_rows(named_keys: NamedKeys[LaboratoryLock], desk: LaboratoryDesk) -> None:
    """Lock the orders; two payloads about one sample never run at the same time."""
    desk.repository.orders(sorted(keys_of(named_keys, LaboratoryLock.ORDER)))
    filed = desk.repository.documents(sorted(keys_of(named_keys, LaboratoryLock.REPORT)))
    if filed:
        desk.repository.orders_of({paper.facts.sample_no for paper in filed.values()})


LABORATORY = Gateway("laboratory", TOPICS, lock_rows)
