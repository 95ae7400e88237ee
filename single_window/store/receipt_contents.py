"""The contents of receipts, packed into the row of their group: rule, values and fields of each, by its position.

Neighbours repeat each other, so that a group of many takes a tenth of what its receipts take one by one.

`receipt` keeps the columns by which receipts are found, counted and sorted. One stream for a whole mailbox would be
smaller, but nothing could be removed from it. The groups of many rows are read by a query of their own, because a join
would repeat the contents in each row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar
from zlib import crc32

import msgspec
from sqlalchemy import ColumnElement, Connection, select, update

from schemas.packing import RECEIPTS, AlteredData
from single_window.store.bulk import array_value, chunks, in_array, one_of, per_dialect
from single_window.store.prepared import fetch_all
from single_window.store.tables import receipt, receipt_group

MOST = 64
"""Maximum number of receipts in a group, because a single one is read by unpacking all."""


class ReceiptContent(NamedTuple):
    """The part of a receipt by which no row is found; `words` and `fields` are JSON texts, empty for none. `seal`: the
    checksum of its row (`seal_of`); 0: written by a release before."""

    rule: str
    words: str
    fields: str
    seal: int = 0


def seal_of(code: str, order_no: str, kind: str, key: str, status: str, time: int) -> int:
    """The checksum of the row of a receipt, by which is known that no bit of it has changed on a disk."""
    return crc32(f"{code}|{order_no}|{kind}|{key}|{status}|{time}".encode())


def compare_seal(row: Any, content: ReceiptContent) -> None:
    """Raise `AlteredData` for a row of a receipt that is not what was stored with its content."""
    if content.seal and content.seal != seal_of(
        row.code, row.order_no, row.kind, row.key, row.return_status, row.return_time
    ):
        raise AlteredData("a receipt is not what was stored")


Contents: TypeAlias = tuple[msgspec.Raw, ...]
"""The contents of a group by position, each still encoded, because usually one of them is wanted."""
Row = TypeVar("Row", bound=Any)
encode = msgspec.msgpack.Encoder().encode
_decode_group = msgspec.msgpack.Decoder(Contents).decode
_decode = msgspec.msgpack.Decoder(ReceiptContent | None).decode


def pack(contents: Sequence[ReceiptContent | msgspec.Raw | None]) -> bytes:
    """The contents of a group's receipts in the order of their positions, packed; None for a removed receipt."""
    return RECEIPTS.pack(encode(contents))


def unpack(packed: bytes) -> Contents:
    """The contents that `pack` has packed."""
    return _decode_group(RECEIPTS.unpack(packed))


@per_dialect
def _of_groups(sqlite: bool) -> Any:
    return select(receipt_group.c.id, receipt_group.c.contents).where(in_array(sqlite, receipt_group.c.id, "ids"))


def of_groups(connection: Connection, ids: Collection[int]) -> dict[int, Contents]:
    """Group id → contents."""
    rows = fetch_all(connection, _of_groups(connection), {"ids": array_value(connection, ids)})
    return {number: unpack(packed) for number, packed in rows}


def with_contents(connection: Connection, rows: Iterable[Row]) -> Iterator[tuple[Row, ReceiptContent]]:
    """Each row of a receipt with its content. Rows have `group_id` and `position`; contents are read for many at a
    time, because in a join each row would carry those of all its group."""
    for part in chunks(rows):
        groups = of_groups(connection, {row.group_id for row in part})
        for row in part:
            yield row, content_at(groups[row.group_id], row.position)


def content_at(contents: Contents, position: int) -> ReceiptContent:
    """The content at a position; raises `LookupError` if there is none."""
    content: ReceiptContent | None = _decode(contents[position]) if position < len(contents) else None
    if content is None:
        raise LookupError(f"the group has no content of a receipt at {position}")
    return content


def change(connection: Connection, changes: Mapping[int, Mapping[int, ReceiptContent | None]]) -> None:
    """Replace or remove (None) contents; `changes`: group id → position → content."""
    rows = connection.execute(
        select(receipt_group.c.id, receipt_group.c.contents)
        .where(one_of(connection, receipt_group.c.id, sorted(changes)))
        .order_by(receipt_group.c.id)
        .with_for_update()
    ).all()
    for group, packed in rows:
        contents: list[ReceiptContent | msgspec.Raw | None] = list(unpack(packed))
        for position, content in changes[group].items():
            contents[position] = content
        connection.execute(update(receipt_group).where(receipt_group.c.id == group).values(contents=pack(contents)))


def remove(connection: Connection, where: Iterable[ColumnElement[bool]]) -> int:
    """Delete the receipts that fulfil conditions, with their contents; returns their number."""
    gone: dict[int, dict[int, ReceiptContent | None]] = {}
    chosen = list(where)
    for group, position in connection.execute(select(receipt.c.group_id, receipt.c.position).where(*chosen)):
        gone.setdefault(group, {})[position] = None
    if gone:
        change(connection, gone)
    return int(connection.execute(receipt.delete().where(*chosen)).rowcount)
