"""The inspection gateway's state in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gateways.inspection.repository import InspectionTask
from single_window.store import work_cases
from single_window.store.numbering import Numbering
from single_window.store.records import Records
from single_window.store.tables import inspection

TASKS = Records(InspectionTask, inspection)


class StoredInspectionRepository:
    """State of one sandbox for one batch of deliveries."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._changed: dict[int, InspectionTask] = {}

    def tasks(self, declaration_ids: Sequence[int]) -> Mapping[int, InspectionTask]:
        loaded = TASKS.load(self._connection, self._sandbox, "declaration_id", declaration_ids, lock=True)
        return {task.declaration_id: task for task in loaded}

    def put_task(self, task: InspectionTask) -> None:
        self._changed[task.declaration_id] = task

    def touched(self) -> set[int]:
        """Ids of declarations with changed inspections."""
        return set(self._changed)

    def changed(self) -> work_cases.Changed:
        """Nothing, because the cases of inspections belong to customs."""
        return {}

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        TASKS.save(connection, self._sandbox, self._changed.values())


REPOSITORY = StoredInspectionRepository
