"""Figures about cases and decisions, for the supervision of desks. Each read uses an index and reads at most a
day, a month, or a number of rows. Never commits.

What waits and what came is read from the queue, what was decided from the log of decisions. A case records when it was
opened as long as its subject has not come to another desk: a decision is timed where that is still known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, func, or_, select

from declarations.calendar import HOUR
from single_window.store.decision_log import ANSWERED
from single_window.store.desks import desk_before, desks
from single_window.store.tables import decision_log, declaration, work_case

MOST = 10_000
"""Past rows that a page shows at most."""
PIECE = 1_000
INSPECTION = "inspection"
_WAITS = and_(work_case.c.waiting == 1, work_case.c.due > 0)
"""Every case has a due instant: the condition leads SQLite to the indexes of what waits, away from all that ended."""


class Scope(NamedTuple):
    """The cases that figures are about: of which desks (empty: all), of which customs office (empty: all)."""

    desks: Collection[str] = ()
    office: str = ""


class DecisionTiming(NamedTuple):
    """A decision with its case. `took`: milliseconds from the case's opening to the answer, None where the case is not
    known any more; `desk` is empty where its subject did not wait."""

    sequence: int
    by: str
    action: str
    desk: str
    refused: bool
    reason: str
    company: str
    took: int | None


class Inspected(NamedTuple):
    """Lists whose inspection ended, or that are detained: how many, and how many of them were detained or sent back.
    `drawn`: the risk draw chose them, else an officer did."""

    drawn: bool
    lists: int
    detained: int
    sent_back: int

    @property
    def hits(self) -> int:
        """The number of those that were not let go as they were declared."""
        return self.detained + self.sent_back

    @property
    def sound(self) -> int:
        """The number of those that were neither detained nor sent back."""
        return self.lists - self.hits


def ages(
    connection: Connection, sandbox: str, scope: Scope, since: Sequence[int], now: int
) -> Mapping[str, Sequence[int]]:
    """For each desk where something waits: how many cases were opened at or after each of these instants, which go
    back in time, then how many before all of them, then how many are overdue."""
    opened = work_case.c.opened_at
    edges = [
        opened >= since[0],
        *[and_(opened < later, opened >= earlier) for later, earlier in pairwise(since)],
        opened < since[-1],
        work_case.c.due < now,
    ]
    sums = [func.coalesce(func.sum(case((edge, 1), else_=0)), 0) for edge in edges]
    rows = connection.execute(
        select(work_case.c.desk, *sums)
        .where(work_case.c.sandbox == sandbox, _WAITS, *_in_queue(scope))
        .group_by(work_case.c.desk)
    )
    return {desk: [int(number) for number in numbers] for desk, *numbers in rows}


def opened_by_hour(connection: Connection, sandbox: str, scope: Scope, since: int, until: int) -> Mapping[int, int]:
    """The number of cases opened in each hour from an instant up to another (not included); the first hour is 0."""
    return _by_hour(
        connection, work_case, work_case.c.opened_at, since, until, [work_case.c.sandbox == sandbox, *_in_queue(scope)]
    )


def decided_by_hour(connection: Connection, sandbox: str, scope: Scope, since: int, until: int) -> Mapping[int, int]:
    """The number of decisions answered in each hour from an instant up to another (not included)."""
    return _by_hour(
        connection,
        _with_case(decision_log) if scope.office else decision_log,
        decision_log.c.answered_at,
        since,
        until,
        [decision_log.c.sandbox == sandbox, *_in_log(decision_log, scope)],
    )


def held(connection: Connection, sandbox: str, scope: Scope, clock: int) -> Mapping[str, int]:
    """The number of cases that each officer holds now; `clock`: the machine's instant."""
    rows = connection.execute(
        select(work_case.c.assignee, func.count())
        .where(
            work_case.c.sandbox == sandbox,
            _WAITS,
            work_case.c.assignee > "",
            work_case.c.lease_until >= clock,
            *_in_queue(scope),
        )
        .group_by(work_case.c.assignee)
    )
    return {who: count for who, count in rows}


def newest(
    connection: Connection, sandbox: str, scope: Scope, since: int = 0, until: int = 0, most: int = MOST
) -> list[DecisionTiming]:
    """Of the newest decisions, at most so many of all desks, those within the scope; of those that were answered from
    `since` up to `until` (not included) if that is given."""
    log = decision_log.c
    # the log is limited first: for a desk with few decisions all the others would be read
    lately = (
        select(decision_log)
        .where(log.sandbox == sandbox, *_between(log.answered_at, since, until))
        .order_by(log.answered_at.desc(), log.sequence.desc())
        .limit(most)
        .subquery()
    )
    return [_as_made(row) for row in connection.execute(_made(lately, scope))]


def every(connection: Connection, sandbox: str, scope: Scope, since: int, until: int) -> Iterator[DecisionTiming]:
    """All decisions that were answered from an instant up to another (not included), a thousand at a time."""
    place, column = (since, 0), decision_log.c
    chosen = (
        _made(decision_log, scope)
        .where(column.sandbox == sandbox, *_between(column.answered_at, since, until))
        .order_by(column.answered_at, column.sequence)
        .limit(PIECE)
    )
    while rows := connection.execute(
        chosen.where(
            or_(column.answered_at > place[0], and_(column.answered_at == place[0], column.sequence > place[1]))
        )
    ).all():
        yield from map(_as_made, rows)
        place = (rows[-1].answered_at, rows[-1].sequence)


