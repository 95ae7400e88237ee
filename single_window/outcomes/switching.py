"""Switches fault profiles on and off in a sandbox, and counts the active one's effects."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine

from single_window.clock import Clock, may_show
from single_window.outcomes.making import add, stored, triggers_of
from single_window.outcomes.profiles import FaultProfile, ProfileFault, profile, span
from single_window.outcomes.triggers import (
    MAX_NAME_LENGTH,
    MAX_TIMES,
    Term,
    Trigger,
    bad_trigger,
)
from single_window.refused import Refused
from single_window.store import sandboxes
from single_window.store import triggers as rows
from single_window.store.engine import writing
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Conflict


class ActiveProfile(NamedTuple):
    """The profile of a sandbox, with its period on the sandbox's clock."""

    profile: str
    seed: str
    begins: int
    ends: int
    on: bool
    triggers: Sequence[Trigger]

    @property
    def done(self) -> int:
        """The number of times that its triggers acted."""
        return sum(trigger.times - trigger.left for trigger in self.triggers)


def active_profile(connection: Connection, sandbox: str) -> ActiveProfile | None:
    """The active profile of a sandbox, or the last one that has expired; raises `UnknownSandbox`."""
    now = sandboxes.find(connection, sandbox).clock.now()
    timed = [
        (trigger.match.term, trigger) for trigger in reversed(triggers_of(connection, sandbox)) if trigger.match.term
    ]
    if not timed:
        return None
    terms = [term for term, _ in timed if term]
    ends = max(term.ends for term in terms)
    begins = min(term.since for term in terms)
    return ActiveProfile(terms[0].profile, terms[0].seed, begins, ends, now < ends, [trigger for _, trigger in timed])


def switch_on(
    engine: Engine, numbering: Numbering, sandbox: str, name: str, lasts: str = "", seed: str = ""
) -> ActiveProfile:
    """Switch a profile on for a duration, replacing an expired one, and change the clock as the profile says. Default
    seed: the sandbox's.

    Raises `Refused`, `UnknownSandbox`.
    """
    chosen = profile(name)
    length = span("for", lasts) if lasts else chosen.lasts
    if len(seed) > MAX_NAME_LENGTH or not seed.isprintable():
        raise bad_trigger("seed", seed, f"it has {MAX_NAME_LENGTH} printable characters at most")
    with writing(engine) as connection:
        sandboxes.hold(connection, sandbox)
        before = active_profile(connection, sandbox)
        if before and before.on:
            text = f"The profile {before.profile!r} is on in {sandbox!r}. End it first: single-window faults off"
            raise Refused("faults-on", text, sandbox=sandbox, found=before.profile)
        _clear(connection, sandbox, before)
        now = _move_clock(connection, sandbox, chosen)
        if not length or not may_show(now + length):
            raise bad_trigger("for", lasts, "it must be positive and end on a day that a clock can show")
        _add(connection, numbering, sandbox, chosen, Term(name, seed, now, now + length, since=now))
        switched = active_profile(connection, sandbox)
    assert switched is not None
    return switched


def switch_off(engine: Engine, sandbox: str) -> ActiveProfile | None:
    """Remove the profile of a sandbox; returns it with its counts and its end (now, or earlier if it has expired).
    None: there was none.

    Receipts that it has delayed are still delivered.
    """
    with writing(engine) as connection:
        now = sandboxes.hold(connection, sandbox).clock.now()
        before = active_profile(connection, sandbox)
        _clear(connection, sandbox, before)
    return before and before._replace(on=False, ends=min(before.ends, now))


def _clear(connection: Connection, sandbox: str, before: ActiveProfile | None) -> None:
    for trigger in before.triggers if before else ():
        rows.remove(connection, sandbox, trigger.id)


def _add(connection: Connection, numbering: Numbering, sandbox: str, chosen: FaultProfile, term: Term) -> None:
    parts = [(part, _term(part, term)) for part in chosen.parts]
    numbers = numbering.take(ROWS, "row", len(parts))
    add(connection, sandbox, [_row(number, part, own) for number, (part, own) in zip(numbers, parts, strict=True)])


def _term(part: ProfileFault, term: Term) -> Term:
    """The period of a fault within that of its profile; empty if it would begin after the profile's end."""
    ends = min(term.ends, term.since + part.ends) if part.ends else term.ends
    return msgspec.structs.replace(term, begins=min(ends, term.since + part.begins), ends=ends, part=part.name)


def _row(number: int, part: ProfileFault, term: Term) -> rows.TriggerRow:
    match = msgspec.structs.replace(part.match, term=term)
    return stored(number, f"{term.profile}/{part.name}"[:MAX_NAME_LENGTH], MAX_TIMES, match, part.action)


def _move_clock(connection: Connection, sandbox: str, chosen: FaultProfile) -> int:
    """Change the clock as the profile says; returns the instant at which the profile begins.

    A frozen clock is moved from the instant to which it was set.
    """
    clock: Clock = sandboxes.find(connection, sandbox).clock
    now = clock.now()
    if not chosen.jump and not chosen.freeze:
        return now
    rate = Decimal(1) if clock.kind == "system" else clock.rate
    if not may_show(now + chosen.jump):
        raise bad_trigger("clock.jump", chosen.name, "no clock can show that day")
    if not sandboxes.set_clock(connection, sandbox, now + chosen.jump, rate, clock, held=chosen.freeze):
        raise Conflict(f"another process has set the clock of {sandbox}")
    return now + chosen.jump
