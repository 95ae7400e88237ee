"""Outcomes that a test forces on customs for a list: queried at the point of decision; none by default.

The window implements it from the triggers of a sandbox; a gateway only receives the outcome and the reasons to give.
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
    """Outcomes that a test forces. What is given was used: its trigger counts it when the batch is written."""

    def rejection(self, declaration: ForcedList) -> Sequence[Reason]:
        """The reasons for which a list whose documents agree is rejected all the same; empty: it is not."""

    def lane(self, declaration: ForcedList) -> tuple[str, Sequence[Reason]]:
        """The lane that an accepted list must take (inspection or review) and why; empty: it is drawn."""

    def slower(self, declaration: ForcedList) -> int:
        """Milliseconds by which the automatic officer decides later about a list."""


class Unforced:
    """Nothing is forced."""

    def rejection(self, declaration: ForcedList) -> Sequence[Reason]:
        """None."""
        return ()

    def lane(self, declaration: ForcedList) -> tuple[str, Sequence[Reason]]:
        """None."""
        return "", ()

    def slower(self, declaration: ForcedList) -> int:
        """He takes the time that he takes."""
        return 0


UNFORCED = Unforced()
