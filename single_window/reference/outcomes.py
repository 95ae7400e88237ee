"""The reference page of ready-made outcomes: to see this outcome, do this; made of their data file."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from single_window.outcomes.scenarios import Scenario, scenarios
from single_window.reference.markdown import table

COLUMNS = ("scenario", "outcome 结果", "what you see 可见", "trigger")


def ready_made() -> Iterator[str]:
    """The ready-made outcomes."""
    yield "# Ready-made outcomes 场景"
    yield ""
    yield (
        "Name one in `X-Scenario` of the call that sends the document, or make a trigger of it: "
        "`single-window trigger add --scenario NAME` ([outcomes](../outcomes.md))."
    )
    yield ""
    yield from table(COLUMNS, [_row(scenario) for scenario in scenarios().values()])


def _row(scenario: Scenario) -> tuple[str, ...]:
    steps = [
        {"match": msgspec.to_builtins(match), "do": msgspec.to_builtins(action)} for match, action in scenario.steps
    ]
    often = {"times": scenario.times} if scenario.times else {}
    return (
        f"`{scenario.name}`",
        f"{scenario.en} {scenario.zh}",
        f"{scenario.seen_en} {scenario.seen_zh}",
        "; ".join(f"`{json.dumps({**step, **often}, ensure_ascii=False)}`" for step in steps),
    )
