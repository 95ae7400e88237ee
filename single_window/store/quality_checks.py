"""Checks of closed cases, the plan of each month, and the decisions that closed cases. Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, func, select, update

from declarations.quality import ClosedCase
from single_window.store import work_cases
from single_window.store.bulk import insert_rows, on_sqlite, upsert_rows
from single_window.store.desks import desk_before, desks
from single_window.store.subjects import QUALITY_CHECK
from single_window.store.tables import decision_log, quality_check, quality_plan, work_case

WAITING, AGREED, OVERTURNED = "waiting", "agreed", "overturned"
DESK = "quality"
ROWS_PER_QUERY = 1_000
_COPIED = (
    "flow",
    "kind",
    "order_no",
    "reason",
    "reasons",
    "company",
    "goods",
    "terms",
    "declaration_id",
    "value",
    "tax",
)
"""Columns of a closed case that the case of its check has, too; none of them tells what was decided."""


class StoredPlan(NamedTuple):
    """The plan of a month: the hash of its secret, and the last row of the log that was looked at."""

    month: str
    commitment: str = ""
    sequence: int = 0
    drawn_at: int = 0


class StoredCheck(NamedTuple):
    """A check. `before`: the state in which the case was decided; `sequence`: the row of the log that closed it."""

    id: int
    month: str
    state: str
    version: int
    subject: str
    subject_id: str
    number: str
    desk: str
    office: str
    lane: str
    reason: str
    before: str
    sequence: int
    first_action: str
    first_by: str
    golden: int
    second_action: str
    second_by: str
    second_reason: str
    drawn_at: int
    decided_at: int


class ClosingDecision(NamedTuple):
    """A decision that closed a case, with what its case has."""

    sequence: int
    subject_id: str
    action: str
    by: str
    before: str
    office: str
    lane: str
    reason: str
    closed: ClosedCase


_CHECK = [quality_check.c[name] for name in StoredCheck._fields]


def plan_of(connection: Connection, sandbox: str, month: str, lock: bool = False) -> StoredPlan:
    """The plan of a month, without a commitment if nothing was drawn yet; `lock`: lock its row."""
    chosen = select(*[quality_plan.c[name] for name in StoredPlan._fields]).where(
        quality_plan.c.sandbox == sandbox, quality_plan.c.month == month
    )
    row = connection.execute(chosen.with_for_update() if lock and not on_sqlite(connection) else chosen).one_or_none()
    return StoredPlan._make(row) if row is not None else StoredPlan(month)


def put_plan(connection: Connection, sandbox: str, plan: StoredPlan) -> None:
    """Insert or replace a plan."""
    columns = ("sandbox", *StoredPlan._fields)
    upsert_rows(connection, quality_plan, columns, [(sandbox, *plan)], replace=("commitment", "sequence", "drawn_at"))


def closing_decisions(
    connection: Connection, sandbox: str, since: int, until: int, after: int, upto: int = 0
) -> Iterator[list[ClosingDecision]]:
    """Yield the decisions that closed cases from the instant `since` until before `until`, behind the row `after` of
    the log (and up to `upto`, if given), a piece for each piece of the log, in its order; the last may be empty."""
    log = decision_log.c
    joined = decision_log.outerjoin(
        work_case, and_(*[work_case.c[name] == log[name] for name in ("sandbox", "subject", "subject_id")])
    )
    names = ("number", "office", "lane", "reason")
    while True:
        chosen = (
            select(decision_log, *[work_case.c[name].label(f"case_{name}") for name in names])
            .select_from(joined)
            .where(log.sandbox == sandbox, log.sequence > after, log.answered_at < until)
            .order_by(log.sequence)
            .limit(ROWS_PER_QUERY)
        )
        rows = connection.execute(chosen.where(log.sequence <= upto) if upto else chosen).all()
        yield [closing for row in rows if row.answered_at >= since and (closing := _closing(row)) is not None]
        if len(rows) < ROWS_PER_QUERY:
            return
        after = rows[-1].sequence


def rows_between(connection: Connection, sandbox: str, since: int, until: int) -> tuple[int, int]:
    """The first and the last row of the log that were answered from one instant until before another; 0 if none."""
    log = decision_log.c
    within = (log.sandbox == sandbox, log.answered_at >= since, log.answered_at < until)
    first, last = connection.execute(select(func.min(log.sequence), func.max(log.sequence)).where(*within)).one()
    return int(first or 0), int(last or 0)


def _closing(row: Row[Any]) -> ClosingDecision | None:
    """A row of the log as a decision that closed a case; None for another."""
    subject, before, after = row.subject, row.before, row.after
    desk = desk_before(subject, before)
    if row.outcome != "done" or desk is None or desk_before(subject, after) is not None:
        return None
    if subject == QUALITY_CHECK:
        return None
    number = row.case_number or row.subject_id
    return ClosingDecision(
        row.sequence,
        row.subject_id,
        action=row.action,
        by=row.by,
        before=before,
        office=row.case_office or "",
        lane=row.case_lane or "",
        reason=row.case_reason or "",
        closed=ClosedCase(subject, number, row.seen, desk.name),
    )


def drawn_of(connection: Connection, sandbox: str, month: str) -> Counter[str]:
    """Desk → number of checks that were drawn for a month."""
    counted = (
        select(quality_check.c.desk, func.count())
        .where(quality_check.c.sandbox == sandbox, quality_check.c.month == month, quality_check.c.golden == 0)
        .group_by(quality_check.c.desk)
    )
    return Counter({desk: count for desk, count in connection.execute(counted)})


def add(connection: Connection, sandbox: str, checks: Sequence[StoredCheck], now: int) -> None:
    """Insert checks, each with a case at the desk of quality that does not tell the first decision."""
    columns = ("id", "sandbox", *StoredCheck._fields[1:])
    insert_rows(connection, quality_check, columns, [(check.id, sandbox, *check[1:]) for check in checks])
    for check in checks:
        chosen = select(*[work_case.c[name] for name in _COPIED]).where(
            work_case.c.sandbox == sandbox,
            work_case.c.subject == check.subject,
            work_case.c.subject_id == check.subject_id,
        )
        row = connection.execute(chosen).one_or_none()
        facts = dict(row._mapping) if row is not None else {"kind": check.subject}
        facts |= {"number": check.number, "office": check.office, "state": WAITING, "version": check.version}
        work_cases.put(connection, sandbox, (QUALITY_CHECK, str(check.id)), facts, desks()[DESK], now)


def find(connection: Connection, sandbox: str, number: int, lock: bool = False) -> StoredCheck | None:
    """A check by its id, or None; `lock`: lock its row until the transaction ends."""
    chosen = select(*_CHECK).where(quality_check.c.sandbox == sandbox, quality_check.c.id == number)
    row = connection.execute(chosen.with_for_update() if lock and not on_sqlite(connection) else chosen).one_or_none()
    return StoredCheck._make(row) if row is not None else None


def states_before(connection: Connection, sandbox: str, numbers: Collection[str]) -> Mapping[str, str]:
    """Return check → the state in which its case was decided, of checks by the ids of their cases."""
    if not numbers:
        return {}
    chosen = select(quality_check.c.id, quality_check.c.before).where(quality_check.c.sandbox == sandbox)
    rows = connection.execute(chosen.where(quality_check.c.id.in_([int(number) for number in numbers])))
    return {str(row.id): row.before for row in rows}


def settle(connection: Connection, sandbox: str, check: StoredCheck, now: int) -> None:
    """Store the second decision of a check, and end its case."""
    names = ("state", "version", "second_action", "second_by", "second_reason", "decided_at")
    connection.execute(
        update(quality_check)
        .where(quality_check.c.sandbox == sandbox, quality_check.c.id == check.id)
        .values({name: getattr(check, name) for name in names})
    )
    work_cases.end(connection, sandbox, [(QUALITY_CHECK, str(check.id))], now)


def of_month(connection: Connection, sandbox: str, month: str) -> Sequence[StoredCheck]:
    """All checks of a month, in the order of their ids: at most those of the caps, and golden cases."""
    chosen = select(*_CHECK).where(quality_check.c.sandbox == sandbox, quality_check.c.month == month)
    return [StoredCheck._make(row) for row in connection.execute(chosen.order_by(quality_check.c.id))]


def closed_case(connection: Connection, sandbox: str, subject: str, number: str) -> StoredCheck | None:
    """A closed case by the number that people know, as the beginning of a golden check; None if there is none."""
    column = work_case.c
    row = connection.execute(
        select(column.subject_id, column.number, column.desk, column.office, column.lane, column.reason, column.state)
        .where(column.sandbox == sandbox, column.subject == subject, column.waiting == 0)
        .where((column.number == number) | column.terms.like(f"%{number.lower()}%"))
        .order_by(column.ended_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    numbers = {"id", "version", "sequence", "golden", "drawn_at", "decided_at"}
    empty: dict[str, Any] = {name: 0 if name in numbers else "" for name in StoredCheck._fields}
    values = dict(row._mapping)
    before = values.pop("state")
    return StoredCheck(**{**empty, **values, "subject": subject, "before": before, "state": WAITING})
