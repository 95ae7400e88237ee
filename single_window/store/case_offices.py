"""Which customs office a case belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from gateways.decisions import Subject
from single_window.store.tables import batch, declaration, request


def office_of(
    connection: Connection, sandbox: str, subject: str, subject_id: int | str, values: Mapping[str, Any] | None = None
) -> str:
    """The code of the customs office that a subject belongs to; of a batch that is to be opened, the one in `values`.

    Empty where the subject has none: claims, reports and registrations belong to other authorities.
    """
    if subject == Subject.BATCH and not subject_id:
        return str((values or {}).get("customs_code", ""))
    if subject == Subject.BATCH:
        chosen = select(batch.c.customs_code).where(batch.c.sandbox == sandbox, batch.c.id == subject_id)
    elif subject in {Subject.DECLARATION, Subject.TAX_BILL}:
        chosen = select(declaration.c.customs_code).where(
            declaration.c.sandbox == sandbox, declaration.c.id == subject_id
        )
    elif subject == Subject.REQUEST:
        chosen = (
            select(declaration.c.customs_code)
            .join(request, request.c.declaration_id == declaration.c.id)
            .where(request.c.sandbox == sandbox, request.c.id == subject_id)
        )
    else:
        return ""
    return connection.execute(chosen).scalar() or ""
