"""What the database reads of a column's conditions."""

from __future__ import annotations

import pytest
from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite

from single_window.store.agency_tables.port import port_parcel

BILL = port_parcel.c.bill_no


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["SQLite", "PostgreSQL"])
@pytest.mark.parametrize(
    "condition, written",
    [(BILL != "", "port_parcel.bill_no != ''"), (BILL != "B1", "bill_no_1"), (BILL == "", "bill_no_1")],
    ids=["not empty", "not another", "empty"],
)
def test_that_a_text_is_not_empty_stands_in_the_statement(
    condition: ColumnElement[bool], written: str, dialect: object
) -> None:
    """As in the condition of a partial index, which a bound value does not meet."""
    statement = condition.compile(dialect=dialect)  # type: ignore[arg-type]
    assert written in str(statement) or written in statement.params
