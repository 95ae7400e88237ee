"""A place in a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class BatchMember:
    """A place in a batch, for a list that is known or still awaited; `draw` is what its number was drawn from."""

    batch_id: int
    position: int
    declaration_id: int
    key: str
    flow: str
    state: str
    draw: dict[str, Any] = field(default_factory=dict)
