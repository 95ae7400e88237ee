"""Statistics about cases and decisions, for supervisors of desks. Each query uses an index and is bounded by a day,
a month or a number of rows. Never commits.

Waiting and opened cases are read from the queue, decisions from the decision log. A case that moves to another desk
gets a new opening time, so the duration of an earlier decision is then unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, case, func, or_, select

from declarations.calendar import HOUR
from declarations.intervals import ENOUGH, Interval, wilson
from single_window.store.decision_log import ANSWERED
from single_window.store.desks import desk_before, desks
from single_window.store.tables import decision_log, declaration, work_case

MOST = 10_000
"""Maximum number of past rows that a page evaluates."""
ROWS_PER_QUERY = 1_000
INSPECTION = "inspection"
_WAITS = and_(work_case.c.waiting == 1, work_case.c.due > 0)
"""Waiting cases. `due > 0` holds for every case; it makes SQLite use the indexes of waiting cases."""


class Scope(NamedTuple):
    """The desks and the customs office that the statistics cover; empty: all."""

    desks: Collection[str] = ()
    office: str = ""


class DecisionTiming(NamedTuple):
    """A decision with its case. `took`: milliseconds from the case's opening to the answer, None if the opening is not
    known any more. `desk` is empty if the subject was not waiting at one."""

    sequence: int
    by: str
    action: str
    desk: str
    refused: bool
    reason: str
    company: str
    took: int | None


class Inspected(NamedTuple):
    """Numbers of lists whose inspection ended or that are detained. `drawn`: selected by the risk draw, else by an
    officer."""

    drawn: bool
    lists: int
    detained: int
    sent_back: int

    @property
    def hits(self) -> int:
        """Lists that were detained or sent back."""
        return self.detained + self.sent_back

    @property
    def rate(self) -> Interval | None:
        """The share of hits with its interval; None of no lists."""
        return wilson(self.hits, self.lists)

    @property
    def enough(self) -> bool:
        """Return whether there are enough lists to conclude anything from the share."""
        return self.lists >= ENOUGH

    @property
    def sound(self) -> int:
        """Lists that were neither detained nor sent back."""
        return self.lists - self.hits


def ages(
    connection: Connection, sandbox: str, scope: Scope, since: Sequence[int], now: int
) -> Mapping[str, Sequence[int]]:
    """Waiting cases of each desk by age: [opened since since[0], between since[1] and since[0], …, before since[-1],
    overdue]. `since` is in descending order."""
    opened = work_case.c.opened_at
    between = [and_(opened < later, opened >= earlier) for later, earlier in pairwise(since)]
    edges = [opened >= since[0], *between, opened < since[-1], work_case.c.due < now]
    sums = [func.coalesce(func.sum(case((edge, 1), else_=0)), 0) for edge in edges]
    rows = connection.execute(
        select(work_case.c.desk, *sums)
        .where(work_case.c.sandbox == sandbox, _WAITS, *_in_queue(scope))
        .group_by(work_case.c.desk)
    )
    return {desk: [int(number) for number in numbers] for desk, *numbers in rows}


def opened_by_desk(connection: Connection, sandbox: str, scope: Scope, since: int, until: int) -> Mapping[str, int]:
    """Desk -> number of cases opened from `since` until before `until`."""
    opened = _between(work_case.c.opened_at, since, until)
    rows = connection.execute(
        select(work_case.c.desk, func.count())
        .where(work_case.c.sandbox == sandbox, *opened, *_in_queue(scope))
        .group_by(work_case.c.desk)
    )
    return {desk: number for desk, number in rows}


def opened_by_hour(connection: Connection, sandbox: str, scope: Scope, since: int, until: int) -> Mapping[int, int]:
    """Cases opened in each hour from `since` until before `until`; hours count from 0."""
    return _by_hour(
        connection, work_case, work_case.c.opened_at, since, until, [work_case.c.sandbox == sandbox, *_in_queue(scope)]
    )


def decided_by_hour(connection: Connection, sandbox: str, scope: Scope, since: int, until: int) -> Mapping[int, int]:
    """Decisions answered in each hour from `since` until before `until`; hours count from 0."""
    return _by_hour(
        connection,
        _with_case(decision_log) if scope.office else decision_log,
        decision_log.c.answered_at,
        since,
        until,
        [decision_log.c.sandbox == sandbox, *_in_log(decision_log, scope)],
    )


def held(connection: Connection, sandbox: str, scope: Scope, clock: int) -> Mapping[str, int]:
    """Officer → number of cases that he holds; `clock`: the machine's instant."""
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
    """The decisions within the scope among the newest `most` of all desks, answered from `since` until before `until`
    if given."""
    log = decision_log.c
    # limit the log first: otherwise a desk with few decisions would make the query read the whole log
    latest = (
        select(decision_log)
        .where(log.sandbox == sandbox, *_between(log.answered_at, since, until))
        .order_by(log.answered_at.desc(), log.sequence.desc())
        .limit(most)
        .subquery()
    )
    return [_timing(row) for row in connection.execute(_timed_decisions(latest, scope))]


