"""Payloads that the spot-check gateway handles besides decisions and messages."""

from __future__ import annotations

from typing import NamedTuple

from declarations.spot_checks.drawing import BY_INSPECTION


class PlanDrawDue(NamedTuple):
    """The lists released from `since` to before `due` are to be drawn from; `after`: the last list that was."""

    plan_id: int
    since: int
    after: int = 0
    due: int = 0


class ListStopped(NamedTuple):
    """A sample is to be taken of a line of a list that is stopped, because a targeted plan names its goods; without a
    plan it is inspected, and a sample of its first line was taken already."""

    declaration_id: int
    plan_no: str = BY_INSPECTION
    gnum: int = 1


class SamplingDue(NamedTuple):
    """The site takes a sample of which the merchant has had notice."""

    sample_id: int


class SampleTested(NamedTuple):
    """A laboratory's report about a sample; `answers`: the report that it contradicts, if it is a retest; `amends`: the
    earlier report that it replaces."""

    sample_id: int
    laboratory: str
    report_no: str
    verdict: str
    issued_at: int
    answers: str = ""
    amends: str = ""


class SampleReportDue(NamedTuple):
    """The day by which a laboratory reports a sample is over; `answers`: the report that a retest contradicts,
    `taken_at`: when the sample was taken that it has."""

    sample_id: int
    laboratory: str
    answers: str
    taken_at: int


class MeasureDue(NamedTuple):
    """The day by which the merchant reports what became of failed goods is over."""

    sample_id: int
    measure_no: str


class GoodsBookedOut(NamedTuple):
    """A quantity of a lot leaves its account book: a sample, or goods destroyed or sent back; `cause` is unique."""

    ems_no: str
    item_record_no: str
    quantity: int
    cause: str
    why: str