def inspected(connection: Connection, sandbox: str, scope: Scope, most: int = MOST) -> list[Inspected]:
    """The results of inspection, of lists that were drawn, then of others: among the cases that ended last, those of
    lists that were inspected; and what is detained now, at most as many."""
    if scope.desks and INSPECTION not in scope.desks:
        return [Inspected(drawn, 0, 0, 0) for drawn in (True, False)]
    ended, waits = _ended(connection, sandbox, scope, most), _detained(connection, sandbox, scope, most)
    return [
        Inspected(
            was_drawn, int(lists) + waits.get(was_drawn, 0), int(detained) + waits.get(was_drawn, 0), int(sent_back)
        )
        for was_drawn in (True, False)
        for lists, detained, sent_back in [ended.get(was_drawn, (0, 0, 0))]
    ]


def _ended(connection: Connection, sandbox: str, scope: Scope, most: int) -> dict[bool, tuple[Any, ...]]:
    """Of the cases that ended last those of inspected lists, drawn or not: lists, detained ones, ones sent back."""
    column = work_case.c
    lately = (
        select(column.desk, column.office, column.subject, column.state, column.declaration_id, column.lane)
        .where(column.sandbox == sandbox, column.ended_at > 0)
        .order_by(column.ended_at.desc())
        .limit(most)
        .subquery()
    )
    joined = lately.outerjoin(declaration, declaration.c.id == lately.c.declaration_id)
    drawn = (lately.c.lane == INSPECTION).label("drawn")
    return {
        bool(row.drawn): tuple(row[1:])
        for row in connection.execute(
            select(
                drawn,
                func.count(),
                _sum(lately.c.state == "detained"),
                _sum((lately.c.state != "detained") & (declaration.c.state == "sent_back")),
            )
            .select_from(joined)
            .where(
                lately.c.desk == INSPECTION,
                lately.c.subject == "declaration",
                *([lately.c.office.in_(("", scope.office))] if scope.office else []),
            )
            .group_by(drawn)
        )
    }


def _detained(connection: Connection, sandbox: str, scope: Scope, most: int) -> dict[bool, int]:
    """The number of lists that are detained now, drawn or not."""
    column = work_case.c
    kept = (
        select((column.lane == INSPECTION).label("drawn"))
        .where(
            column.sandbox == sandbox, _WAITS, column.desk == INSPECTION, column.state == "detained", *_in_queue(scope)
        )
        .order_by(column.due)
        .limit(most)
        .subquery()
    )
    return {
        bool(was_drawn): count
        for was_drawn, count in connection.execute(select(kept.c.drawn, func.count()).group_by(kept.c.drawn))
    }


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _by_hour(
    connection: Connection,
    source: FromClause,
    column: ColumnElement[int],
    since: int,
    until: int,
    where: Sequence[ColumnElement[bool]],
) -> Mapping[int, int]:
    hour = ((column - since) // HOUR).label("hour")
    rows = connection.execute(
        select(hour, func.count()).select_from(source).where(*where, column >= since, column < until).group_by(hour)
    )
    return {int(offset): count for offset, count in rows}


def _with_case(log: FromClause) -> FromClause:
    """The log, or a part of it, beside the queue: each decision with the case of its subject, where there is one."""
    return log.outerjoin(
        work_case, and_(*[work_case.c[name] == log.c[name] for name in ("sandbox", "subject", "subject_id")])
    )


def _made(source: FromClause, scope: Scope) -> Select[Any]:
    log, column = source.c, work_case.c
    return (
        select(
            log.sequence,
            log.by,
            log.action,
            log.subject,
            log.before,
            log.outcome,
            log.reason,
            log.filed_at,
            log.answered_at,
            column.company,
            column.desk,
            column.opened_at,
        )
        .select_from(_with_case(source))
        .where(*_in_log(source, scope))
    )


def _between(column: ColumnElement[int], since: int, until: int) -> list[ColumnElement[bool]]:
    return [*([column >= since] if since else []), *([column < until] if until else [])]


def _as_made(row: Any) -> DecisionTiming:
    desk = desk_before(row.subject, row.before)
    name = desk.name if desk is not None else ""
    # the case of a subject that went on to another desk, or came back, is a later one than was decided
    same = name and row.desk == name and row.opened_at <= row.filed_at
    return DecisionTiming(
        sequence=row.sequence,
        by=row.by,
        action=row.action,
        desk=name,
        refused=row.outcome == "refused",
        reason=row.reason,
        company=row.company or "",
        took=row.answered_at - row.opened_at if same else None,
    )


def _in_queue(scope: Scope) -> list[ColumnElement[bool]]:
    return [
        *([work_case.c.desk.in_(list(scope.desks))] if scope.desks else []),
        *([work_case.c.office.in_(("", scope.office))] if scope.office else []),
    ]


def _in_log(log: FromClause, scope: Scope) -> list[ColumnElement[bool]]:
    pairs = [
        and_(log.c.subject == subject, log.c.before.in_(states))
        for name in scope.desks
        for subject, states in desks()[name].subjects.items()
    ]
    return [
        log.c.outcome.in_(ANSWERED),
        *([or_(*pairs)] if pairs else []),
        *([work_case.c.office.in_(("", scope.office))] if scope.office else []),
    ]
