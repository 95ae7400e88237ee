"""Statements of the hot path give what SQLAlchemy gives, on every database: rows, counts, errors, events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import LargeBinary, bindparam, cast, delete, event, exists, insert, literal, null, select, update
from sqlalchemy.exc import IntegrityError

from single_window.store.bulk import in_pairs, insert_rows, pair_values, per_dialect
from single_window.store.engine import reading, writing
from single_window.store.failures import is_contention
from single_window.store.prepared import change, fetch_all, fetch_column, fetch_first, fetch_value
from single_window.store.tables import mailbox
from tests.contracts.storing import Store
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

_HOSTILE = "O'Brien\"; -- ? :name %s"
_OF_SANDBOX = (
    select(mailbox.c.dxp_id, mailbox.c.next)
    .where(mailbox.c.sandbox == bindparam("of_sandbox"))
    .order_by(mailbox.c.dxp_id)
)
_HOSTILE_ONE = select(mailbox.c.next).where(mailbox.c.sandbox == bindparam("of_sandbox"), mailbox.c.dxp_id == _HOSTILE)
_TYPED = select(
    exists().where(mailbox.c.sandbox == bindparam("of_sandbox")).label("there"),
    cast(literal(b"\x00\xff", LargeBinary), LargeBinary).label("body"),
    null().label("missing"),
)
_ADVANCE = (
    update(mailbox)
    .where(mailbox.c.sandbox == bindparam("of_sandbox"), mailbox.c.next == 7)
    .values(next=mailbox.c.next + bindparam("by"))
)
_ADVANCED = _ADVANCE.returning(mailbox.c.dxp_id, mailbox.c.next)
_DELETE = delete(mailbox).where(mailbox.c.sandbox == bindparam("of_sandbox"))
_INSERT = insert(mailbox).values(sandbox=bindparam("of_sandbox"), dxp_id="A", next=bindparam("place"))


def _fill(store: Store, sandbox: str, *boxes: str) -> None:
    with writing(store.engine) as connection:
        insert_rows(connection, mailbox, ("sandbox", "dxp_id", "next"), [(sandbox, box, 7) for box in boxes])


def test_rows_are_tuples_whose_values_have_names(store: Store, sandbox: str) -> None:
    _fill(store, sandbox, "A", "B")
    conditions = {"of_sandbox": sandbox}
    with reading(store.engine) as connection:
        rows = fetch_all(connection, _OF_SANDBOX, conditions)
        assert [tuple(row) for row in rows] == [("A", 7), ("B", 7)]
        assert (rows[1].dxp_id, rows[1].next) == ("B", 7)
        assert fetch_column(connection, _OF_SANDBOX, conditions) == ["A", "B"]
        assert tuple(fetch_first(connection, _OF_SANDBOX, conditions)) == ("A", 7)
        assert fetch_value(connection, _OF_SANDBOX, conditions) == "A"
        nobody = {"of_sandbox": f"not {sandbox}"}
        assert fetch_first(connection, _OF_SANDBOX, nobody) is fetch_value(connection, _OF_SANDBOX, nobody) is None


def test_values_have_the_types_of_their_columns(store: Store, sandbox: str) -> None:
    _fill(store, sandbox, "A")
    with reading(store.engine) as connection:
        row = fetch_first(connection, _TYPED, {"of_sandbox": sandbox})
    assert row.there is True and bytes(row.body) == b"\x00\xff" and row.missing is None


def test_a_constant_stays_what_it_is_whatever_it_holds(store: Store, sandbox: str) -> None:
    _fill(store, sandbox, "A", _HOSTILE)
    with reading(store.engine) as connection:
        assert fetch_all(connection, _HOSTILE_ONE, {"of_sandbox": sandbox}) == [(7,)]
        assert fetch_all(connection, _HOSTILE_ONE, {"of_sandbox": _HOSTILE}) == []


def test_changes_are_counted_and_given_back(store: Store, sandbox: str) -> None:
    _fill(store, sandbox, "A", "B")
    with writing(store.engine) as connection:
        conditions = {"of_sandbox": sandbox, "by": 0}
        assert sorted(fetch_all(connection, _ADVANCED, conditions)) == [("A", 7), ("B", 7)]
        assert change(connection, _ADVANCE, {**conditions, "by": 2}) == 2
        assert change(connection, _ADVANCE, conditions) == 0
        assert change(connection, _DELETE, {"of_sandbox": sandbox}) == 2


@pytest.mark.parametrize("boxes", [("A",), ("B", "A")], ids=["one row", "several"])
def test_a_row_that_is_there_already_is_an_integrity_error(store: Store, sandbox: str, boxes: Sequence[str]) -> None:
    _fill(store, sandbox, "A")
    with pytest.raises(IntegrityError) as raised:
        _fill(store, sandbox, *boxes)
    assert is_contention(raised.value)
    with pytest.raises(IntegrityError), writing(store.engine) as connection:
        change(connection, _INSERT, {"of_sandbox": sandbox, "place": 1})


def test_a_parameter_that_is_not_given_is_an_error(store: Store, sandbox: str) -> None:
    with pytest.raises(Exception, match="of_sandbox"), reading(store.engine) as connection:
        fetch_all(connection, _OF_SANDBOX, {})


def test_who_listens_to_statements_is_informed_of_each(store: Store, sandbox: str) -> None:
    _fill(store, sandbox, "A")
    results: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        results.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with reading(store.engine) as connection:
            assert fetch_all(connection, _OF_SANDBOX, {"of_sandbox": sandbox}) == [("A", 7)]
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    assert [statement for statement in results if "mailbox" in statement]


@per_dialect
def _of_pairs(sqlite: bool) -> Any:
    return select(mailbox.c.dxp_id).where(in_pairs(sqlite, (mailbox.c.sandbox, mailbox.c.dxp_id), "pairs"))


def test_rows_are_found_by_pairs_of_values(store: Store, sandbox: str) -> None:
    _fill(store, sandbox, "A", "B", _HOSTILE)
    with reading(store.engine) as connection:
        for pairs, boxes in (
            ([(sandbox, "A"), (sandbox, _HOSTILE)], ["A", _HOSTILE]),
            ([(sandbox, "C"), ("A", sandbox)], []),
            ([], []),
        ):
            values = pair_values(connection, pairs, "pairs")
            assert sorted(fetch_column(connection, _of_pairs(connection), values)) == sorted(boxes)
