"""Cases that are held because a decision about them waits, for a second person or until it cannot be taken back any
more, or because their declarant is asked: their deadlines wait as well. Never commits."""

from __future__ import annotations

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.holds import Held, Hold, LiftedHold
from single_window.store import deadlines, holds

APPROVAL, QUESTION = "approval", "question"
"""The holders of a subject: a decision about it that waits, and a question that its declarant has not answered."""


def hold(connection: Connection, sandbox: str, subject_id: str, reason: str, by: str = APPROVAL) -> None:
    """Hold a subject from the beginning of its sandbox on; `reason`: the decision's."""
    proposed = Hold(Held.CASE, subject_id, by, Reason("16002", {"reason": reason}), 0)
    holds.place(connection, sandbox, [proposed])


def resume(connection: Connection, sandbox: str, subject_id: str, now: int, waited: int) -> None:
    """Lift the hold of a subject whose declarant was asked, and let its deadlines be due as much later as it has
    waited; they wait again if another holder is left."""
    if holds.lift(connection, sandbox, [LiftedHold(Held.CASE, subject_id, QUESTION)]):
        deadlines.resume(connection, sandbox, subject_id, now, waited)


def release(connection: Connection, sandbox: str, subject_id: str, now: int) -> None:
    """Lift the hold of a subject about which no decision waits any more, and let its deadlines be due at the sandbox's
    instant `now`; they wait again if another holder is left."""
    holds.lift(connection, sandbox, [LiftedHold(Held.CASE, subject_id, APPROVAL)])
    deadlines.release(connection, sandbox, subject_id, now)
