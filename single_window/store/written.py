"""The writings of one transaction in one sandbox: logged, and counted, once it is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection

from single_window.store.bulk import insert_rows
from single_window.store.deliveries import COLUMNS, file_deliveries
from single_window.store.places import ReceiptGroup, place
from single_window.store.tables import receipt

_STATE = COLUMNS.index("state")


@dataclass(slots=True)
class WrittenCounts:
    """Ids of what was written, and how much of which kind."""

    sandbox: str
    messages: list[int] = field(default_factory=list)
    """Taken in."""
    documents: list[int] = field(default_factory=list)
    """Stored, or handled by a gateway."""
    declarations: list[int] = field(default_factory=list)
    """Made or changed, or whose tax or inspection was."""
    sends: list[tuple[Any, ...]] = field(default_factory=list)
    """Deliveries that follow, as rows (`deliveries.COLUMNS`), written at the end of the transaction."""
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    """Receipts, as rows (`RECEIPT`), written at the end of the transaction."""
    groups: list[ReceiptGroup] = field(default_factory=list)
    """Receipts, by mailbox."""
    firsts: list[int] = field(default_factory=list)
    """The place of each group's first receipt, once it has one."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Documents that came, by kind."""
    codes: Counter[str] = field(default_factory=Counter)
    """Receipts, by message code."""

    def add(self, other: WrittenCounts) -> None:
        """Take in what else was written in the same sandbox."""
        for name in ("messages", "documents", "declarations", "sends", "rows", "groups", "kinds", "codes"):
            getattr(self, name).__iadd__(getattr(other, name))

    @property
    def filed(self) -> list[int]:
        """The ids of the deliveries that follow."""
        return [row[0] for row in self.sends]

    @property
    def left_ready(self) -> bool:
        """True if some of the deliveries that follow are still to be done."""
        return any(row[_STATE] != "done" for row in self.sends)

    @property
    def receipts(self) -> Iterator[str]:
        """Mailbox and places of what was put into it: "DXPENT0000000005:17-19"."""
        for group, first in zip(self.groups, self.firsts, strict=True):
            yield f"{group.mailbox}:{first}" + (f"-{first + group.count - 1}" if group.count > 1 else "")


Writing: TypeAlias = Callable[[Connection], Sequence[WrittenCounts]]
"""What a consumer has decided: writes it inside a transaction, and gives what it wrote, by sandbox."""


RECEIPT = (
    "group_id",
    "position",
    "sandbox",
    "code",
    "order_no",
    "kind",
    "key",
    "return_status",
    "return_time",
    "rule",
    "words",
    "fields",
)
"""The columns of a receipt, in the order of a row."""


def finish(connection: Connection, parts: Sequence[WrittenCounts]) -> None:
    """Write what several steps of a transaction add alike; give all receipts their places, as its last deed."""
    file_deliveries(connection, [row for part in parts for row in part.sends])
    insert_rows(connection, receipt, RECEIPT, [row for part in parts for row in part.rows])
    firsts = iter(place(connection, [group for part in parts for group in part.groups]))
    for part in parts:
        part.firsts = [next(firsts) for _ in part.groups]
