"""Answers that are pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response

from single_window.answers.kinds import page
from single_window.api.problems import json_response

T = TypeVar("T")


def paged(
    name: str, rows: Sequence[T], limit: int, shown: Callable[[T], dict[str, Any]], *, by: str = "id"
) -> Response:
    """The first `limit` rows as they are shown; `next` is where to go on if there are more."""
    first, following = page(rows, limit, by=by)
    return json_response({name: [shown(row) for row in first], "next": following})
