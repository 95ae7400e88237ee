"""What answers about cases of any kind have in common: pages, and instants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response

from declarations.calendar import utc_text
from single_window.api.problems import json_response

T = TypeVar("T")


def paged(
    name: str, found: Sequence[T], limit: int, shown: Callable[[T], dict[str, Any]], *, by: str = "id"
) -> Response:
    """The first `limit` of what was found, as they are shown; `next` is where to go on if more was found."""
    first, following = page(found, limit, by=by)
    return json_response({name: [shown(one) for one in first], "next": following})


def page(found: Sequence[T], limit: int, *, by: str = "id") -> tuple[Sequence[T], Any]:
    """The first `limit` of what was found, and where the next page begins: None where nothing is left."""
    first = found[:limit]
    return first, getattr(first[-1], by) if len(found) > limit else None


def instants(one: object, *names: str) -> dict[str, str]:
    """Instants of a case as text; empty where it has not come to that."""
    return {name: utc_text(getattr(one, name)) if getattr(one, name) else "" for name in names}
