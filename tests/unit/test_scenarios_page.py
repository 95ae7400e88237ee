"""docs/scenarios.md: its example is played, and its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from simulators.known_faults import known_faults
from simulators.refunds.scenarios import refund_scenarios
from simulators.scenarios import kinds
from simulators.scenarios.decisions import DECIDERS
from simulators.scenarios.form import STEP_KINDS, Deal, ExpectStep, RefundBasis, ScenarioStep, SendStep
from simulators.scenarios.page import page
from simulators.scenarios.running import run
from simulators.scenarios.scenario_files import read_scenario

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")


def own(kind: type[msgspec.Struct]) -> set[str]:
    shared = {field.encode_name for field in msgspec.structs.fields(ScenarioStep)}
    return {field.encode_name for field in msgspec.structs.fields(kind)} - shared


def test_the_example_comes_out_as_it_says(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "mine.toml"
    file.write_text(example, "utf-8")
    (result,) = run([read_scenario(file)])
    assert result.ok, result.mismatches


@pytest.mark.parametrize("kind", [SendStep, ExpectStep, Deal, RefundBasis], ids=lambda kind: kind.__name__)
def test_every_key_is_explained(kind):
    missing = {key for key in own(kind) if f"`{key}`" not in PAGE and f"`{key} = " not in PAGE}
    assert missing - {"refund", "text", "bought"} == set()


def test_every_step_word_and_case_is_named():
    words = {*STEP_KINDS, *DECIDERS, *kinds.DOCUMENT_GROUPS}
    words |= {word for flow in (kinds.MESSAGE_TYPES, kinds.RECEIPT_TYPES) for known in flow.values() for word in known}
    assert {word for word in words if word.replace(" ", "") not in PAGE.replace(" ", "").replace("\n", "")} == set()


def test_known_faults_of_exports_and_scenarios_of_the_year_have_their_rows():
    lines = list(page())
    for row in (*known_faults("export"), *refund_scenarios()):
        assert [line for line in lines if line.endswith(f"| `{row.name}` |") and row.en in line and row.zh in line]
