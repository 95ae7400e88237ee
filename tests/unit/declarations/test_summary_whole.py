"""Parts of a summary request belong together in everything but their number and lists; periods hold both seconds."""

from __future__ import annotations

from typing import Any

from declarations.calendar import SECOND, stamp14
from declarations.documents import SummaryRequest, SummaryRequestLine
from declarations.summary.whole import compare_parts, period_of
from tests.tables import each


def part(**changes: Any) -> SummaryRequest:
    values: dict[str, Any] = {name: "" for name in SummaryRequest.__struct_fields__}
    return SummaryRequest(
        **{**values, "ebc_code": "M", "summary_flag": "1", "msg_count": 2, "msg_seq_no": 1, "lines": (), **changes}
    )


@each(
    ("changes", "fields"),
    [
        ({}, []),
        ({"msg_seq_no": 2, "lines": (SummaryRequestLine("X"),), "guid": "G", "app_time": "1"}, []),
        ({"msg_count": 3}, ["msgCount"]),
        ({"ebc_code": "N", "summary_flag": "2"}, ["ebcCode", "summaryFlag"]),
        ({"start_time": "20261101000000"}, ["startTime"]),
    ],
)
def test_parts_belong_together(changes: dict[str, Any], fields: list[str]) -> None:
    assert [reason.values["field"] for reason in compare_parts(part(**changes), part())] == fields


def test_a_period_holds_both_its_seconds() -> None:
    span = period_of(part(start_time="20261101000000", end_time="20261130235959"))
    assert span is not None
    assert (stamp14(span.since), stamp14(span.until)) == ("20261101000000", "20261201000000")
    assert stamp14(span.until - SECOND) == "20261130235959"


@each("times", [{}, {"start_time": "20261101000000"}])
def test_without_a_period_lists_are_named(times: dict[str, str]) -> None:
    assert period_of(part(**times)) is None
