"""The record of a company: the ends of its other lists, so far as they are among the newest of its sandbox."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from gateways.customs.outcome import LIST
from single_window.store.bulk import one_of
from single_window.store.tables import declaration, participant, timeline

LISTS = 1_000
"""Newest lists of a sandbox among which those of a company are counted: no index leads to them all."""
_FINDING = frozenset({"detained", "sent_back"})
_RELEASED = frozenset({"released", "closed"})


class Record(NamedTuple):
    """The company of a list, and what became of its other lists of both flows."""

    code: str
    name: str
    grade: str
    """Empty: it is not registered."""
    lists: int
    rejected: int
    inspected: int
    found: int
    """Inspected lists that were detained or sent back."""
    released: int
    among: int
    """How many lists of the sandbox were read."""


def of_list(connection: Connection, sandbox: str, declaration_id: int) -> Record | None:
    """The record of the company that a list names as ebcCode; None where it names none."""
    code = connection.execute(
        select(declaration.c.ebc_code).where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    ).scalar()
    if not code:
        return None
    columns = [declaration.c[name] for name in ("id", "ebc_code", "order_no", "key", "flow", "state")]
    newest = connection.execute(
        select(*columns).where(declaration.c.sandbox == sandbox).order_by(declaration.c.id.desc()).limit(LISTS)
    ).all()
    mine = [row for row in newest if row.ebc_code == code and row.id != declaration_id]
    inspected, findings = _inspected(connection, sandbox, mine)
    known = connection.execute(
        select(participant.c.name, participant.c.kinds, participant.c.credit_grade).where(
            participant.c.sandbox == sandbox, participant.c.code == code
        )
    ).first()
    return Record(
        code=code,
        name=known.name if known else "",
        grade=known.credit_grade if known and known.kinds else "",
        lists=len(mine),
        rejected=sum(row.state == "rejected" for row in mine),
        inspected=inspected,
        found=findings,
        released=sum(row.state in _RELEASED for row in mine),
        among=len(newest),
    )


def _inspected(connection: Connection, sandbox: str, lists: list[Any]) -> tuple[int, int]:
    """The number of lists that came under inspection, and of those that ended in a finding, by their timelines."""
    order_nos = sorted({row.order_no for row in lists if row.order_no})
    lines = connection.execute(
        select(timeline.c.kind, timeline.c.key, timeline.c.state).where(
            timeline.c.sandbox == sandbox,
            one_of(connection, timeline.c.order_no, order_nos),
            timeline.c.kind.in_(sorted(LIST.values())),
            timeline.c.state.in_(["under_inspection", *sorted(_FINDING)]),
        )
    )
    states: dict[tuple[str, str], set[str]] = {}
    for kind, key, state in lines:
        states.setdefault((kind, key), set()).add(state)
    mine = [seen for row in lists if "under_inspection" in (seen := states.get((LIST[row.flow], row.key), set()))]
    return len(mine), sum(bool(seen & _FINDING) for seen in mine)
