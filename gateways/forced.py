"""Outcomes that a test forces on customs for a list, queried at each decision; none by default.

The window implements `Forced` by the triggers of a sandbox; customs only receives the outcome and its reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from declarations.reasons import Reason


class ForcedList(Protocol):
    """The values that a trigger matches: a list's flow, business key, order number and mailboxes, the sender's
    first."""

    flow: str
    key: str
    order_no: str
    mailboxes: str


class Forced(Protocol):
    """Outcomes that a test forces. A returned outcome counts as used by its trigger when the batch is written."""

    def rejection(self, declaration: ForcedList) -> Sequence[Reason]:
        """Return the reasons to reject a list although its documents agree; empty if none is forced."""

    def lane(self, declaration: ForcedList) -> tuple[str, Sequence[Reason]]:
        """Return the lane that an accepted list must take ("inspection" or "review") and the reasons; "" if not
        forced."""

    def delay_of_officer(self, declaration: ForcedList) -> int:
        """Return the milliseconds by which the automatic officer's decision about a list is delayed."""


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


UNFORCED = Unforced()
