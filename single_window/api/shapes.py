"""What answers about cases of any kind have in common: pages, states in words, instants, lines of a history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response

from declarations.calendar import utc_text
from declarations.lifecycle import lifecycles
from single_window.api.declarations import in_words
from single_window.api.problems import json_response
from single_window.cases.histories import HistoryLine

T = TypeVar("T")


def paged(
    name: str, found: Sequence[T], limit: int, shown: Callable[[T], dict[str, Any]], *, by: str = "id"
) -> Response:
    """The first `limit` of what was found, as they are shown; `next` is where to go on if more was found."""
    first = found[:limit]
    following = getattr(first[-1], by) if len(found) > limit else None
    return json_response({name: [shown(one) for one in first], "next": following})


def state_words(state: str, lifecycle: str) -> dict[str, str]:
    """The state of a case in both languages."""
    words = lifecycles()[lifecycle].states[state]
    return {"state_zh": words.zh, "state_en": words.en}


def instants(one: object, *names: str) -> dict[str, str]:
    """Instants of a case as text; empty where it has not come to that."""
    return {name: utc_text(getattr(one, name)) if getattr(one, name) else "" for name in names}


def history(lines: Sequence[HistoryLine]) -> list[dict[str, Any]]:
    """What has happened to a case."""
    return [
        {
            "at": utc_text(line.at),
            "actor": line.actor,
            "event": line.event,
            "state": line.state,
            "reasons": [in_words(reason) for reason in line.reasons],
        }
        for line in lines
    ]
