"""Exports a sandbox's imported master data as CSV by kind, in the format of `master_data.importing`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table, select

from declarations.money import amount_text
from single_window.master_data.csv_files import csv_text
from single_window.master_data.importing import KINDS
from single_window.store import tables as t
from single_window.store.clearing import IMPORTED_ROWS
from single_window.store.sandbox_changes import SandboxChange
from single_window.store.subjects import GUARANTEE

_TABLES: Mapping[str, Table] = {
    "participants": t.participant,
    "goods": t.goods_row,
    "guarantees": t.guarantee,
    "stock": t.account_book,
    "persons": t.person,
    "refund_rates": t.refund_rate_row,
    "exchange_rates": t.exchange_rate_row,
    "forex_enterprises": t.forex_enterprise,
    "licences": t.licence,
    "zone_companies": t.zone_company,
}
"""Kind → its table, in the order of the import."""
_SCALED: Mapping[str, Mapping[str, str]] = {
    "guarantees": {"amount": "amount"},
    "stock": {"qty": "filed"},
    "forex_enterprises": {"quota": "quota"},
}
"""Kind → columns of the CSV that are stored as scaled integers → columns of the table."""
_RENAMED: Mapping[str, Mapping[str, str]] = {"forex_enterprises": {"class": "forex_class", "registered": "since"}}


def read_master_data(
    connection: Connection, sandbox: str, before: Sequence[SandboxChange], later: Sequence[SandboxChange]
) -> dict[str, str]:
    """Kind → CSV, for the kinds with imported rows: the rows of the imports `before`, and rows of the tables that no
    import brought which was kept. Guarantees have their amounts from before officers changed them."""
    by_kind = {}
    for kind, table in _TABLES.items():
        columns = [column.name for column in KINDS[kind].columns]
        imported = [_by_key(kind, change.contents) for change in (*before, *later) if change.name == kind]
        rows: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
        for cells in _stored_rows(connection, sandbox, kind, table, columns):
            if not any(_key(kind, cells) in of_import for of_import in imported):
                rows.setdefault(_key(kind, cells), []).append(cells)
        for of_import in imported[: sum(change.name == kind for change in before)]:
            rows |= of_import
        if rows:
            by_kind[kind] = csv_text(columns, [cells for of_key in rows.values() for cells in of_key])
    return by_kind


def _by_key(kind: str, contents: str) -> dict[tuple[str, ...], list[Mapping[str, str]]]:
    """The rows of an import by their keys; goods and rates of several days have one."""
    by_key: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for cells in csv.DictReader(io.StringIO(contents)):
        by_key.setdefault(_key(kind, cells), []).append(cells)
    return by_key


def _key(kind: str, cells: Mapping[str, str]) -> tuple[str, ...]:
    names = KINDS[kind].key or (KINDS[kind].columns[0].name,)
    return tuple(cells[name] for name in names)


def _stored_rows(
    connection: Connection, sandbox: str, kind: str, table: Table, columns: Sequence[str]
) -> Iterable[dict[str, str]]:
    imported = IMPORTED_ROWS[table]
    where = [table.c.sandbox == sandbox, *([] if imported is None else [imported])]
    rows = connection.execute(select(table).where(*where).order_by(*table.primary_key)).all()
    return _rows_before_changes(connection, sandbox, kind, map(_reader(kind, columns), rows))


def _reader(kind: str, columns: Sequence[str]) -> Callable[[Row[Any]], dict[str, str]]:
    """A function from a row of the table to cells of the CSV."""
    scaled, renamed = _SCALED.get(kind, {}), _RENAMED.get(kind, {})

    def cells(row: Row[Any]) -> dict[str, str]:
        if "row" in row._mapping:
            given = msgspec.json.decode(row.row)
            values = given if isinstance(given, dict) else dict(zip(columns, given, strict=False))
            return {name: _plain_text(values.get(name)) for name in columns}
        return {
            name: amount_text(row._mapping[scaled[name]])
            if name in scaled
            else _plain_text(row._mapping.get(renamed.get(name, name)))
            for name in columns
        }

    return cells


def _plain_text(value: Any) -> str:
    return "" if value is None else str(value)


def _rows_before_changes(
    connection: Connection, sandbox: str, kind: str, rows: Iterable[dict[str, str]]
) -> Iterable[dict[str, str]]:
    if kind != "guarantees":
        return rows
    decision = t.decision.c
    changes = connection.execute(
        select(decision.subject_id, decision.before)
        .where(decision.sandbox == sandbox, decision.subject == GUARANTEE, decision.state == "done")
        .order_by(decision.id.desc())
    )
    first = {code: before for code, before in changes if before}
    return [{**row, "amount": first.get(row["assure_code"], row["amount"])} for row in rows]
