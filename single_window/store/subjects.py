"""Rows of subjects of officers' decisions: the table of each kind, a subject's state, and its customs office."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Table, UniqueConstraint, select

from declarations.money import amount_text
from declarations.reasons import Reason
from gateways.agency import subjects as subjects_of_agencies
from gateways.decisions import SubjectKind
from single_window.store import sandbox_values
from single_window.store.agency_tables import NUMBERED, SUBJECTS
from single_window.store.bulk import of_sandbox, on_sqlite, one_of
from single_window.store.tables import (
    batch,
    declaration,
    guarantee,
    quality_check,
    refund_claim,
    request,
    risk_profile,
)

RISK_PROFILE = "risk_profile"
"""A rule that draws lists; drafted, and put in force by the store."""
QUALITY_CHECK = "quality_check"
"""A closed case that a second officer decides again."""
TABLES: Mapping[str, Table] = {
    SubjectKind.DECLARATION: declaration,
    SubjectKind.REQUEST: request,
    SubjectKind.BATCH: batch,
    SubjectKind.REFUND_CLAIM: refund_claim,
    RISK_PROFILE: risk_profile,
    QUALITY_CHECK: quality_check,
    **{kind: kept.table for kind, kept in SUBJECTS.items()},
}
"""Kind of subject → its table, for kinds with a state. A tax bill shares the state of its list."""
if lacking := subjects_of_agencies().keys() - TABLES.keys() - {SubjectKind.TAX_BILL}:
    raise LookupError(f"no table keeps the subjects {', '.join(sorted(lacking))} (single_window/store/agency_tables)")
PARAMETER = "parameter"
"""A dated value of a sandbox; changed by the store, not by a gateway."""
GUARANTEE = "guarantee"
"""A guarantee whose amount is changed; written by the store, like an import."""
NAMED_BY_CODE = frozenset({PARAMETER, GUARANTEE, *(kind for kind, table in TABLES.items() if "code" in table.c)})
"""Kinds of subjects whose id is a text; the others have integers."""
PROPOSAL, PARKED = "proposal", "parked"
"""Kinds of cases without a gateway: a decision that waits for a second person, and a parked delivery."""


def _has_own_key(table: Table) -> bool:
    """True if no two subjects of a sandbox have the same `key`."""
    unique = [made.columns.keys() for made in table.constraints if isinstance(made, UniqueConstraint)]
    return ["sandbox", "key"] in unique


KNOWN_BY_NUMBER: Mapping[str, str] = {
    SubjectKind.BATCH: "batch_no",
    **{known.kind: known.number for known in NUMBERED if known.kind in SUBJECTS and not _has_own_key(known.table)},
}
"""Kind of subject without a key that every sandbox has alike -> the column of the number that people know it by."""


NEW = 0
"""The subject's id of a decision that makes a subject. A proposal has its own number there, negative, so that several
may wait at once."""


def makes_subject(subject_id: int | str) -> bool:
    """True if a decision with this subject's id makes a subject."""
    return isinstance(subject_id, int) and subject_id <= NEW


def name_of(subject: str) -> tuple[Table, Column[str]] | None:
    """The table of a kind of subject, and its column that names the same subject in every sandbox: the key, else the
    number that people know it by. None for a kind without a table."""
    table = declaration if subject == SubjectKind.TAX_BILL else TABLES.get(subject)
    return None if table is None else (table, table.c[KNOWN_BY_NUMBER.get(subject, "key")])


def key_of(table: Table) -> Column[int] | Column[str]:
    """The key column of a subject's table: `code` for companies, else `id`."""
    return table.c.code if "code" in table.c else table.c.id


def stake(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> int:
    """The scaled amount that a decision concerns: the refund of a claim; 0 for other kinds."""
    if subject != SubjectKind.REFUND_CLAIM:
        return 0
    chosen = select(refund_claim.c.refund).where(
        refund_claim.c.sandbox == sandbox, refund_claim.c.id == int(subject_id)
    )
    return connection.execute(chosen).scalar() or 0


def reason_codes(connection: Connection, sandbox: str, subject: str, subject_id: int | str) -> frozenset[str]:
    """The codes of the reasons for which a list waits; empty for other kinds."""
    if subject != SubjectKind.DECLARATION:
        return frozenset()
    return frozenset(reason.rule for reason in reasons_of(connection, sandbox, int(subject_id)))


def reasons_of(connection: Connection, sandbox: str, declaration_id: int) -> Sequence[Reason]:
    """The reasons for which a list waits."""
    chosen = select(declaration.c.reasons).where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    text = connection.execute(chosen).scalar()
    return msgspec.json.decode(text, type=tuple[Reason, ...]) if text else ()


def guarantee_available(connection: Connection, sandbox: str, declaration_id: int) -> int:
    """The scaled amount of a list's guarantee that is neither reserved nor booked; 0 if it has none."""
    column = guarantee.c
    of_list = (declaration.c.sandbox == column.sandbox) & (declaration.c.assure_code == column.assure_code)
    chosen = (
        select(column.amount - column.reserved - column.booked)
        .join(declaration, of_list)
        .where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    )
    return connection.execute(chosen).scalar() or 0


def states(connection: Connection, sandbox: str, subject: str, ids: Collection[str]) -> Mapping[str, str]:
    """Id → state, of existing subjects of a kind. The state of a parameter is "VALUE @DAY" of its last change, that of
    a guarantee its amount."""
    if subject == PARAMETER:
        return sandbox_values.newest(connection, sandbox, list(ids))
    if subject == GUARANTEE:
        columns = guarantee.c
        return {
            code: amount_text(amount)
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
    wanted = list(ids) if "code" in table.c else [int(number) for number in ids if number.isdecimal()]
    in_sandbox = of_sandbox(on_sqlite(connection) and "code" not in table.c, table, sandbox)
    rows = connection.execute(select(key, table.c.state).where(in_sandbox, one_of(connection, key, wanted)))
    return {str(number): state for number, state in rows}


def office_of(
    connection: Connection, sandbox: str, subject: str, subject_id: int | str, values: Mapping[str, Any] | None = None
) -> str:
    """The code of the customs office of a subject; of one that is made, `customs_code` in `values`.

    Empty for claims, reports and registrations, which belong to other authorities.
    """
    if makes_subject(subject_id):
        return str((values or {}).get("customs_code", ""))
    if subject == QUALITY_CHECK:
        chosen = select(quality_check.c.office).where(
            quality_check.c.sandbox == sandbox, quality_check.c.id == subject_id
        )
    elif subject == SubjectKind.BATCH:
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
