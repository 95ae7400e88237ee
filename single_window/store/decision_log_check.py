"""Verifies the log of decisions: its chain from the first row to its head, against anchors that were kept outside, and
against the decisions themselves, both ways. Never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, or_, select, tuple_

from single_window.store.decision_log import ANSWERED, FIRST, digest, entries, head
from single_window.store.tables import decision, decision_log

_ANSWER = ("by", "role", "action", "reason", "seen", "answer", "answered_at", "subject", "subject_id", "before")
_PROPOSED = ("by", "role", "action", "reason", "seen", "subject", "subject_id", "before")
_SETTLED = ("action", "seen", "subject", "subject_id", "before")


class Broken(NamedTuple):
    """The first link of a chain that does not hold: the number of its row, and the reason."""

    sequence: int
    reason: str


class Anchor(NamedTuple):
    """The head of a sandbox's chain as it once was, kept where nobody who writes to the database can change it."""

    sequence: int
    hash: str


def broken(connection: Connection, sandbox: str, anchors: Sequence[Anchor] = ()) -> Broken | None:
    """The first link of a sandbox's chain that does not hold; None: it holds from the first row to its head, has the
    rows of all anchors, and says of each decision what the decision says, and of each one that was answered,
    proposed or approved."""
    return next(every_broken(connection, sandbox, anchors), None)


def every_broken(connection: Connection, sandbox: str, anchors: Sequence[Anchor] = ()) -> Iterator[Broken]:
    """The first link that does not hold, then all rows that differ from their decision, and all decisions without a
    row."""
    link = _broken_link(connection, sandbox, anchors)
    if link is not None:
        yield link
    yield from _unlike(connection, sandbox)
    yield from _unlogged(connection, sandbox, _end(connection, sandbox))


def _end(connection: Connection, sandbox: str) -> int:
    """The number that the next row of a sandbox's log will have."""
    log = decision_log.c
    return (connection.execute(select(func.max(log.sequence)).where(log.sandbox == sandbox)).scalar() or 0) + 1


def _broken_link(connection: Connection, sandbox: str, anchors: Sequence[Anchor]) -> Broken | None:
    """The first link of the chain itself that does not hold, up to its head and the last anchor."""
    expected, previous = 1, FIRST
    anchored = {anchor.sequence: anchor.hash for anchor in anchors}
    for row in entries(connection, sandbox):
        if row.sequence != expected:
            return Broken(expected, f"the row is missing; {row.sequence} follows")
        if row.previous != previous:
            return Broken(row.sequence, "the row before it was exchanged")
        if digest(row[:-1]) != row.hash:
            return Broken(row.sequence, "the row was changed")
        if anchored.pop(expected, row.hash) != row.hash:
            return Broken(row.sequence, "the anchor says another hash: the chain was made anew")
        expected, previous = expected + 1, row.hash
    kept = head(connection, sandbox)
    if kept != (expected - 1, previous):
        return Broken(expected, f"the log ends here, and its head says {kept[0]} rows")
    if missing := [sequence for sequence in anchored if sequence]:
        return Broken(expected, f"the log ends here, and an anchor says {max(missing)} rows")
    return None


def _unlike(connection: Connection, sandbox: str) -> Iterator[Broken]:
    """Rows whose decision is missing, or differs from the row."""
    log = decision_log.c
    for row in connection.execute(_differing(sandbox).order_by(log.sequence)):
        yield Broken(row.sequence, "its decision says something else" if row.id else "its decision is missing")


def _differing(sandbox: str) -> Select[Any]:
    log, own = decision_log.c, decision.c
    answered = log.outcome.in_(ANSWERED)
    differs = or_(
        own.id.is_(None),
        and_(answered, or_(_any_differs(_ANSWER), log.filed_at != own.at, log.outcome != own.state)),
        and_(log.outcome == "proposed", or_(_any_differs(_PROPOSED), log.answered_at != own.at)),
        and_(
            log.outcome.in_(("approved", "declined")),
            or_(_any_differs(_SETTLED), log.by != own.second, log.answered_at != own.second_at),
        ),
    )
    return (
        select(log.sequence, own.id)
        .outerjoin(decision, and_(own.sandbox == log.sandbox, own.id == log.decision_id))
        .where(log.sandbox == sandbox, log.decision_id > 0, differs)
    )


def _any_differs(names: Sequence[str]) -> Any:
    return or_(*[decision_log.c[name] != decision.c[name] for name in names])


def _unlogged(connection: Connection, sandbox: str, end: int) -> Iterator[Broken]:
    """Decisions of which the log should have a row and has none; `end`: where the log ends."""
    own = decision.c
    for state, outcome in ((own.state.in_(ANSWERED), own.state), (own.second != "", None)):
        chosen = select(own.id).where(own.sandbox == sandbox, state, _not_logged(sandbox, outcome))
        for number in connection.execute(chosen.order_by(own.id)).scalars():
            yield Broken(end, f"the log ends here without a row of decision {number}")


def _not_logged(sandbox: str, outcome: Any) -> Any:
    log, own = decision_log.c, decision.c
    if outcome is not None:
        logged = select(log.decision_id, log.outcome).where(log.sandbox == sandbox)
        return tuple_(own.id, outcome).not_in(logged)
    settled = select(log.decision_id).where(log.sandbox == sandbox, log.outcome.in_(("approved", "declined")))
    return own.id.not_in(settled)
