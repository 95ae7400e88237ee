"""The public list of goods that failed spot checks."""

from __future__ import annotations

from single_window.cases.spot_checks.failure_answers import FailedLineOut, FailuresOut, as_lines
from single_window.cases.spot_checks.failures import failures
from single_window.frame.http.public_lists import PublicList

FAILURES = PublicList(
    path="/public/spot-checks/failures",
    summary="failed spot checks",
    about="Goods, company, failed items and measure, once the failure is confirmed or a measure ordered. No buyer, "
    "order or waybill is in it; as a table it has a line for each item that failed.",
    page=failures,
    page_type=FailuresOut,
    lines=lambda found: as_lines(found.failures),
    columns=[name for name in FailedLineOut.__struct_fields__ if name != "items"],
)
