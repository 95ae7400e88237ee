"""Outcomes that a test forces on customs for a list, on a laboratory for a sample, or on the register of licences for a
query, asked for at each decision; none by default.

The window implements `Forced` by the triggers of a sandbox; a gateway only receives the outcome and its reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from declarations.reasons import Reason


class ForcedList(Protocol):
    """The values that a trigger matches: a list's flow, business key, order number and mailboxes, the sender's
    first."""

    flow: str
    key: str
    order_no: str
    mailboxes: str


class ForcedSample(NamedTuple):
    """The values that a trigger matches of a sample: its number, all numbers by which it may be named ("|" between
    them), the business key and the mailboxes of its list, the sender's first (empty: a lot in stock)."""

    sample_no: str
    numbers: str
    list_key: str = ""
    mailboxes: str = ""


class ForcedReport(NamedTuple):
    """A forced act of a laboratory: the name of a fault (`outcomes.laboratory_faults`), the item that it is about
    (empty: the first), and a delay in milliseconds (0: the laboratory's own)."""

    fault: str
    item: str = ""
    delay_ms: int = 0


class RegisterFault(StrEnum):
    """A fault of the register of licences."""

    SILENT = "silent"
    """It never answers."""
    LATE = "late"
    """It answers a day after its time."""
    TWICE = "twice"
    """It answers twice."""
    CONTRADICTING = "contradicting"
    """It gives two answers that contradict each other."""


class ForcedQuery(NamedTuple):
    """The values that a trigger matches of a query of the register: all numbers by which it may be named ("|" between
    them), and who applies or asks, by its code and the kind of its document."""

    numbers: str
    code: str
    kind: str


class Forced(Protocol):
    """Outcomes that a test forces. A returned outcome counts as used by its trigger when the batch is written."""

    def rejection(self, declaration: ForcedList) -> Sequence[Reason]:
        """Return the reasons to reject a list although its documents agree; empty if none is forced."""

    def lane(self, declaration: ForcedList) -> tuple[str, Sequence[Reason]]:
        """Return the lane that an accepted list must take ("inspection" or "review") and the reasons; "" if not
        forced."""

    def delay_of_officer(self, declaration: ForcedList) -> int:
        """Return the milliseconds by which the automatic officer's decision about a list is delayed."""

    def report(self, sample: ForcedSample) -> ForcedReport | None:
        """Return what the laboratory must do with a sample that it has tested; None if nothing is forced."""

    def licence(self, query: ForcedQuery) -> str:
        """Return the fault that the register must have with a query; empty if nothing is forced."""


class Unforced:
    """Implements `Forced` without any forced outcome."""

    def rejection(self, declaration: ForcedList) -> Sequence[Reason]:
        """None."""
        return ()

    def lane(self, declaration: ForcedList) -> tuple[str, Sequence[Reason]]:
        """None."""
        return "", ()

    def delay_of_officer(self, declaration: ForcedList) -> int:
        """No delay."""
        return 0

    def report(self, sample: ForcedSample) -> ForcedReport | None:
        """Nothing."""
        return None

    def licence(self, query: ForcedQuery) -> str:
        """No fault."""
        return ""


UNFORCED = Unforced()
