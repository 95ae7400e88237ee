"""Counts and ids of what one transaction wrote in a sandbox, for logs and metrics after the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection

from single_window.store.bulk import insert_rows
from single_window.store.deliveries import COLUMNS, DONE, file_deliveries
from single_window.store.mailbox_numbers import ReceiptGroup, place
from single_window.store.tables import receipt

_STATE = COLUMNS.index("state")


@dataclass(slots=True)
class WrittenCounts:
    """Ids, counts and pending rows of a transaction in one sandbox."""

    sandbox: str
    messages: list[int] = field(default_factory=list)
    """Ids of messages that reception processed."""
    documents: list[int] = field(default_factory=list)
    """Ids of documents that were stored, or handled by a gateway."""
    declarations: list[int] = field(default_factory=list)
    """Ids of declarations that were created or changed, or whose tax or inspection was."""
    sends: list[tuple[Any, ...]] = field(default_factory=list)
    """Rows of new deliveries (`deliveries.COLUMNS`), inserted at the end of the transaction unless they are done."""
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    """Rows of receipts (`RECEIPT`), inserted at the end of the transaction."""
    groups: list[ReceiptGroup] = field(default_factory=list)
    """Groups of receipts, at least one for each mailbox."""
    firsts: list[int] = field(default_factory=list)
    """Sequence of each group's first receipt, set by `finish`."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Received documents, by kind."""
    codes: Counter[str] = field(default_factory=Counter)
    """Receipts, by message code."""

    def add(self, other: WrittenCounts) -> None:
        """Add the counts and rows of another step in the same sandbox."""
        for name in ("messages", "documents", "declarations", "sends", "rows", "groups", "kinds", "codes"):
            getattr(self, name).__iadd__(getattr(other, name))

    @property
    def filed(self) -> list[int]:
        """Ids of the new deliveries."""
        return [row[0] for row in self.sends]

    @property
    def left_ready(self) -> bool:
        """True if a new delivery is not done yet."""
        return any(row[_STATE] != DONE for row in self.sends)

    @property
    def receipts(self) -> Iterator[str]:
        """Mailbox and sequences of its new receipts, such as "DXPENT0000000005:17-19"."""
        ranges: list[list[Any]] = []
        for group, first in zip(self.groups, self.firsts, strict=True):
            if ranges and ranges[-1][0] == group.mailbox and ranges[-1][2] == first:
                ranges[-1][2] += group.count
            else:
                ranges.append([group.mailbox, first, first + group.count])
        for mailbox, first, behind in ranges:
            yield f"{mailbox}:{first}" + (f"-{behind - 1}" if behind > first + 1 else "")


Writing: TypeAlias = Callable[[Connection], Sequence[WrittenCounts]]
"""A function that writes a consumer's results in a transaction, and returns the counts per sandbox."""


RECEIPT = ("group_id", "position", "sandbox", "code", "order_no", "kind", "key", "return_status", "return_time")
"""Columns of a receipt row."""


def finish(connection: Connection, parts: Sequence[WrittenCounts]) -> None:
    """Insert the pending rows of all steps of a transaction, and number the receipts, as its last statements."""
    file_deliveries(connection, [row for part in parts for row in part.sends if row[_STATE] != DONE])
    insert_rows(connection, receipt, RECEIPT, [row for part in parts for row in part.rows])
    firsts = iter(place(connection, [group for part in parts for group in part.groups]))
    for part in parts:
        part.firsts = [next(firsts) for _ in part.groups]
