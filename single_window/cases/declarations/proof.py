"""What a case page shows beside the documents of a list, by the names under which its template knows it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from single_window.cases.declarations import company_record, comparable, strips, versions


def beside(connection: Connection, sandbox: str, declaration_id: int) -> dict[str, Any]:
    """Comparable goods (`compared`), the record of the company (`record`), what an amendment changed (`amended`)."""
    return {
        "compared": strips.rows(comparable.of_list(connection, sandbox, declaration_id)),
        "record": company_record.of_list(connection, sandbox, declaration_id),
        "amended": versions.of_list(connection, sandbox, declaration_id),
    }
