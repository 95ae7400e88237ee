"""Finds what a number stands for: any number that a participant, a receipt or a page may show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, true

from gateways.customs.export.notes import NOTES
from gateways.customs.outcome import LIST
from schemas import catalogue
from single_window.cases.declarations import queries
from single_window.cases.declarations.gathering import flow_of
from single_window.cases.declarations.parts import Match
from single_window.language import phrases
from single_window.store.tables import declaration, document, message, receipt, receipt_group, request

MOST = 50
"""Matches listed at most."""
NUMBERS = {"order_no": "orderNo", "cop_no": "copNo", "pre_no": "preNo", "invt_no": "invtNo", "bill_no": "billNo"}
ABOUT_LISTS = tuple(kind for kind, handling in catalogue.handled().items() if handling.subject_kind)
"""Kinds of requests and reports about a list, which customs keeps by itself."""


def find(connection: Connection, sandbox: str, number: str, senders: Collection[str] | None = None) -> list[Match]:
    """Everything in a sandbox that the number names, declarations first; empty when nothing does.

    `senders`: the DXP ids whose messages, and documents by what only their sender knows, may be named; None: all.

    Indexed numbers are queried first; an import's waybill or payment number, or a guid, costs a scan of the
    documents, the copNo of a list that was never declared one through the receipts.
    """
    wanted = number.strip()
    if not wanted:
        return []
    matches = [
        *_declarations(connection, sandbox, wanted),
        *_requests(connection, sandbox, wanted),
        *_messages(connection, sandbox, wanted, senders),
    ]
    documents = _documents(connection, sandbox, or_(_sent_by(senders), _OF_ORDERS), document.c.order_no == wanted)
    if not matches and not documents:
        matches = _messages_where(connection, sandbox, message.c.guid == wanted, senders) if len(wanted) >= 8 else []
    if not matches and not documents:
        named = document.c.key.like(f"%|{_plain(wanted)}", escape="\\")
        scanned = or_(document.c.guid == wanted, document.c.port_no == wanted, named)
        documents = _documents(connection, sandbox, _sent_by(senders), scanned)
    if any(match.category == "request" for match in matches):
        documents = [row for row in documents if row.kind not in ABOUT_LISTS]
    matches += _lead(
        connection,
        sandbox,
        documents,
        {(match.order_no, match.flow) for match in matches if match.category == "declaration" and match.by != "billNo"},
    )
    if not matches:
        matches = _undeclared(connection, sandbox, wanted, senders)
    return _in_order(matches)


def _in_order(matches: Sequence[Match]) -> list[Match]:
    """Each match once, declarations first; at most `MOST`."""
    unique = {
        (match.category, match.id or match.order_no, "" if match.id else match.flow): match
        for match in reversed(matches)
    }
    order = {"declaration": 0, "request": 1, "order": 2, "note": 3, "paper": 4, "message": 5}
    return sorted(unique.values(), key=lambda match: (order[match.category], match.id, match.order_no, match.flow))[
        :MOST
    ]


def of_order(connection: Connection, sandbox: str, order_no: str, flow: str = "") -> list[Match]:
    """The declarations of an order number, of one flow or both, oldest first."""
    where = declaration.c.order_no == order_no
    return [
        _declared(row, "orderNo")
        for row in _rows(connection, sandbox, and_(where, declaration.c.flow == flow) if flow else where)
    ]


def of_list(connection: Connection, sandbox: str, declaration_id: int) -> Match | None:
    """A declaration by its id."""
    rows = _rows(connection, sandbox, declaration.c.id == declaration_id)
    return _declared(rows[0], "id") if rows else None


def of_request(connection: Connection, sandbox: str, request_id: int) -> Match | None:
    """A cancellation or return by its id."""
    columns = [request.c[name] for name in ("id", "kind", "key", "state", "declaration_id", "version")]
    row = connection.execute(
        select(*columns, declaration.c.order_no)
        .outerjoin(declaration, declaration.c.id == request.c.declaration_id)
        .where(request.c.sandbox == sandbox, request.c.id == request_id, request.c.kind.in_(ABOUT_LISTS))
    ).first()
    return None if row is None else _requested(row, "id")


def _requested(row: Any, by: str) -> Match:
    label = f"{phrases.kind(row.kind).en} {row.key}"
    return Match(
        category="request",
        id=row.id,
        order_no=row.order_no or "",
        by=by,
        label=label,
        state=row.state,
        words=phrases.state(row.state, row.kind),
        kind=row.kind,
        flow=flow_of(row.kind),
        about=row.declaration_id,
        version=row.version,
    )


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(connection: Connection, sandbox: str, where: ColumnElement[bool]) -> Sequence[Any]:
    return queries.declarations(connection, sandbox, where, most=MOST)[::-1]


def _declarations(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    matches = []
    for column, name in NUMBERS.items():
        named = and_(declaration.c[column] == wanted, declaration.c[column] != "")  # as the index of billNo has it
        matches += [_declared(row, name) for row in _rows(connection, sandbox, named)]
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        matches += [_declared(row, "id") for row in _rows(connection, sandbox, declaration.c.id == int(wanted))]
    return matches


def _declared(row: Any, by: str) -> Match:
    label = f"{row.order_no} · {row.invt_no or row.pre_no or row.cop_no}"
    return Match(
        category="declaration",
        id=row.id,
        order_no=row.order_no,
        by=by,
        label=label,
        state=row.state,
        words=phrases.state(row.state),
        kind=LIST[row.flow],
        flow=row.flow,
        version=row.version,
    )


def _requests(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    """Cancellations, returns and tallies by the sender's own number or preNo: there are few."""
    columns = [request.c[name] for name in ("id", "kind", "key", "state", "declaration_id", "version")]
    like = f"%{_plain(wanted)}%"
    rows = connection.execute(
        select(*columns, declaration.c.order_no, request.c.fields)
        .outerjoin(declaration, declaration.c.id == request.c.declaration_id)
        .where(
            request.c.sandbox == sandbox,
            request.c.kind.in_(ABOUT_LISTS),
            or_(request.c.key.like(f"%|{_plain(wanted)}", escape="\\"), request.c.fields.like(like, escape="\\")),
        )
        .limit(MOST)
    ).all()
    matches = []
    for row in rows:
        own = catalogue.by_kind(row.kind).number if row.key.endswith(f"|{wanted}") else ""
        by = own or ("preNo" if f'"preNo":"{wanted}"' in row.fields else "")
        if by:
            matches.append(_requested(row, by))
    return matches


