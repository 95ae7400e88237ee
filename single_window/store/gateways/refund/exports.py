"""Exported items in customs' tables: lines of summary declarations, and lines of lists that are claimed directly.

The export date of a list is the day of its closing, or of its release until it is closed. A summary declaration has a
month, such as "2026-11"; the refund desk derives the day from the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, or_, select

from declarations.calendar import day_of
from declarations.documents import ExportInventory, unpack
from declarations.forex.rates import letters_of
from declarations.refund.numbers import LAST_LINE, is_item_number, item_number, split_item_number
from declarations.requests import RELEASED
from declarations.summary.shapes import MergedLine
from gateways.refund.repository import Item, Returned
from single_window.store.bulk import of_sandbox, on_sqlite, one_of
from single_window.store.records import from_json
from single_window.store.tables import (
    declaration,
    document,
    request,
    summary,
    summary_declaration,
    summary_member,
    summary_place,
)

LISTED = "E"
"""The ninth character of an export list's number."""
RETAIL, COUNTED = ("9610", "1210"), "A"
"""Trade modes whose lists are summarised, and the statistics flag of lists of these modes that are not summarised and
are therefore claimed directly."""
_decode = msgspec.json.Decoder(list[Any]).decode
_places = msgspec.json.Decoder(list[tuple[int, list[tuple[int, int, int]]]]).decode
_quantities = msgspec.json.Decoder(dict[int, int]).decode


def exported_items(connection: Connection, sandbox: str, numbers: Iterable[str]) -> Iterator[Item]:
    """Items by item number; invalid and unknown numbers are omitted."""
    wanted = {number for number in numbers if is_item_number(number)}
    declarations = {split_item_number(number)[0] for number in wanted}
    lists = sorted(number for number in declarations if number[8] == LISTED)
    for item in (
        *_of_summaries(connection, sandbox, sorted(declarations.difference(lists))),
        *_of_lists(connection, sandbox, lists),
    ):
        if item.item_no in wanted:
            yield item


def _of_summaries(connection: Connection, sandbox: str, entries: Sequence[str]) -> Iterator[Item]:
    if not entries:
        return
    columns = [summary_declaration.c[name] for name in ("summary_id", "entry_id", "month", "head", "lines")]
    rows: Sequence[Any] = connection.execute(
        select(*columns, summary.c.ebc_code)
        .join(summary, summary.c.id == summary_declaration.c.summary_id)
        .where(summary_declaration.c.sandbox == sandbox, one_of(connection, summary_declaration.c.entry_id, entries))
    ).all()
    for summary_id, entry_id, month, head, lines, ebc_code in rows:
        mode = from_json(head).get("trade_mode", "")
        for line in (MergedLine(*values) for values in _decode(lines)):
            yield Item(
                item_no=item_number(entry_id, line.gseqno),
                ebc_code=ebc_code,
                trade_mode=mode,
                exported_on=month[:7],
                gcode=line.hs10,
                unit=line.unit,
                qty=line.quantity,
                unit2="",
                qty2=0,
                currency=letters_of(line.currency),
                fob=line.amount,
                pool=f"S{summary_id}",
            )


def _of_lists(connection: Connection, sandbox: str, lists: Sequence[str]) -> Iterator[Item]:
    if not lists:
        return
    columns = [declaration.c[name] for name in ("id", "invt_no", "ebc_code", "closed_at", "released_at")]
    rows: Sequence[Any] = connection.execute(
        select(*columns, document.c.facts)
        .join(document, document.c.id == declaration.c.document_id)
        .outerjoin(summary_member, summary_member.c.declaration_id == declaration.c.id)
        .where(
            declaration.c.sandbox == sandbox,
            declaration.c.flow == "E",
            declaration.c.state.in_(sorted(RELEASED)),
            or_(
                declaration.c.trade_mode.not_in(RETAIL),
                and_(declaration.c.statistics_flag == COUNTED, summary_member.c.summary_id.is_(None)),
            ),
            one_of(connection, declaration.c.invt_no, lists),
        )
    ).all()
    for number, invt_no, ebc_code, closed_at, released_at, packed in rows:
        facts: ExportInventory = unpack(ExportInventory, packed)
        exported_on = day_of(closed_at or released_at).isoformat()
        for line in facts.lines:
            if 1 <= line.gnum <= LAST_LINE:
                unit2 = line.unit2 if line.qty2 else ""
                yield Item(
                    item_no=item_number(invt_no, line.gnum),
                    ebc_code=ebc_code,
                    trade_mode=facts.trade_mode,
                    exported_on=exported_on,
                    gcode=line.gcode,
                    unit=line.unit1,
                    qty=line.qty1,
                    unit2=unit2,
                    qty2=line.qty2 or 0,
                    currency=letters_of(line.currency),
                    fob=line.total_price,
                    pool=f"L{number}",
                )


