"""Finds stored data that are not what was stored: no page of the file is malformed, but a bit in it is another.

What is packed has a checksum, and so have rows with a `seal` (`seals`) and those of receipts. Other texts and numbers
have none, but for those of the decision log, which `audit log` checks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Column, select

from schemas.packing import BILLS, FACTS, MESSAGES, RECEIPTS, AlteredData, Packing, UnknownPacking
from single_window.store import receipt_contents
from single_window.store.columns import CheckedBytes
from single_window.store.revisions import VERSION_TABLE, newest
from single_window.store.seals import SEALS
from single_window.store.tables import archive, document, epcis_event, metadata, receipt_group, tax_bill

_PACKED: tuple[tuple[Column[Any], Packing | CheckedBytes], ...] = (
    (archive.c.body, MESSAGES),
    (document.c.facts, FACTS),
    (receipt_group.c.contents, RECEIPTS),
    (tax_bill.c.assessment, BILLS),
    (tax_bill.c.fields, BILLS),
    (epcis_event.c.body, CheckedBytes()),
)


def faults_of(connection: sqlite3.Connection, is_over: Callable[[], bool]) -> Iterator[str]:
    """Yield a sentence for each column that is gone, and each value that is not what was stored, the newest rows first,
    until the time `is_over`. Columns are missed, and seals compared, where an upgrade has made all of them."""
    is_newest = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [(newest(),)]
    yield from _lost_columns(connection) if is_newest else ()
    for column, packing in _PACKED:
        table, key = column.table, [*column.table.primary_key][-1]
        for number, stored in connection.execute(str(select(key, column).order_by(key.desc()).select_from(table))):
            if fault := _fault(packing, stored):
                yield f"{table.name} {number}, {column.name}: {fault}"
            if is_over():
                return
    yield from _altered_receipts(connection, is_over)
    yield from _altered_rows(connection, is_over) if is_newest else ()


def _altered_receipts(connection: sqlite3.Connection, is_over: Callable[[], bool]) -> Iterator[str]:
    """Receipts whose columns are not those of their contents, which have the checksum."""
    columns = "code, order_no, kind, key, return_status, return_time"
    of_group = f"SELECT position, {columns} FROM receipt WHERE group_id = ? ORDER BY position"
    for group, packed in connection.execute("SELECT id, contents FROM receipt_group ORDER BY id DESC"):
        try:
            contents = receipt_contents.unpack(packed)
        except (AlteredData, UnknownPacking):  # told already, or by a later release
            continue
        for position, *row in connection.execute(of_group, [group]):
            if _is_another(contents, position, row):
                yield f"receipt {group}, {position}: a row is not what was stored"
        if is_over():
            return


def _is_another(contents: receipt_contents.Contents, position: Any, row: list[Any]) -> bool:
    """True for a row of a receipt that its content is not about, or that has none at its place."""
    try:
        content = receipt_contents.content_at(contents, position)
    except (LookupError, TypeError):  # a bit of its header makes a text of a number
        return True
    return bool(content.seal) and content.seal != receipt_contents.seal_of(*row)


def _altered_rows(connection: sqlite3.Connection, is_over: Callable[[], bool]) -> Iterator[str]:
    for table, seal in SEALS.items():
        for row in connection.execute(f"{seal.select()} WHERE seal <> 0"):
            if seal.is_altered_on_disk(row):
                yield f"{table.name}: a row is not what was stored"
            if is_over():
                return


def _lost_columns(connection: sqlite3.Connection) -> Iterator[str]:
    """Columns that another bit of the schema has renamed."""
    for name, table in metadata.tables.items():
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
        if lost := sorted(set(table.columns.keys()) - there):
            yield f"{name}: its columns {', '.join(lost)} are not there"


def _fault(packing: Packing | CheckedBytes, stored: bytes) -> str:
    try:
        if stored:
            packing.unpack(stored)
    except AlteredData as error:
        return str(error)
    except UnknownPacking:  # by a later release: no damage, and whoever reads it is told
        return ""
    return ""
