"""Verifies the decision log: its hash chain up to the head, externally stored anchors, and that rows and decisions
agree. Never commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select, tuple_

from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.decision_log import ANSWERED, SETTLED, entries, head
from single_window.store.log_chain import FIRST, is_sound
from single_window.store.subjects import PROPOSAL
from single_window.store.tables import decision, decision_log

_ANSWER = ("by", "role", "action", "reason", "seen", "answer", "answered_at", "subject", "subject_id", "before")
_PROPOSED = ("by", "role", "action", "reason", "seen", "subject", "subject_id", "before")
_TAKEN_BACK = ("by", "role", "action", "seen", "answered_at", "subject", "subject_id", "before")
_SETTLED = ("action", "seen", "subject", "subject_id", "before")


class ChainFault(NamedTuple):
    """A fault of the log: the sequence of the row, and the reason."""

    sequence: int
    words: Words

    @property
    def reason(self) -> str:
        """The reason in English."""
        return self.words.en


class Anchor(NamedTuple):
    """An earlier head of a sandbox's chain, stored where nobody who writes to the database can change it."""

    sequence: int
    hash: str


def fault(sequence: int, name: str, **values: object) -> ChainFault:
    """A fault of the log by its phrase in `chain_fault`."""
    return ChainFault(sequence, phrases.phrase("chain_fault", name).filled(**values))


def first_fault(connection: Connection, sandbox: str, anchors: Sequence[Anchor] = ()) -> ChainFault | None:
    """The first fault of a sandbox's log, or None if the chain is intact, contains all anchors, and agrees with the
    decisions."""
    return next(all_faults(connection, sandbox, anchors), None)


def all_faults(connection: Connection, sandbox: str, anchors: Sequence[Anchor] = ()) -> Iterator[ChainFault]:
    """The first fault of the chain, then all rows that differ from their decision, then all decisions without a row."""
    link = _chain_fault(connection, sandbox, anchors)
    if link is not None:
        yield link
    yield from _differing_rows(connection, sandbox)
    yield from _find_unlogged(connection, sandbox, _end(connection, sandbox))


def _end(connection: Connection, sandbox: str) -> int:
    """The sequence of the next row of a sandbox's log."""
    log = decision_log.c
    return (connection.execute(select(func.max(log.sequence)).where(log.sandbox == sandbox)).scalar() or 0) + 1


def _chain_fault(connection: Connection, sandbox: str, anchors: Sequence[Anchor]) -> ChainFault | None:
    """The first fault of the hash chain, its head and the anchors."""
    expected, previous = 1, FIRST
    anchored, agreed = {anchor.sequence: anchor.hash for anchor in anchors}, 0
    for row in entries(connection, sandbox):
        if row.sequence != expected:
            return fault(expected, "missing", following=row.sequence)
        if row.previous != previous:
            return fault(row.sequence, "exchanged")
        if not is_sound(row):
            return fault(row.sequence, "changed")
        if expected in anchored:
            if anchored.pop(expected) != row.hash:
                return fault(row.sequence, "other_anchor", first=agreed + 1, last=expected)
            agreed = expected
        expected, previous = expected + 1, row.hash
    kept = head(connection, sandbox)
    if kept != (expected - 1, previous):
        return fault(expected, "other_head", rows=kept[0])
    if missing := [sequence for sequence in anchored if sequence]:
        return fault(expected, "shorter", rows=max(missing))
    return None


def _differing_rows(connection: Connection, sandbox: str) -> Iterator[ChainFault]:
    """Rows whose decision is missing, or differs from the row."""
    log = decision_log.c
    for row in connection.execute(_differing(sandbox).order_by(log.sequence)):
        yield fault(row.sequence, "other_decision" if row.id else "no_decision")


def _differences_by_outcome() -> Iterator[ColumnElement[bool]]:
    log, own = decision_log.c, decision.c
    answered, settled = log.outcome.in_(ANSWERED), log.outcome.in_(SETTLED)
    yield and_(answered, or_(_any_differs(_ANSWER), log.filed_at != own.at, log.outcome != own.state))
    yield and_(log.outcome.in_(("proposed", "filed")), or_(_any_differs(_PROPOSED), log.answered_at != own.at))
    yield and_(log.outcome == "taken_back", or_(_any_differs(_TAKEN_BACK), log.outcome != own.state))
    yield and_(settled, or_(_any_differs(_SETTLED), log.by != own.second, log.answered_at != own.second_at))


def _differing(sandbox: str) -> Select[Any]:
    log, own = decision_log.c, decision.c
    differs = or_(own.id.is_(None), *_differences_by_outcome())
    return (
        select(log.sequence, own.id)
        .outerjoin(decision, and_(own.sandbox == log.sandbox, own.id == log.decision_id))
        .where(log.sandbox == sandbox, log.decision_id > 0, differs)
    )


def _any_differs(names: Sequence[str]) -> Any:
    return or_(*[decision_log.c[name] != decision.c[name] for name in names])


def _find_unlogged(connection: Connection, sandbox: str, end: int) -> Iterator[ChainFault]:
    """Decisions whose row is missing from the log; `end`: the sequence after the last row."""
    own = decision.c
    # what settles a proposal is told by the row about the decision that was proposed
    told_there = and_(own.subject == PROPOSAL, own.state == "done")
    logged_by_state = and_(own.state.in_((*ANSWERED, "taken_back")), ~told_there)
    for state, outcome in (
        (logged_by_state, own.state),
        (own.not_before > 0, literal("filed")),
        (own.second != "", None),
    ):
        chosen = select(own.id).where(own.sandbox == sandbox, state, _not_logged(sandbox, outcome))
        for number in connection.execute(chosen.order_by(own.id)).scalars():
            yield fault(end, "unlogged", number=number)


def _not_logged(sandbox: str, outcome: Any) -> Any:
    log, own = decision_log.c, decision.c
    if outcome is not None:
        logged = select(log.decision_id, log.outcome).where(log.sandbox == sandbox)
        return tuple_(own.id, outcome).not_in(logged)
    settled = select(log.decision_id).where(log.sandbox == sandbox, log.outcome.in_(SETTLED))
    return own.id.not_in(settled)
