"""What one transaction wrote in one sandbox: told to the log, and counted, once it is committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection

from single_window.store.places import Group, place


@dataclass(slots=True)
class Written:
    """Ids of what was written, and how much of which kind."""

    sandbox: str
    messages: list[int] = field(default_factory=list)
    """Taken in."""
    documents: list[int] = field(default_factory=list)
    """Stored, or heard of."""
    declarations: list[int] = field(default_factory=list)
    """Made or changed, or whose tax or inspection was."""
    filed: list[int] = field(default_factory=list)
    """Deliveries that follow."""
    items: int = 0
    """Items in these deliveries."""
    groups: list[Group] = field(default_factory=list)
    """Receipts, by mailbox."""
    firsts: list[int] = field(default_factory=list)
    """The place of each group's first receipt, once it has one."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Documents that came, by kind."""
    codes: Counter[str] = field(default_factory=Counter)
    """Receipts, by message code."""

    def add(self, other: Written) -> None:
        """Take in what else was written in the same sandbox."""
        for name in ("messages", "documents", "declarations", "filed", "groups", "kinds", "codes"):
            getattr(self, name).__iadd__(getattr(other, name))
        self.items += other.items

    @property
    def receipts(self) -> Iterator[str]:
        """Mailbox and places of what was put into it: "DXPENT0000000005:17-19"."""
        for group, first in zip(self.groups, self.firsts, strict=True):
            yield f"{group.mailbox}:{first}" + (f"-{first + group.count - 1}" if group.count > 1 else "")


Writing: TypeAlias = Callable[[Connection], Sequence[Written]]
"""What a consumer has decided: writes it inside a transaction, and gives what it wrote, by sandbox."""


def place_receipts(connection: Connection, parts: Sequence[Written]) -> None:
    """Give all receipts of a transaction their places, as the last thing it does."""
    firsts = iter(place(connection, [group for part in parts for group in part.groups]))
    for part in parts:
        part.firsts = [next(firsts) for _ in part.groups]
