"""The topics of the pest-check gateway and its laboratory, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.pest_checks.acts import decide
from gateways.pest_checks.drawing import handle_draws, handle_reports
from gateways.pest_checks.laboratory import handle_due, handle_sent
from gateways.pest_checks.repository import PestCheckDesk
from gateways.topics.pest_checks import DrawDue, ReportDue, SampleReported, SampleSent
from gateways.topics.shared import Decision, subject_id
from gateways.topics.topic import Topic


class PestCheckLock(Enum):
    """The rows that a payload names."""

    PLAN = auto()
    SAMPLE = auto()
    NOTHING = auto()


def plan_id(draw: DrawDue) -> int:
    """Return the plan of a draw, as the key of a lock."""
    return draw.plan_id


def sample_id(report: SampleReported) -> int:
    """Return the sample of a report, as the key of a lock."""
    return report.sample_id


TOPICS = (
    Topic("deadline.pest_check_draw", DrawDue, handle_draws, PestCheckLock.PLAN, plan_id),
    Topic("plant_laboratory.sample_sent", SampleSent, handle_sent, PestCheckLock.NOTHING),
    Topic("deadline.plant_report", ReportDue, handle_due, PestCheckLock.NOTHING),
    Topic("plant_laboratory.reported", SampleReported, handle_reports, PestCheckLock.SAMPLE, sample_id),
    Topic("decision.pest_check", Decision, decide, PestCheckLock.SAMPLE, subject_id),
)


def lock_rows(named_keys: NamedKeys[PestCheckLock], desk: PestCheckDesk) -> None:
    """Lock the plans, then the samples."""
    desk.repository.plans(sorted(keys_of(named_keys, PestCheckLock.PLAN)))
    desk.repository.samples(sorted(keys_of(named_keys, PestCheckLock.SAMPLE)))


PEST_CHECKS = Gateway("pest_checks", TOPICS, lock_rows)
