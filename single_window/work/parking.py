"""Handles deliveries that are parked or do not get done, for command line, API and pages alike: send again, close.

Both are logged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from single_window.accounts import rights
from single_window.accounts.people import Person
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.language.phrases import phrase
from single_window.language.words import Words
from single_window.receipts.changes import Changes
from single_window.store import parking
from single_window.store.deliveries import READY
from single_window.store.engine import reading, writing
from single_window.store.names import ALREADY, BUSY, DISMISSED, RETRIED, UNKNOWN
from single_window.store.parking import Deed

log = structlog.get_logger(__name__)


class ParkingOutcome(NamedTuple):
    """The outcome of one delivery of a request: retried, dismissed, already (as it is), busy or unknown."""

    id: int
    outcome: str
    state: str

    @property
    def words(self) -> Words:
        """The same in words."""
        template = phrase("outcome", self.outcome)
        return Words(template.zh.format(state=self.state), template.en.format(state=self.state))


class Done(NamedTuple):
    """The deliveries that were changed, and the outcome of each that was named (none when all were meant)."""

    changed: list[int]
    outcomes: list[ParkingOutcome]


def retry(context: Context, sandbox: str, ids: Sequence[int] | None, who: Person) -> Done:
    """Send parked deliveries again; all of the sandbox when `ids` is None. Raises `UnknownSandbox` or `Lacking`."""
    rights.demand_act(who, "parked", "retry")
    done = _do(context, sandbox, ids, RETRIED, Deed(who.name, system_now()))
    context.wake()
    return done


def wait(context: Context, sandbox: str, ids: Sequence[int], changes: Changes | None, seconds: float) -> Counter[str]:
    """Wait up to so many seconds until deliveries that were sent again are done or parked, woken by `changes`; gives
    how many are in which state."""
    until = monotonic() + seconds
    while True:
        generation = changes.generation if changes is not None else 0
        with reading(context.engine) as connection:
            states = Counter(parking.states(connection, sandbox, ids).values())
        left = until - monotonic()
        if READY not in states or left <= 0 or changes is None or changes.closing:
            return states
        changes.wait_for_change(generation, left)


def dismiss(context: Context, sandbox: str, ids: Sequence[int] | None, who: Person, why: str) -> Done:
    """Close deliveries for a reason: those named, parked or still open; all that are parked when `ids` is None.

    Raises `UnknownSandbox` or `Lacking`."""
    rights.demand_act(who, "parked", "dismiss")
    return _do(context, sandbox, ids, DISMISSED, Deed(who.name, system_now(), why))


def _do(context: Context, sandbox: str, ids: Sequence[int] | None, act: str, deed: Deed) -> Done:
    context.sandbox(sandbox)
    changed: list[int] = []

    def step() -> int:
        with writing(context.engine) as connection:
            changed[:] = _ACTS[act](connection, context.numbering, sandbox, ids, deed)
        return len(changed)

    context.numbering.retrying(step)
    if changed:
        log.info(
            {RETRIED: "parked.retried", DISMISSED: "parked.dismissed"}[act],
            sandbox=sandbox,
            deliveries=changed,
            who=deed.who,
            why=deed.why or None,
        )
    return Done(changed, _outcomes(context, sandbox, ids or (), changed, act))


def _outcomes(
    context: Context, sandbox: str, ids: Sequence[int], changed: Sequence[int], act: str
) -> list[ParkingOutcome]:
    mine = set(changed)
    with reading(context.engine) as connection:
        states = parking.states(connection, sandbox, ids)
    return [
        ParkingOutcome(
            number, act if number in mine else _unchanged(act, states.get(number, "")), states.get(number, "")
        )
        for number in dict.fromkeys(ids)
    ]


def _unchanged(act: str, state: str) -> str:
    """Why a delivery was left as it is; busy: a worker has hold of it at this moment."""
    if not state:
        return UNKNOWN
    return BUSY if act == DISMISSED and state == READY else ALREADY


_ACTS: dict[str, Callable[..., list[int]]] = {RETRIED: parking.retry, DISMISSED: parking.dismiss}
