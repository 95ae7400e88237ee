"""Payloads that laboratories handle besides reports that are sent as messages."""

from __future__ import annotations

from typing import NamedTuple


class SampleForLaboratory(NamedTuple):
    """A sample is on its way to a laboratory; `answers`: the report that it contradicts, if it is a retest."""

    sample_id: int
    sample_no: str
    seal_no: str
    gcode: str
    laboratory: str
    answers: str = ""


class LaboratoryDue(NamedTuple):
    """A laboratory has tested a sample; `fault`: what a test has forced of it that comes only now."""

    order_id: int
    fault: str = ""
