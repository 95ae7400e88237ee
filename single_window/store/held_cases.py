"""Cases that are held because a decision about them waits, for a second person or until it cannot be taken back any
more: their deadlines wait as well. Never commits."""

from __future__ import annotations

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.holds import Held, Hold, LiftedHold
from single_window.store import deadlines, holds

APPROVAL = "approval"
"""The holder of a subject about which a decision waits."""


def hold(connection: Connection, sandbox: str, subject_id: str, reason: str) -> None:
    """Hold a subject from the beginning of its sandbox on; `reason`: the decision's."""
    proposed = Hold(Held.CASE, subject_id, APPROVAL, Reason("16002", {"reason": reason}), 0)
    holds.place(connection, sandbox, [proposed])


def release(connection: Connection, sandbox: str, subject_id: str, now: int) -> None:
    """Lift the hold of a subject about which no decision waits any more, and let its deadlines be due at the sandbox's
    instant `now`."""
    holds.lift(connection, sandbox, [LiftedHold(Held.CASE, subject_id, APPROVAL)])
    deadlines.release(connection, sandbox, subject_id, now)
