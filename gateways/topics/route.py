"""The destination of a payload."""

from __future__ import annotations

from typing import NamedTuple


class Route(NamedTuple):
    """The destination of a payload: a gateway's queue, and the topic."""

    queue: str
    topic: str