def returned_goods(connection: Connection, sandbox: str, requests: Sequence[int]) -> list[Returned]:
    """The goods returned by these requests, as quantities per item in its first legal unit."""
    if not requests:
        return []
    rows = connection.execute(
        select(
            request.c.id,
            request.c.lines,
            declaration.c.id,
            declaration.c.invt_no,
            declaration.c.ebc_code,
            document.c.facts,
        )
        .join(declaration, declaration.c.id == request.c.declaration_id)
        .join(document, document.c.id == declaration.c.document_id)
        .where(of_sandbox(on_sqlite(connection), request, sandbox), one_of(connection, request.c.id, requests))
        .order_by(request.c.id)
    ).all()
    returns = []
    for number, lines, list_id, invt_no, ebc_code, packed in rows:
        facts: ExportInventory = unpack(ExportInventory, packed)
        items, total = items_of_list(connection, list_id, invt_no, facts), _total_returned(connection, list_id)
        returns.append(
            Returned(
                number,
                invt_no,
                ebc_code,
                _by_item(facts, items, _quantities(lines or "{}")),
                _by_item(facts, items, total),
            )
        )
    return returns


def items_listed(connection: Connection, sandbox: str, ebc_code: str, invt_no: str) -> set[str]:
    """Item numbers for the lines of a company's export list; empty if the company has no such list."""
    row = connection.execute(
        select(declaration.c.id, document.c.facts)
        .join(document, document.c.id == declaration.c.document_id)
        .where(
            declaration.c.sandbox == sandbox,
            declaration.c.invt_no == invt_no,
            declaration.c.flow == "E",
            declaration.c.ebc_code == ebc_code,
        )
    ).first()
    if row is None:
        return set()
    return set(items_of_list(connection, row.id, invt_no, unpack(ExportInventory, row.facts)).values())


def items_of_list(connection: Connection, list_id: int, invt_no: str, facts: ExportInventory) -> dict[int, str]:
    """Line number of a list → item number: an item of its summary declaration, or its own."""
    member = connection.execute(
        select(summary_member.c.summary_id, summary_member.c.month).where(summary_member.c.declaration_id == list_id)
    ).first()
    if member is not None:
        return items_of_summary(connection, member.summary_id, member.month, list_id)
    return {line.gnum: item_number(invt_no, line.gnum) for line in facts.lines if 1 <= line.gnum <= LAST_LINE}


def items_of_summary(connection: Connection, summary_id: int, month: str, list_id: int) -> dict[int, str]:
    """Line number of a summarised list → item number."""
    rows = connection.execute(
        select(summary_place.c.lists)
        .where(
            summary_place.c.summary_id == summary_id, summary_place.c.month == month, summary_place.c.first <= list_id
        )
        .order_by(summary_place.c.first.desc())
        .limit(1)
    ).scalars()
    placed = [place for lists in rows for number, of_list in _places(lists) if number == list_id for place in of_list]
    entries = {
        number: entry_id
        for number, entry_id in connection.execute(
            select(summary_declaration.c.number, summary_declaration.c.entry_id).where(
                summary_declaration.c.summary_id == summary_id,
                one_of(connection, summary_declaration.c.number, sorted({place[0] for place in placed})),
            )
        ).all()
    }
    return {gnum: item_number(entries[number], gseqno) for number, gseqno, gnum in placed if entries.get(number)}


def _total_returned(connection: Connection, list_id: int) -> Mapping[int, int]:
    """Line number of a list → quantity returned by all admitted requests."""
    quantities: dict[int, int] = {}
    for lines in connection.execute(
        select(request.c.lines).where(
            request.c.declaration_id == list_id, request.c.kind == "export_refund", request.c.state == "closed"
        )
    ).scalars():
        for gnum, qty in _quantities(lines or "{}").items():
            quantities[gnum] = quantities.get(gnum, 0) + qty
    return quantities


def _by_item(facts: ExportInventory, items: Mapping[int, str], quantities: Mapping[int, int]) -> dict[str, int]:
    """Item → quantity in the first legal unit, converted from declared quantities per line."""
    by_item: dict[str, int] = {}
    for line in facts.lines:
        if line.gnum in items and quantities.get(line.gnum) and line.qty:
            qty = min(line.qty1, quantities[line.gnum] * line.qty1 // line.qty)
            by_item[items[line.gnum]] = by_item.get(items[line.gnum], 0) + qty
    return by_item
