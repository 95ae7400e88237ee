"""Finds what a number stands for: any number that a participant, a receipt or a page may show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from single_window.store.tables import declaration, document, message, receipt, request
from single_window.stories import words
from single_window.stories.parts import Match

MOST = 50
"""Matches listed at most."""
NUMBERS = {"order_no": "orderNo", "cop_no": "copNo", "pre_no": "preNo", "invt_no": "invtNo"}
KEYED = {
    "waybill": "logisticsNo",
    "waybill_status": "logisticsNo",
    "payment": "payTransactionId",
    "order": "orderNo",
    "inventory": "orderNo",
    "cancellation": "copNo",
    "refund": "copNo",
    "intake": "copNo",
    "stock_filing": "copNo",
}


def find(connection: Connection, sandbox: str, number: str) -> list[Match]:
    """Everything in a sandbox that the number names, declarations first; empty when nothing does.

    Indexed numbers are asked first; a waybill or payment number, or a guid, costs a look through the documents, the
    copNo of a list that was never declared one through the receipts.
    """
    wanted = number.strip()
    if not wanted:
        return []
    found = [
        *_declarations(connection, sandbox, wanted),
        *_requests(connection, sandbox, wanted),
        *_messages(connection, sandbox, wanted),
    ]
    documents = _documents(connection, sandbox, document.c.order_no == wanted, "orderNo")
    if not found and not documents:
        documents = _documents(
            connection,
            sandbox,
            or_(
                document.c.guid == wanted,
                document.c.port_no == wanted,
                document.c.key.like(f"%|{_plain(wanted)}", escape="\\"),
            ),
        )
    found += _lead(connection, sandbox, documents, {one.order_no for one in found if one.what == "declaration"})
    if not found:
        found = _undeclared(connection, sandbox, wanted)
    unique = {(one.what, one.id or one.order_no): one for one in reversed(found)}
    order = {"declaration": 0, "request": 1, "order": 2, "message": 3}
    return sorted(unique.values(), key=lambda one: (order[one.what], one.id, one.order_no))[:MOST]


def of_order(connection: Connection, sandbox: str, order_no: str) -> list[Match]:
    """The declarations of an order number, oldest first."""
    return [_declared(row, "orderNo") for row in _rows(connection, sandbox, declaration.c.order_no == order_no)]


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_SHOWN = [declaration.c[name] for name in ("id", "order_no", "cop_no", "pre_no", "invt_no", "state")]


def _rows(connection: Connection, sandbox: str, where: ColumnElement[bool]) -> Sequence[Any]:
    return connection.execute(
        select(*_SHOWN).where(declaration.c.sandbox == sandbox, where).order_by(declaration.c.id).limit(MOST)
    ).all()


def _declarations(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    found = []
    for column, name in NUMBERS.items():
        found += [_declared(row, name) for row in _rows(connection, sandbox, declaration.c[column] == wanted)]
    if wanted.isdigit() and len(wanted) < 19:
        found += [_declared(row, "id") for row in _rows(connection, sandbox, declaration.c.id == int(wanted))]
    return found


def _declared(row: Any, by: str) -> Match:
    label = f"{row.order_no} · {row.invt_no or row.pre_no or row.cop_no}"
    return Match("declaration", row.id, row.order_no, by, label, row.state, words.state(row.state))


def _requests(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    """Cancellations and returns by copNo or preNo: there are few."""
    columns = [request.c[name] for name in ("id", "kind", "key", "state", "declaration_id")]
    like = f"%{_plain(wanted)}%"
    rows = connection.execute(
        select(*columns, declaration.c.order_no, request.c.fields)
        .outerjoin(declaration, declaration.c.id == request.c.declaration_id)
        .where(
            request.c.sandbox == sandbox,
            or_(request.c.key.like(f"%|{_plain(wanted)}", escape="\\"), request.c.fields.like(like, escape="\\")),
        )
        .limit(MOST)
    ).all()
    found = []
    for row in rows:
        by = "copNo" if row.key.endswith(f"|{wanted}") else "preNo" if f'"preNo":"{wanted}"' in row.fields else ""
        if by:
            label = f"{words.kind(row.kind).en} {row.key}"
            found.append(
                Match(
                    "request",
                    row.id,
                    row.order_no or "",
                    by,
                    label,
                    row.state,
                    words.state(row.state, row.kind),
                    row.kind,
                )
            )
    return found


def _messages(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    columns = [message.c[name] for name in ("id", "code", "guid", "transmission_id", "state")]
    named = [message.c.guid == wanted, message.c.transmission_id == wanted, message.c.content_hash == wanted]
    if wanted.isdigit() and len(wanted) < 19:
        named.append(message.c.id == int(wanted))
    elif len(wanted) < 8:
        return []
    rows = connection.execute(
        select(*columns).where(message.c.sandbox == sandbox, or_(*named)).order_by(message.c.id).limit(MOST)
    )
    return [
        Match(
            "message",
            row.id,
            "",
            "message",
            f"CEB{row.code}" if row.code.isdigit() else row.code or "?",
            row.state,
            words.phrase("message", row.state),
        )
        for row in rows
    ]


def _documents(connection: Connection, sandbox: str, where: ColumnElement[bool], by: str = "") -> list[Any]:
    columns = [document.c[name] for name in ("id", "kind", "key", "order_no", "state", "guid", "port_no", "message_id")]
    return list(connection.execute(select(*columns).where(document.c.sandbox == sandbox, where).limit(MOST)))


def _lead(connection: Connection, sandbox: str, documents: Iterable[Any], known: set[str]) -> list[Match]:
    """From documents to the declarations of their orders; to the order, or the message, where there is none."""
    found: list[Match] = []
    for row in documents:
        by = KEYED.get(row.kind, row.kind)
        declared = of_order(connection, sandbox, row.order_no) if row.order_no else _of_parcel(connection, sandbox, row)
        if row.order_no in known:
            continue
        if declared:
            found += [Match(one.what, one.id, one.order_no, by, one.label, one.state, one.words) for one in declared]
        elif row.order_no:
            said = words.state(row.state, row.kind)
            found.append(
                Match("order", 0, row.order_no, by, f"{words.kind(row.kind).en} {row.key}", row.state, said, row.kind)
            )
        else:
            said = words.state(row.state, row.kind)
            found.append(
                Match(
                    "message", row.message_id, "", by, f"{words.kind(row.kind).en} {row.key}", row.state, said, row.kind
                )
            )
    return found


def _undeclared(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    """A list by a copNo that only its receipts tell: it is staged, or the port refused it."""
    said = '"copNo":' + msgspec.json.encode(wanted).decode()
    rows = connection.execute(
        select(receipt.c.key, receipt.c.order_no, receipt.c.return_status, receipt.c.fields, document.c.state)
        .outerjoin(document, and_(
            document.c.sandbox == sandbox, document.c.kind == "inventory", document.c.key == receipt.c.key))
        .where(
            receipt.c.sandbox == sandbox, receipt.c.code == "622",
            or_(receipt.c.return_status == "1", receipt.c.return_status.like("-%")),
            receipt.c.fields.like(f"%{_plain(said)}%", escape="\\"),
        )
        .order_by(receipt.c.return_time.desc())
        .limit(MOST)
    )
    found = []
    for row in rows:
        if msgspec.json.decode(row.fields).get("copNo") == wanted:
            state = row.state if row.return_status == "1" and row.state else "refused"
            told = words.phrase("message", state) if state == "refused" else words.state(state)
            label = f"{words.kind('inventory').en} {row.key}"
            found.append(Match("order", 0, row.order_no, "copNo", label, state, told))
    return found


def _of_parcel(connection: Connection, sandbox: str, row: Any) -> list[Match]:
    """The declarations of a carrier's word about a parcel, which names no order."""
    if row.kind != "waybill_status":
        return []
    return [_declared(one, "logisticsNo") for one in _rows(connection, sandbox, declaration.c.logistics_key == row.key)]
