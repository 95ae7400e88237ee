"""Retries and dismisses parked or hanging deliveries, for command line, API and pages. Both are logged."""

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
    """The outcome for one delivery: retried, dismissed, already (no change needed), busy or unknown."""

    id: int
    outcome: str
    state: str

    @property
    def words(self) -> Words:
        """The outcome as text."""
        template = phrase("outcome", self.outcome)
        return Words(template.zh.format(state=self.state), template.en.format(state=self.state))


class ParkingResult(NamedTuple):
    """Ids of changed deliveries, and the outcome of each delivery named by id."""

    changed: list[int]
    outcomes: list[ParkingOutcome]


def retry(context: Context, sandbox: str, ids: Sequence[int] | None, who: Person) -> ParkingResult:
    """Retry parked deliveries; all of the sandbox if `ids` is None. Raises `UnknownSandbox` or `Lacking`."""
    rights.demand_act(who, "parked", "retry")
    done = _do(context, sandbox, ids, RETRIED, Deed(who.name, system_now()))
    context.wake()
    return done


def wait(context: Context, sandbox: str, ids: Sequence[int], changes: Changes | None, seconds: float) -> Counter[str]:
    """Wait up to `seconds` until retried deliveries are done or parked, woken by `changes`; returns the number in each
    state."""
    until = monotonic() + seconds
    while True:
        generation = changes.generation if changes is not None else 0
        with reading(context.engine) as connection:
            states = Counter(parking.states(connection, sandbox, ids).values())
        left = until - monotonic()
        if READY not in states or left <= 0 or changes is None or changes.closing:
            return states
        changes.wait_for_change(generation, left)


def dismiss(context: Context, sandbox: str, ids: Sequence[int] | None, who: Person, why: str) -> ParkingResult:
    """Dismiss deliveries for a reason: parked or ready ones by id; all parked ones if `ids` is None.

    Raises `UnknownSandbox` or `Lacking`."""
    rights.demand_act(who, "parked", "dismiss")
    return _do(context, sandbox, ids, DISMISSED, Deed(who.name, system_now(), why))


def _do(context: Context, sandbox: str, ids: Sequence[int] | None, act: str, deed: Deed) -> ParkingResult:
    context.sandbox(sandbox)
    with writing(context.engine) as connection:
        changed = _ACTS[act](connection, context.numbering, sandbox, ids, deed)
    if changed:
        log.info(
            {RETRIED: "parked.retried", DISMISSED: "parked.dismissed"}[act],
            sandbox=sandbox,
            deliveries=changed,
            who=deed.who,
            why=deed.why or None,
        )
    return ParkingResult(changed, _outcomes(context, sandbox, ids or (), changed, act))


def _outcomes(
    context: Context, sandbox: str, ids: Sequence[int], changed: Sequence[int], act: str
) -> list[ParkingOutcome]:
    changed_ids = set(changed)
    with reading(context.engine) as connection:
        states = parking.states(connection, sandbox, ids)
    return [
        ParkingOutcome(
            number,
            act if number in changed_ids else _why_unchanged(act, states.get(number, "")),
            states.get(number, ""),
        )
        for number in dict.fromkeys(ids)
    ]


def _why_unchanged(act: str, state: str) -> str:
    """The reason why a delivery was not changed; busy: a worker has locked it."""
    if not state:
        return UNKNOWN
    return BUSY if act == DISMISSED and state == READY else ALREADY


_ACTS: dict[str, Callable[..., list[int]]] = {RETRIED: parking.retry, DISMISSED: parking.dismiss}
