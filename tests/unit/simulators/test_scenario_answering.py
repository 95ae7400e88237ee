"""A `call` step reads single values of an answer by their paths, and says where an answer differs."""

from __future__ import annotations

import pytest

from simulators.entry.windows import WindowClient, ephemeral_window, fresh_sandbox
from simulators.scenarios.answering import mismatches, value_at
from simulators.scenarios.expecting import is_same_value
from simulators.scenarios.form import CallStep

ANSWER = {
    "due": [{"month": "2025-10", "waiting": 1, "overdue": False}, {"month": "2025-11", "waiting": 2, "note": None}]
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("due/#", "2"),
        ("due/0/month", "2025-10"),
        ("due/month=2025-11/waiting", "2"),
        ("due/0/overdue", "false"),
        ("due/1/note", ""),
        ("due/2/month", ""),
        ("due/month=2026-01/waiting", ""),
        ("nothing/here", ""),
    ],
)
def test_a_path_leads_to_a_text(path: str, text: str) -> None:
    assert value_at(ANSWER, path) == text


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        ("42202026I000000002", "42202026I…", True),
        ("42202027I000000002", "42202026I…", False),
        ("20.00", "20", True),
        (None, "…", False),
        ("", "", True),
    ],
)
def test_a_value_is_the_same_as_a_number_or_by_its_beginning(value: str | None, wanted: str, same: bool) -> None:
    assert is_same_value(value, wanted) is same


@pytest.mark.parametrize(
    ("step", "parting"),
    [
        (CallStep(call="GET /summaries/due", gives={"due/#": "0"}), []),
        (CallStep(call="GET /summaries/due", gives={"due/#": "1"}), ["GET /summaries/due differs in due/#"]),
        (CallStep(call="GET /summaries/none", answer=404), []),
        (CallStep(call="GET /summaries/none"), ["it answers otherwise"]),
        (CallStep(call="GET /summaries/none", answer=404, finding="other"), ["the answer does not name it"]),
        (CallStep(call="GET /summaries/due", answer=404), ["the window did what it must refuse"]),
        (CallStep(call="GET /summaries/due", keep={"due": "due/#"}), []),
        (CallStep(call="GET /summaries/due", keep={"due": "x"}), ["GET /summaries/due has no x"]),
    ],
    ids=[
        *("as expected", "another value", "refused", "refused at all", "another finding", "not refused"),
        *("kept", "nothing to keep"),
    ],
)
def test_an_answer_is_compared(step: CallStep, parting: list[str]) -> None:
    with (
        ephemeral_window() as own,
        WindowClient(own.url) as client,
        fresh_sandbox(client, "a", "a", "2026-11-20T08:00:00+08:00") as sandbox,
    ):
        kept: dict[str, str] = {}
        assert [mismatch.parting for mismatch in mismatches(step, sandbox, kept)] == parting
        assert kept == {name: "0" if path == "due/#" else "" for name, path in step.keep.items()}
