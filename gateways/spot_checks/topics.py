"""The topics of spot checks, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.spot_checks import drawing, measures, papers, reports, sampling
from gateways.spot_checks.acts import decide
from gateways.spot_checks.repository import SpotCheckDesk
from gateways.topics.shared import Decision, DocumentFiled, declaration_id, document_id, subject_id
from gateways.topics.spot_checks import ListStopped, MeasureDue, PlanDrawDue, SampleReportDue, SampleTested, SamplingDue
from gateways.topics.topic import Topic


class SpotCheckLock(Enum):
    """The rows that a payload names."""

    PLAN = auto()
    SAMPLE = auto()
    LIST = auto()
    PAPER = auto()


class _OfSample(Protocol):
    @property
    def sample_id(self) -> int: ...


def plan_id(draw: PlanDrawDue) -> int:
    """Return the plan of a draw, as the key of a lock."""
    return draw.plan_id


def sample_id(payload: _OfSample) -> int:
    """Return the sample of a payload, as the key of a lock."""
    return payload.sample_id


TOPICS = (
    Topic("agency.sample_record", DocumentFiled, papers.handle_records, SpotCheckLock.PAPER, document_id),
    Topic("agency.retest_application", DocumentFiled, papers.handle_retests, SpotCheckLock.PAPER, document_id),
    Topic("agency.measure_report", DocumentFiled, papers.handle_measure_reports, SpotCheckLock.PAPER, document_id),
    Topic("deadline.spot_check_draw", PlanDrawDue, drawing.handle_draws, SpotCheckLock.PLAN, plan_id),
    Topic("deadline.spot_check_sampling", SamplingDue, sampling.handle_due, SpotCheckLock.SAMPLE, sample_id),
    Topic("deadline.spot_check_report", SampleReportDue, reports.handle_due, SpotCheckLock.SAMPLE, sample_id),
    Topic("deadline.spot_check_measure", MeasureDue, measures.handle_due, SpotCheckLock.SAMPLE, sample_id),
    Topic("spot_check.list_stopped", ListStopped, drawing.handle_stopped, SpotCheckLock.LIST, declaration_id),
    Topic("laboratory.sample_tested", SampleTested, reports.handle_tested, SpotCheckLock.SAMPLE, sample_id),
    Topic("decision.spot_check", Decision, decide, SpotCheckLock.SAMPLE, subject_id),
)


def lock_rows(named_keys: NamedKeys[SpotCheckLock], desk: SpotCheckDesk) -> None:
    """Lock the plans, then the samples."""
    desk.repository.plans(sorted(keys_of(named_keys, SpotCheckLock.PLAN)))
    filed = desk.repository.documents(sorted(keys_of(named_keys, SpotCheckLock.PAPER)))
    numbers = desk.repository.sample_ids({papers.number_of(paper) for paper in filed.values()}) if filed else {}
    desk.repository.samples(sorted(keys_of(named_keys, SpotCheckLock.SAMPLE) | set(numbers.values())))


SPOT_CHECKS = Gateway("spot_checks", TOPICS, lock_rows)
