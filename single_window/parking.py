"""Deals with what is parked, for command line, API and pages alike: list, send again, close; told in the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from single_window.clock import system_now
from single_window.store import parking
from single_window.store.engine import reading, writing
from single_window.store.parking import DISMISSED, RETRIED, Deed
from single_window.stories.words import Words, phrase
from single_window.wiring import Window

log = structlog.get_logger(__name__)
ALREADY, UNKNOWN = "already", "unknown"


class Outcome(NamedTuple):
    """What became of one delivery that was asked about: retried, dismissed, already (as it is) or unknown."""

    id: int
    outcome: str
    state: str

    @property
    def words(self) -> Words:
        """The same in words."""
        said = phrase("outcome", self.outcome)
        return Words(said.zh.format(state=self.state), said.en.format(state=self.state))


class Done(NamedTuple):
    """The deliveries that were changed, and the outcome of each that was named (none when all were meant)."""

    changed: list[int]
    outcomes: list[Outcome]


def retry(window: Window, sandbox: str, ids: Sequence[int] | None, who: str) -> Done:
    """Send parked deliveries again; all of the sandbox when `ids` is None. Raises `UnknownSandbox`."""
    done = _do(window, sandbox, ids, RETRIED, Deed(who, system_now()))
    window.wake()
    return done


def dismiss(window: Window, sandbox: str, ids: Sequence[int] | None, who: str, why: str) -> Done:
    """Close parked deliveries, for a reason; all of the sandbox when `ids` is None. Raises `UnknownSandbox`."""
    return _do(window, sandbox, ids, DISMISSED, Deed(who, system_now(), why))


def _do(window: Window, sandbox: str, ids: Sequence[int] | None, act: str, deed: Deed) -> Done:
    window.sandbox(sandbox)
    changed: list[int] = []

    def step() -> int:
        with writing(window.engine) as connection:
            changed[:] = _ACTS[act](connection, window.numbering, sandbox, ids, deed)
        return len(changed)

    window.numbering.retrying(step)
    if changed:
        log.info({RETRIED: "parked.retried", DISMISSED: "parked.dismissed"}[act], sandbox=sandbox, deliveries=changed,
                 who=deed.who, why=deed.why or None)
    return Done(changed, _outcomes(window, sandbox, ids or (), changed, act))


def _outcomes(window: Window, sandbox: str, ids: Sequence[int], changed: Sequence[int], act: str) -> list[Outcome]:
    mine = set(changed)
    with reading(window.engine) as connection:
        states = parking.states(connection, sandbox, ids)
    return [Outcome(number, act if number in mine else ALREADY if number in states else UNKNOWN,
                    states.get(number, "")) for number in dict.fromkeys(ids)]


_ACTS: dict[str, Callable[..., list[int]]] = {RETRIED: parking.retry, DISMISSED: parking.dismiss}
