"""Payloads that the pest-check gateway and its laboratory handle besides decisions."""

from __future__ import annotations

from typing import NamedTuple


class DrawDue(NamedTuple):
    """The lists released from `since` to before `due` are to be drawn from; `after`: the last list that was."""

    plan_id: int
    since: int
    after: int = 0
    due: int = 0


class SampleSent(NamedTuple):
    """A sample is on its way to the laboratory."""

    sample_id: int
    sample_no: str


class ReportDue(NamedTuple):
    """The laboratory has tested a sample."""

    sample_id: int
    sample_no: str


class SampleReported(NamedTuple):
    """The laboratory's report about a sample."""

    sample_id: int
    failed: bool
