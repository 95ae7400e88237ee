"""Audits the queue of officers: the cases of a desk must be the subjects in its states."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from gateways.decisions import SubjectKind
from single_window.accounts import rights
from single_window.auditing.ledger import Ledger, LedgerDifference, joined_key
from single_window.language.words import Words
from single_window.store import proposals
from single_window.store.desks import desks
from single_window.store.subjects import PARKED, PROPOSAL, TABLES, key_of
from single_window.store.tables import decision, delivery, work_case

WORDS = Words("待办事项", "cases that wait")
Waiting = dict[tuple[str, str, str], tuple[str, int]]
"""(desk, kind of subject, id) → (state, version)"""


def audit_ledger(connection: Connection, sandbox: str) -> Ledger:
    """Compare subjects in a desk's states with its waiting cases, including state and version."""
    stored, expected = _stored_rows(connection, sandbox), _expected_rows(connection, sandbox)
    return Ledger("waiting", WORDS, len(stored), {}, tuple(_differences(stored, expected)))


def _differences(stored: Waiting, waiting: Waiting) -> Iterator[LedgerDifference]:
    for key in sorted(stored.keys() | waiting.keys()):
        if stored.get(key) != waiting.get(key):
            states = " → ".join((deadlines.get(key) or ("nothing",))[0] for deadlines in (stored, waiting))
            version_kept, version_computed = (deadlines.get(key, ("", 0))[1] for deadlines in (stored, waiting))
            yield LedgerDifference(
                joined_key(key), f"case of a subject that waits ({states})", version_kept, version_computed
            )


def _stored_rows(connection: Connection, sandbox: str) -> Waiting:
    case = work_case.c
    rows = connection.execute(
        select(case.desk, case.subject, case.subject_id, case.state, case.version).where(
            case.sandbox == sandbox, case.waiting > 0
        )
    )
    return {(row.desk, row.subject, row.subject_id): (row.state, row.version) for row in rows}


def _expected_rows(connection: Connection, sandbox: str) -> Waiting:
    expected: Waiting = {}
    for desk in desks().values():
        for subject, states in desk.subjects.items():
            if subject in {PROPOSAL, PARKED}:
                continue
            table = TABLES[subject]
            rows = connection.execute(
                select(key_of(table), table.c.state, table.c.version).where(
                    table.c.sandbox == sandbox,
                    table.c.state.in_(states),
                    *([table.c.kind.in_(desk.requests)] if subject == SubjectKind.REQUEST else []),
                )
            )
            expected |= {(desk.name, subject, str(number)): (state, version) for number, state, version in rows}
    return expected | _proposed_rows(connection, sandbox) | _parked_rows(connection, sandbox)


def _parked_rows(connection: Connection, sandbox: str) -> Waiting:
    """Expected cases of parked deliveries."""
    rows = connection.execute(select(delivery.c.id).where(delivery.c.state == PARKED, delivery.c.sandbox == sandbox))
    return {(PARKED, PARKED, str(number)): (PARKED, 0) for number in rows.scalars()}


def _proposed_rows(connection: Connection, sandbox: str) -> Waiting:
    """Expected cases of proposals, at the desk of those who may approve them."""
    rows = connection.execute(
        select(decision.c.id, decision.c.subject, decision.c.action, decision.c.before).where(
            decision.c.sandbox == sandbox, decision.c.state == "proposed"
        )
    )
    return {
        (proposals.desk(rights.second_in(row.subject, row.action, row.before).right).name, PROPOSAL, str(row.id)): (
            "proposed",
            0,
        )
        for row in rows
    }
