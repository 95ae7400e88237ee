"""Values that every page of one case shows, whatever its subject: since when it waits and until when, who holds it, why
it waits, what a proposal about it would do, and the officer's queue beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.agency import clock_stops
from single_window.cases import event_sentences, second_officer, waiting_sentences
from single_window.cases.evidence_elsewhere import elsewhere
from single_window.cases.queue_beside import queue_beside
from single_window.clock import system_now
from single_window.store import case_queue, deferred, sandboxes
from single_window.store.case_queue import Key, QueuedCase


class Standing(NamedTuple):
    """The standing of a waiting case. `now`: the sandbox's instant, by which it is due; `held_for`: real time
    for which it is held yet, 0 if nobody holds it; `stands_still`: its deadlines wait, because it is decided or an act
    is proposed."""

    case: QueuedCase
    now: int
    holder: str
    held_for: int
    stands_still: bool = False


def about_case(
    connection: Connection, sandbox: str, key: Key, stored: Sequence[Reason] = (), others: Collection[Key] = ()
) -> dict[str, Any]:
    """Return values for the template of a case's page. `stored`: reasons kept with its subject, for a case without;
    `others`: subjects that are decided about on the same page."""
    standing = standing_of(connection, sandbox, key)
    whys = waiting_sentences.whys_of(connection, sandbox, key, stored)
    return {
        "about": [key, *others],
        "standing": standing,
        "holder": standing.holder if standing else "",
        "beside": queue_beside(connection, sandbox, key),
        "eyes": second_officer.effects(connection, sandbox, [key, *others]),
        "declined": second_officer.last_declined(connection, sandbox, key),
        "told_events": event_sentences.told_of(connection, sandbox, [key, *others]),
        "whys": whys,
        "elsewhere": elsewhere(connection, sandbox, key, [why.code for why in whys]),
    }


def standing_of(connection: Connection, sandbox: str, key: Key) -> Standing | None:
    """Return how a case stands; None if it does not wait."""
    case = case_queue.find(connection, sandbox, key)
    if case is None:
        return None
    held_for = case.lease_until - system_now() if case.assignee else 0
    held = held_for > 0
    now = sandboxes.find(connection, sandbox).clock.now()
    decided = deferred.about(connection, sandbox, *key) is not None
    stands_still = clock_stops(key[0]) and (decided or bool(case_queue.with_proposal(connection, sandbox, [key])))
    return Standing(case, now, case.assignee if held else "", held_for if held else 0, stands_still)
