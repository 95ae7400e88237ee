"""Goods that came back, as the window's own events tell them: what a return that was carried out has of the lines of
its list, at the office of the list. An event belongs to the first mailbox of the return."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import msgspec
from sqlalchemy import Connection, select

from declarations.documents import unpack
from declarations.money import decimal_of
from schemas.epcis.own_events import OwnGoods, goods_class
from single_window.store.bulk import one_of
from single_window.store.own_lists import LISTS, list_uri, names_in_books, office_uri
from single_window.store.own_told import Told, ToldGoods
from single_window.store.tables import declaration, document, request

RETURNS = MappingProxyType({"refund": "inventory", "export_refund": "export_inventory"})
"""Kind of return → the kind of list that it is about."""
_lines = msgspec.json.Decoder(dict[int, int]).decode


def told_returns(connection: Connection, sandbox: str, keys: Sequence[str], kind: str) -> Told:
    """The goods of returns of a kind, by their keys."""
    if not keys:
        return {}
    listed = declaration.c
    columns = (request.c.key, request.c.lines, request.c.mailboxes, document.c.facts)
    chosen = (
        select(*columns, listed.key.label("list_key"), listed.invt_no, listed.ebc_code, listed.customs_code)
        .join(declaration, listed.id == request.c.declaration_id)
        .join(document, document.c.id == listed.document_id)
        .where(request.c.sandbox == sandbox, request.c.kind == kind, one_of(connection, request.c.key, keys))
    )
    rows = connection.execute(chosen).all()
    facts = [unpack(LISTS[RETURNS[kind]][1], row.facts) for row in rows]
    names = names_in_books(connection, sandbox, {told.ems_no for told in facts if told.ems_no})
    found: Told = {}
    for row, told in zip(rows, facts, strict=True):
        lines = {line.gnum: line for line in told.lines}
        goods = [
            OwnGoods(
                goods_class(
                    row.ebc_code,
                    lines[number].item_no or lines[number].item_record_no,
                    *names(told.ems_no, lines[number].item_record_no),
                ),
                decimal_of(quantity),
                lines[number].unit,
            )
            for number, quantity in sorted(_lines(row.lines).items() if row.lines else ())
            if number in lines
        ]
        about = list_uri(row.invt_no or row.list_key)
        found[kind, row.key] = ToldGoods(goods, office_uri(row.customs_code), about, row.mailboxes.partition(";")[0])
    return found