def _messages(connection: Connection, sandbox: str, wanted: str, senders: Collection[str] | None) -> list[Match]:
    """Messages by what an index knows: transmission, content, id."""
    ways = [message.c.transmission_id == wanted, message.c.content_hash == wanted]
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        ways.append(message.c.id == int(wanted))
    elif len(wanted) < 8:
        return []
    return [match for way in ways for match in _messages_where(connection, sandbox, way, senders)]


def _messages_where(
    connection: Connection, sandbox: str, where: ColumnElement[bool], senders: Collection[str] | None
) -> list[Match]:
    own = true() if senders is None else message.c.sender.in_(senders)
    columns = [message.c[name] for name in ("id", "code", "guid", "transmission_id", "state")]
    rows = connection.execute(
        select(*columns).where(message.c.sandbox == sandbox, own, where).order_by(message.c.id).limit(MOST)
    )
    return [_match_of_message(row) for row in rows]


def _match_of_message(row: Row[Any]) -> Match:
    kind, flow = _kind_and_flow(row.code)
    return Match(
        category="message",
        id=row.id,
        order_no="",
        by="message",
        label=f"CEB{row.code}" if row.code.isdigit() else row.code or "?",
        state=row.state,
        words=phrases.phrase("message", row.state),
        kind=kind,
        flow=flow,
    )


def _kind_and_flow(code: str) -> tuple[str, str]:
    """The kind of document in a message of a code, and its flow; empty if it could not be read."""
    try:
        kind = catalogue.by_code(code).kind
    except catalogue.UnknownMessage:
        return "", ""
    return kind, flow_of(kind)


_OF_ORDERS = document.c.kind.in_([kind for kind, handling in catalogue.handled().items() if handling.of_order])
"""Documents of a trade, which all its partners know by its order number."""


def _sent_by(senders: Collection[str] | None) -> ColumnElement[bool]:
    """Documents that came in messages of these senders."""
    if senders is None:
        return true()
    of_document = and_(message.c.id == document.c.message_id, message.c.sender.in_(senders))
    return select(message.c.id).where(of_document).exists()


def _documents(connection: Connection, sandbox: str, *where: ColumnElement[bool]) -> list[Any]:
    columns = [document.c[name] for name in ("id", "kind", "key", "order_no", "state", "guid", "port_no", "message_id")]
    return list(connection.execute(select(*columns).where(document.c.sandbox == sandbox, *where).limit(MOST)))


def _lead(connection: Connection, sandbox: str, documents: Iterable[Any], known: set[tuple[str, str]]) -> list[Match]:
    """From documents to the declarations of their orders or parcels; to the note, the order, or the message, where
    there is none."""
    matches: list[Match] = []
    notes: set[tuple[str, str]] = set()
    for row in documents:
        if (row.order_no, flow_of(row.kind)) in known and catalogue.handling(row.kind).of_order:
            continue
        if row.kind in NOTES:
            note = (row.kind, row.key.rpartition("|")[0])
            if note not in notes:
                notes.add(note)
                matches.append(_note(connection, sandbox, row, note[1]))
        elif row.kind in queries.KEPT:
            state = queries.state_of(connection, sandbox, row)
            matches.append(_match("paper", row, row.message_id, queries.number_of(row.kind, row.key), state))
        else:
            matches += _of_trade(connection, sandbox, row)
    return matches


