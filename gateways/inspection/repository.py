"""The rows of the inspection gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(slots=True)
class InspectionTask:
    """An inspection; `result` is empty until it is done, then "passed", "failed" or "sampled"."""

    declaration_id: int
    order_no: str
    key: str
    ordered_at: int
    result: str = ""


class InspectionRepository(Protocol):
    """Loads and stores rows in bulk."""

    def tasks(self, declaration_ids: Sequence[int]) -> Mapping[int, InspectionTask]:
        """Inspections by declaration id."""

    def put_task(self, task: InspectionTask) -> None:
        """Store a new or changed inspection."""
