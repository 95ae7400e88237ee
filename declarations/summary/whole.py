"""Checks that the parts of a summary request (701) belong together, and reads the period of a request."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from declarations.calendar import SECOND, SHANGHAI
from declarations.documents import SummaryRequest
from declarations.reasons import Reason

OTHER_PART = "18011"
_WIRE = {
    "msg_count": "msgCount",
    "customs_code": "customsCode",
    "ebc_code": "ebcCode",
    "decl_agent_code": "declAgentCode",
    "start_time": "startTime",
    "end_time": "endTime",
    "summary_flag": "summaryFlag",
    "item_name_flag": "itemNameFlag",
}


class ClosingPeriod(NamedTuple):
    """A period of closing, as instants; `until` is exclusive."""

    since: int
    until: int


def compare_parts(part: SummaryRequest, other: SummaryRequest) -> tuple[Reason, ...]:
    """Return the contradictions between two parts of a request; empty if they belong together."""
    return tuple(
        [
            Reason(OTHER_PART, {"field": wire, "found": str(getattr(part, name)), "other": str(getattr(other, name))})
            for name, wire in _WIRE.items()
            if getattr(part, name) != getattr(other, name)
        ]
    )


def period_of(request: SummaryRequest) -> ClosingPeriod | None:
    """Return the period that a request names, including its last second; None if it names lists."""
    if not request.start_time or not request.end_time:
        return None
    return ClosingPeriod(_instant_of(request.start_time), _instant_of(request.end_time) + SECOND)


def _instant_of(stamp: str) -> int:
    return int(datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI).timestamp()) * 1_000
