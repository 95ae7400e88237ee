"""Looks at the database beside everybody else: what is there to do, and whether all invariants hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from tests.simulation.invariants import Invariant, LivesGoForward, PlacesAreKept, TimesIncrease, WorkIsKept
from tests.simulation.ledgers import BooksBalance
from tests.simulation.resting import NothingIsLeft, TheAuditIsSilent, WhoeverWaitsHasADeadline


class Broken(BaseException):
    """An invariant does not hold. Nothing of the program may catch it."""

    def __init__(self, invariant: str, complaints: Sequence[str]) -> None:
        super().__init__(f"{invariant}\n  " + "\n  ".join(complaints[:12]))
        self.invariant, self.complaints = invariant, complaints


class Work(NamedTuple):
    """A delivery that is open: ready from an instant on."""

    id: int
    queue: str
    not_before: int


class Watch:
    """Holds the memory of all invariants. `check` after each step, `check_rest` whenever nothing is left to do."""

    def __init__(self, looking: sqlite3.Connection) -> None:
        self.looking = looking
        self._always: Sequence[Invariant] = (
            WorkIsKept(),
            PlacesAreKept(),
            TimesIncrease(),
            LivesGoForward(),
            BooksBalance(),
        )
        self._at_rest: Sequence[Invariant] = (NothingIsLeft(), WhoeverWaitsHasADeadline())
        self._audited: Sequence[Invariant] = (TheAuditIsSilent(),)
        self.all = (*self._always, *self._at_rest, *self._audited)
        self._seen = -1
        self.work: list[Work] = []
        self.parked = False
        self.next_due: int | None = None
        self.checked = 0
        """How often all invariants were looked at."""

    def check(self) -> None:
        """After a step: raises `Broken`. Costs nothing where nobody has written."""
        version = self.looking.execute("PRAGMA data_version").fetchone()[0]
        if version == self._seen:
            return
        self._seen = version
        self.checked += 1
        self.looking.execute("BEGIN")
        try:
            for invariant in self._always:
                self._hold(invariant)
            self._look()
        finally:
            self.looking.execute("ROLLBACK")

    def _look(self) -> None:
        self.work = [
            Work(*row)
            for row in self.looking.execute("SELECT id, queue, not_before FROM delivery WHERE state = 'ready'")
        ]
        self.parked = bool(self.looking.execute("SELECT 1 FROM delivery WHERE state = 'parked'").fetchone())
        self.next_due = self.looking.execute("SELECT min(due) FROM deadline WHERE state = 'open'").fetchone()[0]

    def check_rest(self) -> None:
        """When nothing is left to do: raises `Broken`."""
        for invariant in self._at_rest:
            self._hold(invariant)

    def audit(self) -> None:
        """At rest, more seldom, since it takes longer: raises `Broken`."""
        for invariant in self._audited:
            self._hold(invariant)

    def _hold(self, invariant: Invariant) -> None:
        if complaints := list(invariant.broken(self.looking)):
            raise Broken(type(invariant).__name__, complaints)
