"""Subjects of officers' decisions, as rows: the table of each kind, the state of a subject, and its customs office."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, select

from declarations.money import plain
from declarations.reasons import Reason
from gateways.decisions import SubjectKind
from single_window.store import sandbox_values
from single_window.store.bulk import of_sandbox, on_sqlite, one_of
from single_window.store.tables import batch, declaration, enterprise, forex_report, guarantee, refund_claim, request

TABLES: Mapping[str, Table] = {
    SubjectKind.DECLARATION: declaration,
    SubjectKind.REQUEST: request,
    SubjectKind.BATCH: batch,
    SubjectKind.REFUND_CLAIM: refund_claim,
    SubjectKind.FOREX_REPORT: forex_report,
    SubjectKind.REGISTRATION: enterprise,
}
"""Where each kind of subject is kept that has a state of its own; a tax bill has that of its list."""
PARAMETER = "parameter"
"""A dated value that a sandbox may have of its own: the store keeps it, no gateway does."""
GUARANTEE = "guarantee"
"""A guarantee whose amount is changed: as with an import, the store writes it."""
NAMED_BY_CODE = frozenset({SubjectKind.REGISTRATION, PARAMETER, GUARANTEE})
"""Subjects whose id is a text; the others have numbers."""
PROPOSAL, PARKED = "proposal", "parked"
"""What cases are about that no gateway keeps: a decision that waits for a second person, a delivery that is parked."""


def key_of(table: Table) -> Column[int] | Column[str]:
    """The key of a subject: the code of a company, the id of anything else."""
    return table.c.code if "code" in table.c else table.c.id


def stake(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> int:
    """The amount at stake with a subject, scaled, in any state: of a claim the refund; 0 of anything else."""
    if subject != SubjectKind.REFUND_CLAIM:
        return 0
    chosen = select(refund_claim.c.refund).where(
        refund_claim.c.sandbox == sandbox, refund_claim.c.id == int(subject_id)
    )
    return connection.execute(chosen).scalar() or 0


def reason_codes(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> frozenset[str]:
    """The codes for which a list waits; none of anything else."""
    if subject != SubjectKind.DECLARATION:
        return frozenset()
    chosen = select(declaration.c.reasons).where(declaration.c.sandbox == sandbox, declaration.c.id == int(subject_id))
    text = connection.execute(chosen).scalar()
    reasons = msgspec.json.decode(text, type=tuple[Reason, ...]) if text else ()
    return frozenset(reason.rule for reason in reasons)


def states(connection: Connection, sandbox: str, subject: str, ids: Collection[str]) -> Mapping[str, str]:
    """The states of subjects of a kind, by id; those that are not there are left out. That of a parameter is the value
    it was last given, and from when on, that of a guarantee its amount."""
    if subject == PARAMETER:
        return sandbox_values.newest(connection, sandbox, list(ids))
    if subject == GUARANTEE:
        columns = guarantee.c
        return {
            code: plain(amount)
            for code, amount in connection.execute(
                select(columns.assure_code, columns.amount).where(
                    columns.sandbox == sandbox, one_of(connection, columns.assure_code, list(ids))
                )
            )
        }
    table = TABLES.get(subject)
    if table is None:
        return {}
    key = key_of(table)
    wanted = list(ids) if table is enterprise else [int(number) for number in ids if number.isdecimal()]
    mine = of_sandbox(on_sqlite(connection) and table is not enterprise, table, sandbox)
    rows = connection.execute(select(key, table.c.state).where(mine, one_of(connection, key, wanted)))
    return {str(number): state for number, state in rows}


def office_of(
    connection: Connection, sandbox: str, subject: str, subject_id: int | str, values: Mapping[str, Any] | None = None
) -> str:
    """The code of the customs office that a subject belongs to; of a batch that is to be opened, the one in `values`.

    Empty where the subject has none: claims, reports and registrations belong to other authorities.
    """
    if subject == SubjectKind.BATCH and not subject_id:
        return str((values or {}).get("customs_code", ""))
    if subject == SubjectKind.BATCH:
        chosen = select(batch.c.customs_code).where(batch.c.sandbox == sandbox, batch.c.id == subject_id)
    elif subject in {SubjectKind.DECLARATION, SubjectKind.TAX_BILL}:
        chosen = select(declaration.c.customs_code).where(
            declaration.c.sandbox == sandbox, declaration.c.id == subject_id
        )
    elif subject == SubjectKind.REQUEST:
        chosen = (
            select(declaration.c.customs_code)
            .join(request, request.c.declaration_id == declaration.c.id)
            .where(request.c.sandbox == sandbox, request.c.id == subject_id)
        )
    else:
        return ""
    return connection.execute(chosen).scalar() or ""