def _of_trade(connection: Connection, sandbox: str, row: Any) -> list[Match]:
    """The declarations of a document's order or parcel; the order, or the message, where there is none."""
    if declared := _declared_by(connection, sandbox, row, flow_of(row.kind)):
        return [replace(match, by=catalogue.by_kind(row.kind).number, version=0) for match in declared]
    if row.order_no and catalogue.handling(row.kind).of_order:
        return [_match("order", row, 0, row.order_no, row.state)]
    return [_match("message", row, row.message_id, "", row.state)]


def _match(subject: str, row: Any, number: int, order_no: str, state: str) -> Match:
    label, wording = f"{phrases.kind(row.kind).en} {row.key}", phrases.state(state, row.kind)
    by = catalogue.by_kind(row.kind).number
    return Match(
        category=subject,
        id=number,
        order_no=order_no,
        by=by,
        label=label,
        state=state,
        words=wording,
        kind=row.kind,
        flow=flow_of(row.kind),
    )


def _note(connection: Connection, sandbox: str, row: Any, note: str) -> Match:
    """A note of transport by one of its parts, with what customs has made of that."""
    state = (
        connection.execute(
            select(request.c.state).where(
                request.c.sandbox == sandbox, request.c.kind == row.kind, request.c.key == row.key
            )
        ).scalar()
        or row.state
    )
    number = catalogue.by_kind(row.kind).number
    return Match(
        category="note",
        id=row.id,
        order_no=row.order_no,
        by=number,
        label=f"{phrases.kind(row.kind).en} {note}",
        state=state,
        words=phrases.state(state, row.kind),
        kind=row.kind,
        flow=flow_of(row.kind),
    )


def _declared_by(connection: Connection, sandbox: str, row: Any, flow: str) -> list[Match]:
    """The declarations that a document concerns: of its parcel, of the list that it requests something for, or of its
    order."""
    if row.kind in {"waybill_status", "export_waybill"}:
        where = and_(declaration.c.logistics_key == row.key, declaration.c.flow == flow)
        return [_declared(row, "logisticsNo") for row in _rows(connection, sandbox, where)]
    if row.kind in ABOUT_LISTS and not catalogue.handling(row.kind).of_order:
        named = select(request.c.declaration_id).where(
            request.c.sandbox == sandbox, request.c.kind == row.kind, request.c.key == row.key
        )
        return [
            _declared(declared, catalogue.by_kind(row.kind).number)
            for declared in _rows(connection, sandbox, declaration.c.id.in_(named))
        ]
    return of_order(connection, sandbox, row.order_no, flow) if row.order_no else []


def _undeclared(connection: Connection, sandbox: str, wanted: str, senders: Collection[str] | None) -> list[Match]:
    """A list by a copNo that only its receipts carry: it is staged, or the port refused it."""
    matches = []
    for row in _receipts_with_cop_no(connection, sandbox, wanted, senders):
        if msgspec.json.decode(row.fields).get("copNo") == wanted:
            state = row.state if row.return_status == "1" and row.state else "refused"
            matches.append(
                Match(
                    category="order",
                    id=0,
                    order_no=row.order_no,
                    by="copNo",
                    label=f"{phrases.kind(row.kind).en} {row.key}",
                    state=state,
                    words=phrases.phrase("message", state) if state == "refused" else phrases.state(state),
                    kind=row.kind,
                    flow=flow_of(row.kind),
                )
            )
    return matches


def _receipts_with_cop_no(
    connection: Connection, sandbox: str, wanted: str, senders: Collection[str] | None
) -> Iterable[Row[Any]]:
    """Receipts of lists in which a copNo may stand, the last first, with the state of the stored list."""
    to = and_(
        receipt_group.c.id == receipt.c.group_id, true() if senders is None else receipt_group.c.mailbox.in_(senders)
    )
    pattern = '"copNo":' + msgspec.json.encode(wanted).decode()
    columns = (receipt.c[name] for name in ("kind", "key", "order_no", "return_status", "fields"))
    return connection.execute(
        select(*columns, document.c.state)
        .outerjoin(
            document,
            and_(document.c.sandbox == sandbox, document.c.kind == receipt.c.kind, document.c.key == receipt.c.key),
        )
        .where(
            receipt.c.sandbox == sandbox,
            select(receipt_group.c.id).where(to).exists(),
            receipt.c.kind.in_(list(LIST.values())),
            receipt.c.code.in_(["622", "604"]),
            or_(receipt.c.return_status == "1", receipt.c.return_status.like("-%")),
            receipt.c.fields.like(f"%{_plain(pattern)}%", escape="\\"),
        )
        .order_by(receipt.c.return_time.desc())
        .limit(MOST)
    )
