"""Profiles of faults switched on and off in a sandbox, and what the one that is on has done so far."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine

from single_window.clock import Clock, may_show, system_now
from single_window.outcomes.making import listed
from single_window.outcomes.profiles import FaultProfile, ProfileFault, profile, span
from single_window.outcomes.triggers import (
    LONGEST_NAME,
    MOST_TIMES,
    MOST_TRIGGERS,
    Term,
    Trigger,
    bad_trigger,
    too_many_triggers,
)
from single_window.refused import Refused
from single_window.store import sandboxes
from single_window.store import triggers as rows
from single_window.store.engine import writing
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Conflict


class ActiveProfile(NamedTuple):
    """The profile of a sandbox: its name, seed and time by the sandbox's clock, whether it is on, and its triggers."""

    profile: str
    seed: str
    begins: int
    ends: int
    on: bool
    triggers: Sequence[Trigger]

    @property
    def done(self) -> int:
        """The number of times that anything of it acted."""
        return sum(trigger.times - trigger.left for trigger in self.triggers)


def standing(connection: Connection, sandbox: str) -> ActiveProfile | None:
    """The profile that is on in a sandbox, or was the last to end by itself; raises `UnknownSandbox`."""
    now = sandboxes.find(connection, sandbox).clock.now()
    timed = [(trigger.match.term, trigger) for trigger in reversed(listed(connection, sandbox)) if trigger.match.term]
    if not timed:
        return None
    terms = [term for term, _ in timed if term]
    ends = max(term.ends for term in terms)
    begins = min(term.since for term in terms)
    return ActiveProfile(terms[0].profile, terms[0].seed, begins, ends, now < ends, [trigger for _, trigger in timed])


def switch_on(
    engine: Engine, numbering: Numbering, sandbox: str, name: str, lasts: str = "", seed: str = ""
) -> ActiveProfile:
    """Switch a profile on from now until it has lasted so long; one that ended makes room. The clock jumps or stands
    still where the profile stops it. The seed is the sandbox's unless one is given.

    Raises `Refused`, `UnknownSandbox`.
    """
    chosen = profile(name)
    length = span("for", lasts) if lasts else chosen.lasts
    if len(seed) > LONGEST_NAME or not seed.isprintable():
        raise bad_trigger("seed", seed, f"it has {LONGEST_NAME} printable characters at most")
    numbering.ensure(ROWS, "row", len(chosen.parts))
    with writing(engine) as connection:
        sandboxes.hold(connection, sandbox)
        before = standing(connection, sandbox)
        if before and before.on:
            text = f"The profile {before.profile!r} is on in {sandbox!r}. End it first: single-window faults off"
            raise Refused("faults-on", text, sandbox=sandbox, found=before.profile)
        _clear(connection, sandbox, before)
        now = _moved(connection, sandbox, chosen)
        if not length or not may_show(now + length):
            raise bad_trigger("for", lasts, "it is longer than nothing, and ends on a day that a clock may show")
        _add(connection, numbering, sandbox, chosen, Term(name, seed, now, now + length, since=now))
        switched = standing(connection, sandbox)
    assert switched is not None
    return switched


def switch_off(engine: Engine, sandbox: str) -> ActiveProfile | None:
    """Take the profile of a sandbox away; gives what it did, and when it ended: now, unless it had ended by itself.
    None where there was none.

    Receipts that it holds back come all the same.
    """
    with writing(engine) as connection:
        now = sandboxes.hold(connection, sandbox).clock.now()
        before = standing(connection, sandbox)
        _clear(connection, sandbox, before)
    return before and before._replace(on=False, ends=min(before.ends, now))


def _clear(connection: Connection, sandbox: str, before: ActiveProfile | None) -> None:
    for trigger in before.triggers if before else ():
        rows.remove(connection, sandbox, trigger.id)


def _add(connection: Connection, numbering: Numbering, sandbox: str, chosen: FaultProfile, term: Term) -> None:
    parts = [(part, _term(part, term)) for part in chosen.parts]
    if rows.count(connection, sandbox) + len(parts) > MOST_TRIGGERS:
        raise too_many_triggers()
    numbers = numbering.take(ROWS, "row", len(parts))
    rows.add(
        connection,
        sandbox,
        [_row(number, part, own) for number, (part, own) in zip(numbers, parts, strict=True)],
    )


def _term(part: ProfileFault, term: Term) -> Term:
    """The time of a part within that of its profile; what would begin later never does."""
    ends = min(term.ends, term.since + part.ends) if part.ends else term.ends
    return msgspec.structs.replace(term, begins=min(ends, term.since + part.begins), ends=ends, part=part.name)


def _row(number: int, part: ProfileFault, term: Term) -> rows.TriggerRow:
    match = msgspec.structs.replace(part.match, term=term)
    return rows.TriggerRow(
        number,
        f"{term.profile}/{part.name}"[:LONGEST_NAME],
        msgspec.json.encode(match).decode(),
        msgspec.json.encode(part.action).decode(),
        MOST_TIMES,
        MOST_TIMES,
        system_now(),
    )


def _moved(connection: Connection, sandbox: str, chosen: FaultProfile) -> int:
    """Do to the clock what the profile does to it; gives the instant at which the profile begins.

    A clock that stands still is moved from the instant to which it was set: while it is held it shows no other.
    """
    clock: Clock = sandboxes.find(connection, sandbox).clock
    now = clock.now()
    if not chosen.jump and not chosen.freeze:
        return now
    rate = Decimal(1) if clock.kind == "system" else clock.rate
    if not may_show(now + chosen.jump):
        raise bad_trigger("clock.jump", chosen.name, "a clock shows no such day")
    if not sandboxes.set_clock(connection, sandbox, now + chosen.jump, rate, clock, held=chosen.freeze):
        raise Conflict(f"somebody else has set the clock of {sandbox}")
    return now + chosen.jump
