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
    yield from table(COLUMNS, [_row(one) for one in scenarios().values()])


def _row(one: Scenario) -> tuple[str, ...]:
    steps = [{"match": msgspec.to_builtins(match), "do": msgspec.to_builtins(action)} for match, action in one.steps]
    often = {"times": one.times} if one.times else {}
    return (
        f"`{one.name}`",
        f"{one.en} {one.zh}",
        f"{one.seen_en} {one.seen_zh}",
        "; ".join(f"`{json.dumps({**step, **often}, ensure_ascii=False)}`" for step in steps),
    )
