"""The record of a company: the outcomes of its other lists among the newest lists of the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from gateways.customs.outcome import KIND_OF_LIST
from single_window.store.bulk import one_of
from single_window.store.tables import declaration, participant, timeline

MAX_LISTS_READ = 1_000
"""Only so many of a sandbox's newest lists are searched, because no index finds the lists of a company."""
_FINDING = frozenset({"detained", "sent_back"})
_RELEASED = frozenset({"released", "closed"})


class CompanyRecord(NamedTuple):
    """The company of a list, and counts of its other lists, imports and exports, by outcome."""

    code: str
    name: str
    grade: str
    """Empty: the company is not registered."""
    lists: int
    rejected: int
    inspected: int
    found: int
    """Inspected lists that were detained or sent back."""
    released: int
    among: int
    """The number of the sandbox's lists that were searched."""


def company_record_of(connection: Connection, sandbox: str, declaration_id: int) -> CompanyRecord | None:
    """Return the record of the company in a list's ebcCode; None if that is empty."""
    code = connection.execute(
        select(declaration.c.ebc_code).where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    ).scalar()
    if not code:
        return None
    columns = [declaration.c[name] for name in ("id", "ebc_code", "order_no", "key", "flow", "state")]
    newest = connection.execute(
        select(*columns).where(declaration.c.sandbox == sandbox).order_by(declaration.c.id.desc()).limit(MAX_LISTS_READ)
    ).all()
    company_rows = [row for row in newest if row.ebc_code == code and row.id != declaration_id]
    inspected, findings = _inspection_counts(connection, sandbox, company_rows)
    registered = connection.execute(
        select(participant.c.name, participant.c.kinds, participant.c.credit_grade).where(
            participant.c.sandbox == sandbox, participant.c.code == code
        )
    ).first()
    return CompanyRecord(
        code=code,
        name=registered.name if registered else "",
        grade=registered.credit_grade if registered and registered.kinds else "",
        lists=len(company_rows),
        rejected=sum(row.state == "rejected" for row in company_rows),
        inspected=inspected,
        found=findings,
        released=sum(row.state in _RELEASED for row in company_rows),
        among=len(newest),
    )


def _inspection_counts(connection: Connection, sandbox: str, lists: list[Any]) -> tuple[int, int]:
    """Return how many lists were inspected, and how many of these ended in a finding, according to their timelines."""
    states = _states_of_lists(connection, sandbox, sorted({row.order_no for row in lists if row.order_no}))
    histories = (states.get((KIND_OF_LIST[row.flow], row.key), set()) for row in lists)
    inspected = [history for history in histories if "under_inspection" in history]
    return len(inspected), sum(bool(history & _FINDING) for history in inspected)


def _states_of_lists(
    connection: Connection, sandbox: str, order_nos: Sequence[str]
) -> Mapping[tuple[str, str], set[str]]:
    """Return the states of inspection that the timelines name, by kind and key of a list."""
    lines = connection.execute(
        select(timeline.c.kind, timeline.c.key, timeline.c.state).where(
            timeline.c.sandbox == sandbox,
            one_of(connection, timeline.c.order_no, order_nos),
            timeline.c.kind.in_(sorted(KIND_OF_LIST.values())),
            timeline.c.state.in_(["under_inspection", *sorted(_FINDING)]),
        )
    )
    states: dict[tuple[str, str], set[str]] = {}
    for kind, key, state in lines:
        states.setdefault((kind, key), set()).add(state)
    return states