def decision_timings(
    connection: Connection, sandbox: str, scope: Scope, since: int, until: int
) -> Iterator[DecisionTiming]:
    """All decisions answered from `since` until before `until`, a thousand per query."""
    last, column = (since, 0), decision_log.c
    chosen = (
        _timed_decisions(decision_log, scope)
        .where(column.sandbox == sandbox, *_between(column.answered_at, since, until))
        .order_by(column.answered_at, column.sequence)
        .limit(ROWS_PER_QUERY)
    )
    while rows := connection.execute(
        chosen.where(or_(column.answered_at > last[0], and_(column.answered_at == last[0], column.sequence > last[1])))
    ).all():
        yield from map(_timing, rows)
        last = (rows[-1].answered_at, rows[-1].sequence)


def inspection_results(connection: Connection, sandbox: str, scope: Scope, most: int = MOST) -> list[Inspected]:
    """Inspection results, first of drawn lists, then of others: among the `most` cases that ended last, and up to
    `most` lists that are detained now."""
    if scope.desks and INSPECTION not in scope.desks:
        return [Inspected(drawn, 0, 0, 0) for drawn in (True, False)]
    ended, waits = _ended_cases(connection, sandbox, scope, most), _detained_now(connection, sandbox, scope, most)
    return [
        Inspected(
            was_drawn, int(lists) + waits.get(was_drawn, 0), int(detained) + waits.get(was_drawn, 0), int(sent_back)
        )
        for was_drawn in (True, False)
        for lists, detained, sent_back in [ended.get(was_drawn, (0, 0, 0))]
    ]


def _ended_cases(connection: Connection, sandbox: str, scope: Scope, most: int) -> dict[bool, tuple[Any, ...]]:
    """Drawn → (lists, detained, sent back), among the `most` cases that ended last."""
    column = work_case.c
    latest = (
        select(column.desk, column.office, column.subject, column.state, column.declaration_id, column.lane)
        .where(column.sandbox == sandbox, column.ended_at > 0)
        .order_by(column.ended_at.desc())
        .limit(most)
        .subquery()
    )
    joined = latest.outerjoin(declaration, declaration.c.id == latest.c.declaration_id)
    drawn = (latest.c.lane == INSPECTION).label("drawn")
    return {
        bool(row.drawn): tuple(row[1:])
        for row in connection.execute(
            select(
                drawn,
                func.count(),
                _sum(latest.c.state == "detained"),
                _sum((latest.c.state != "detained") & (declaration.c.state == "sent_back")),
            )
            .select_from(joined)
            .where(
                latest.c.desk == INSPECTION,
                latest.c.subject == "declaration",
                *([latest.c.office.in_(("", scope.office))] if scope.office else []),
            )
            .group_by(drawn)
        )
    }


def _detained_now(connection: Connection, sandbox: str, scope: Scope, most: int) -> dict[bool, int]:
    """Drawn → number of lists that are detained now."""
    column = work_case.c
    detained = (
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
        for was_drawn, count in connection.execute(select(detained.c.drawn, func.count()).group_by(detained.c.drawn))
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
    """The log left-joined to the queue: each decision with the current case of its subject."""
    return log.outerjoin(
        work_case, and_(*[work_case.c[name] == log.c[name] for name in ("sandbox", "subject", "subject_id")])
    )


def _timed_decisions(source: FromClause, scope: Scope) -> Select[Any]:
    log, column = source.c, work_case.c
    return (
        select(
            *log["sequence", "by", "action", "subject", "before", "outcome", "reason", "filed_at", "answered_at"],
            *column["company", "desk", "opened_at"],
        )
        .select_from(_with_case(source))
        .where(*_in_log(source, scope))
    )


def _between(column: ColumnElement[int], since: int, until: int) -> list[ColumnElement[bool]]:
    return [*([column >= since] if since else []), *([column < until] if until else [])]


def _timing(row: Any) -> DecisionTiming:
    desk = desk_before(row.subject, row.before)
    name = desk.name if desk is not None else ""
    # if the subject has moved to another desk or come back, the current case is not the one that was decided
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
