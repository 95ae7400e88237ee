"""The export days noted on the lists of exported items, read from customs' tables.

An item of a list has one; an item of a summary declaration has those of all lists that were merged into it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.documents import ExportInventory, unpack
from declarations.money import Scaled
from declarations.refund.export_date import noted_day
from declarations.refund.numbers import item_number, split_item_number
from single_window.store.bulk import chunks, one_of
from single_window.store.tables import declaration, document, request, summary_declaration, summary_place

_quantities = msgspec.json.Decoder(dict[int, int]).decode
_places = msgspec.json.Decoder(list[tuple[int, list[tuple[int, int, int]]]]).decode


class _Goods(NamedTuple):
    """A line of a list, and the item in which it stands."""

    list_id: int
    gnum: int
    item_no: str


def days_noted(connection: Connection, sandbox: str, item_nos: Collection[str]) -> dict[str, dict[date, Scaled]]:
    """Return per item the days noted on its lists → the amount of its goods on lists of that day."""
    wanted, days = set(item_nos), dict[str, dict[date, Scaled]]()
    entries = sorted({split_item_number(number)[0] for number in wanted})
    goods = (one for one in _goods_of(connection, sandbox, entries) if one.item_no in wanted)
    for some in chunks(goods):
        lists = _lists(connection, sorted({one.list_id for one in some}))
        for one in some:
            day, amounts = lists[one.list_id]
            if amounts[one.gnum] > 0:
                of_item = days.setdefault(one.item_no, {})
                of_item[day] = of_item.get(day, 0) + amounts[one.gnum]
    return days


def _goods_of(connection: Connection, sandbox: str, entries: Sequence[str]) -> Iterator[_Goods]:
    """The goods of declarations and of lists that are declarations of their own."""
    summaries = connection.execute(
        select(*(summary_declaration.c[name] for name in ("summary_id", "month", "number", "entry_id"))).where(
            summary_declaration.c.sandbox == sandbox, one_of(connection, summary_declaration.c.entry_id, entries)
        )
    ).all()
    entry_ids = {(row.summary_id, row.month, row.number): row.entry_id for row in summaries}
    for summary_id, month in sorted({(row.summary_id, row.month) for row in summaries}):
        of_month = summary_place.c.summary_id == summary_id, summary_place.c.month == month
        for text in connection.execute(select(summary_place.c.lists).where(*of_month)).scalars():
            for list_id, places in _places(text):
                for number, gseqno, gnum in places:
                    if entry := entry_ids.get((summary_id, month, number)):
                        yield _Goods(list_id, gnum, item_number(entry, gseqno))
    for list_id, invt_no, packed in connection.execute(
        select(declaration.c.id, declaration.c.invt_no, document.c.facts)
        .join(document, document.c.id == declaration.c.document_id)
        .where(declaration.c.sandbox == sandbox, one_of(connection, declaration.c.invt_no, entries))
    ).all():
        for line in unpack(ExportInventory, packed).lines:
            yield _Goods(list_id, line.gnum, item_number(invt_no, line.gnum))


def _lists(connection: Connection, list_ids: Sequence[int]) -> dict[int, tuple[date, dict[int, Scaled]]]:
    """Lists by id: the export day noted, and the amounts of what stayed abroad of their lines, by number."""
    rows: Sequence[Any] = connection.execute(
        select(declaration.c.id, declaration.c.closed_at, declaration.c.released_at, document.c.facts)
        .join(document, document.c.id == declaration.c.document_id)
        .where(one_of(connection, declaration.c.id, list_ids))
    ).all()
    lists, returned = {}, _returned(connection, list_ids)
    for number, closed_at, released_at, packed in rows:
        facts: ExportInventory = unpack(ExportInventory, packed)
        day, back = noted_day(facts.ie_date, day_of(closed_at or released_at)), returned.get(number, {})
        lists[number] = (
            day,
            {
                line.gnum: line.total_price
                - line.total_price * min(back.get(line.gnum, 0), line.qty) // (line.qty or 1)
                for line in facts.lines
            },
        )
    return lists


def _returned(connection: Connection, list_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """List → line number → quantity that came back by admitted requests."""
    returned: dict[int, dict[int, int]] = {}
    rows = connection.execute(
        select(request.c.declaration_id, request.c.lines).where(
            one_of(connection, request.c.declaration_id, list_ids),
            request.c.kind == "export_refund",
            request.c.state == "closed",
        )
    )
    for list_id, lines in rows:
        of_list = returned.setdefault(list_id, {})
        for gnum, qty in _quantities(lines or "{}").items():
            of_list[gnum] = of_list.get(gnum, 0) + qty
    return returned
