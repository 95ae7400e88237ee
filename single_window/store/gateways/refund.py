"""The memory of the refund desk in the database."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection

from single_window.numbering import Numbering


class StoredRefundDeskMemory:
    """One batch's view of one sandbox."""

    def __init__(self, connection: Connection, sandbox: str, numbering: Numbering,
                 recent: dict[str, dict[Any, Any]] | None = None) -> None:
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering

    def touched(self) -> Collection[int]:
        """Declarations concerned."""
        return ()

    def save(self, connection: Connection) -> None:
        """Write everything that was put."""
