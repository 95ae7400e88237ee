"""Writes the reference page of topics from the payloads that gateways declare."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getdoc
from typing import Any

from gateways.agencies import GATEWAYS
from gateways.gateway import Gateway
from single_window.reference.documentation import field_words
from single_window.reference.markdown import table


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
        ),
    )
    for gateway in GATEWAYS:
        yield f"## {gateway.name}"
        yield ""
        yield from table(("topics", "payload", "fields", "says"), _rows(gateway))


def _rows(gateway: Gateway[Any, Any]) -> Iterator[tuple[str, ...]]:
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
