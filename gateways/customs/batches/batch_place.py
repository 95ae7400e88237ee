"""A place in a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class BatchMember:
    """A place in a batch, for a list that has joined (`declaration_id`) or is awaited (0); `draw`: inputs and result of
    its draw."""

    batch_id: int
    position: int
    declaration_id: int
    key: str
    flow: str
    state: str
    draw: dict[str, Any] = field(default_factory=dict)
