"""docs/exchange.md, typed as it stands: a report that is booked, and one that waits and is approved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pages import follow, page, typed

SHOWN = "single-window forex list --state booked --json | tee booked.json"


@pytest.mark.long
def test_the_page_leads_to_a_report_that_is_booked_and_one_that_is_approved(tmp_path: Path) -> None:
    (tmp_path / "directory.csv").write_text("code,class,registered\n3702961003,A,2024-06-01\n")
    follow([*typed(page("exchange.md")), SHOWN], tmp_path, {})
    booked = json.loads((tmp_path / "booked.json").read_text("utf-8"))["reports"]
    assert [report["state"] for report in booked] == ["booked", "booked"]
