"""The topics of the spot-check gateway and its laboratory, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.spot_checks.acts import decide
from gateways.spot_checks.drawing import handle_draws, handle_reports
from gateways.spot_checks.laboratory import handle_due, handle_sent
from gateways.spot_checks.repository import SpotCheckDesk
from gateways.topics.shared import Decision, subject_id
from gateways.topics.spot_checks import DrawDue, ReportDue, SampleReported, SampleSent
from gateways.topics.topic import Topic


class SpotCheckLock(Enum):
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
    Topic("deadline.spot_check_draw", DrawDue, handle_draws, SpotCheckLock.PLAN, plan_id),
    Topic("laboratory.sample_sent", SampleSent, handle_sent, SpotCheckLock.NOTHING),
    Topic("deadline.laboratory_report", ReportDue, handle_due, SpotCheckLock.NOTHING),
    Topic("laboratory.reported", SampleReported, handle_reports, SpotCheckLock.SAMPLE, sample_id),
    Topic("decision.spot_check", Decision, decide, SpotCheckLock.SAMPLE, subject_id),
)


def lock_rows(named_keys: NamedKeys[SpotCheckLock], desk: SpotCheckDesk) -> None:
    """Lock the plans, then the samples."""
    desk.repository.plans(sorted(keys_of(named_keys, SpotCheckLock.PLAN)))
    desk.repository.samples(sorted(keys_of(named_keys, SpotCheckLock.SAMPLE)))


SPOT_CHECKS = Gateway("spot_checks", TOPICS, lock_rows)
