"""Reference pages that are tables: topics with their payloads, ready-made outcomes; and the Markdown table itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from inspect import getdoc
from typing import Any

import msgspec

from gateways.agencies import GATEWAYS
from gateways.gateway import Gateway
from single_window.outcomes.magic_values import sign_of
from single_window.outcomes.scenarios import Scenario, scenarios
from single_window.reference.documentation import field_words


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A Markdown table; a bar or line break inside a cell is escaped."""
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield "| " + " | ".join(_cell(cell) for cell in row) + " |"
    yield ""


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ").strip()


def topics() -> Iterator[str]:
    """Every topic by the gateway that handles it, with the layout of its payload."""
    yield "# Topics 主题"
    yield ""
    yield (
        "What gateways are told, by the gateway that handles it (the queue of that name). A delivery is a JSON "
        "list of payloads, a payload the list of its fields' values in this order; the types stand in "
        "`gateways/topics/`."
    )
    yield ""
    yield "## reception"
    yield ""
    yield from table(
        ("topics", "says"),
        (
            ("`message.received`", "A message was admitted."),
            ("`deadline.staged`", "A staged document expires."),
            ("`deadline.receipt`", "A receipt comes that a test held back."),
            ("`decision.proposal`", "A second person has settled a proposal."),
            ("`deadline.question`", "The day by which a declarant was to answer a question is over."),
        ),
    )
    for gateway in GATEWAYS:
        yield f"## {gateway.name}"
        yield ""
        yield from table(("topics", "payload", "fields", "says"), _topic_rows(gateway))


def _topic_rows(gateway: Gateway[Any, Any]) -> Iterator[tuple[str, ...]]:
    of_payload: dict[Any, list[str]] = {}
    for topic in gateway.topics.values():
        of_payload.setdefault(topic.payload, []).append(topic.name)
    for payload, names in of_payload.items():
        words, fields = field_words(payload), payload._fields
        described = " ".join(f"`{name}`: {words[name]}" for name in fields if words.get(name))
        summary = (getdoc(payload) or "").replace("\n", " ")
        yield (
            " ".join(f"`{name}`" for name in names),
            payload.__name__,
            " ".join(f"`{name}`" for name in fields),
            f"{summary}{f' {described}' if described else ''}",
        )


SCENARIO_COLUMNS = ("scenario", "outcome 结果", "what you see 可见", "order number ends in 订单号以此结尾", "trigger")


def ready_made() -> Iterator[str]:
    """The ready-made outcomes."""
    yield "# Ready-made outcomes 场景"
    yield ""
    yield (
        "Name one in `X-Scenario` of the call that sends the document, or make a trigger of it: "
        "`single-window trigger add --scenario NAME` ([outcomes](../outcomes.md))."
    )
    yield ""
    yield from table(SCENARIO_COLUMNS, [_scenario_row(scenario) for scenario in scenarios().values()])


def _scenario_row(scenario: Scenario) -> tuple[str, ...]:
    steps = [
        {"match": msgspec.to_builtins(match), "do": msgspec.to_builtins(action)} for match, action in scenario.steps
    ]
    often = {"times": scenario.times} if scenario.times else {}
    return (
        f"`{scenario.name}`",
        f"{scenario.en} {scenario.zh}",
        f"{scenario.seen_en} {scenario.seen_zh}",
        f"`{sign_of(scenario)}`" if scenario.ends else "",
        "; ".join(f"`{json.dumps({**step, **often}, ensure_ascii=False)}`" for step in steps),
    )
