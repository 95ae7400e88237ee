"""Finds everything with a number: any number that a participant, a receipt or a page may show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, true

from gateways.customs.export.notes import NOTES
from gateways.customs.outcome import KIND_OF_LIST
from schemas import catalogue
from single_window.cases.declarations import queries, refusal_search, undeclared
from single_window.cases.declarations.gathering import flow_of
from single_window.cases.declarations.parts import Match
from single_window.language import phrases
from single_window.store.agency_tables import NUMBERED
from single_window.store.content_hashes import is_content_hash, of_content
from single_window.store.participants import mailbox_of
from single_window.store.seals import fetch
from single_window.store.subject_tables import NumberedRows
from single_window.store.tables import declaration, document, message, request

MAX_MATCHES = 50
"""Maximum number of matches."""
NUMBERS = {"order_no": "orderNo", "cop_no": "copNo", "pre_no": "preNo", "invt_no": "invtNo", "bill_no": "billNo"}
ABOUT_LISTS = tuple(kind for kind, handling in catalogue.handled().items() if handling.subject_kind)
"""Kinds of requests and reports about a list, which customs stores separately."""


def find(connection: Connection, sandbox: str, number: str, senders: Collection[str] | None = None) -> list[Match]:
    """Return everything in a sandbox that has the number, declarations first.

    `senders`: DXP ids to whose messages and private numbers the search is limited; None: all.
    Indexed numbers are queried first. An import's waybill or payment number or a guid costs a scan of the documents, a
    number of what was never declared one of receipts and refused messages.
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
        named = document.c.key.like(f"%|{_escape_pattern(wanted)}", escape="\\")
        scanned = or_(document.c.guid == wanted, document.c.port_no == wanted, named)
        documents = _documents(connection, sandbox, _sent_by(senders), scanned)
    if any(match.category == "request" for match in matches):
        documents = [row for row in documents if row.kind not in ABOUT_LISTS]
    matches += _numbered(connection, sandbox, wanted, senders)
    matches += _targets_of(
        connection,
        sandbox,
        documents,
        {(match.order_no, match.flow) for match in matches if match.category == "declaration" and match.by != "billNo"},
    )
    if not matches:
        matches = _undeclared(connection, sandbox, wanted, senders)
    return _sort_matches(matches)


def _sort_matches(matches: Sequence[Match]) -> list[Match]:
    """Remove duplicates and sort, declarations first; at most `MAX_MATCHES`."""
    unique = {
        (match.category, match.id or match.order_no, "" if match.id else match.flow): match
        for match in reversed(matches)
    }
    order = {"declaration": 0, "request": 1, "order": 2, "note": 3, "paper": 4, "case": 5, "message": 6}
    return sorted(unique.values(), key=lambda match: (order[match.category], match.id, match.order_no, match.flow))[
        :MAX_MATCHES
    ]


def of_order(connection: Connection, sandbox: str, order_no: str, flow: str = "") -> list[Match]:
    """Return the declarations of an order number, of one flow or both, oldest first."""
    where = declaration.c.order_no == order_no
    return [
        _match_of_declaration(row, "orderNo")
        for row in _rows(connection, sandbox, and_(where, declaration.c.flow == flow) if flow else where)
    ]


def of_list(connection: Connection, sandbox: str, declaration_id: int) -> Match | None:
    """A declaration by its id."""
    rows = _rows(connection, sandbox, declaration.c.id == declaration_id)
    return _match_of_declaration(rows[0], "id") if rows else None


def of_request(connection: Connection, sandbox: str, request_id: int) -> Match | None:
    """A cancellation or return by its id."""
    columns = [request.c[name] for name in ("id", "kind", "key", "state", "declaration_id", "version")]
    chosen = (
        select(*columns, declaration.c.order_no)
        .outerjoin(declaration, declaration.c.id == request.c.declaration_id)
        .where(request.c.sandbox == sandbox, request.c.id == request_id, request.c.kind.in_(ABOUT_LISTS))
    )
    rows = fetch(connection, chosen, request, declaration)
    return _match_of_request(rows[0], "id") if rows else None


def _match_of_request(row: Any, by: str) -> Match:
    more = {"by": by, "about": row.declaration_id, "version": row.version}
    return _make_match("request", row, row.id, row.order_no or "", row.state, **more)


def _escape_pattern(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(connection: Connection, sandbox: str, where: ColumnElement[bool]) -> Sequence[Any]:
    return queries.declarations(connection, sandbox, where, limit=MAX_MATCHES)[::-1]


def _declarations(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    matches = []
    for column, name in NUMBERS.items():
        named = and_(
            declaration.c[column] == wanted, declaration.c[column] != ""
        )  # the partial index on billNo has this condition
        matches += [_match_of_declaration(row, name) for row in _rows(connection, sandbox, named)]
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        matches += [
            _match_of_declaration(row, "id") for row in _rows(connection, sandbox, declaration.c.id == int(wanted))
        ]
    return matches


def _match_of_declaration(row: Any, by: str) -> Match:
    label = f"{row.order_no} · {row.invt_no or row.pre_no or row.cop_no}"
    return Match(
        category="declaration",
        id=row.id,
        order_no=row.order_no,
        by=by,
        label=label,
        state=row.state,
        words=phrases.state(row.state),
        kind=KIND_OF_LIST[row.flow],
        flow=row.flow,
        version=row.version,
    )


def _requests(connection: Connection, sandbox: str, wanted: str) -> list[Match]:
    """Find cancellations, returns and tallies by the sender's number or preNo, without an index: they are few."""
    columns = [request.c[name] for name in ("id", "kind", "key", "state", "declaration_id", "version")]
    like = f"%{_escape_pattern(wanted)}%"
    chosen = (
        select(*columns, declaration.c.order_no, request.c.fields)
        .outerjoin(declaration, declaration.c.id == request.c.declaration_id)
        .where(
            request.c.sandbox == sandbox,
            request.c.kind.in_(ABOUT_LISTS),
            or_(
                request.c.key.like(f"%|{_escape_pattern(wanted)}", escape="\\"),
                request.c.fields.like(like, escape="\\"),
            ),
        )
        .limit(MAX_MATCHES)
    )
    matches = []
    for row in fetch(connection, chosen, request, declaration):
        own = catalogue.by_kind(row.kind).number if row.key.endswith(f"|{wanted}") else ""
        by = own or ("preNo" if f'"preNo":"{wanted}"' in row.fields else "")
        if by:
            matches.append(_match_of_request(row, by))
    return matches


def _messages(connection: Connection, sandbox: str, wanted: str, senders: Collection[str] | None) -> list[Match]:
    """Find messages by indexed columns: transmission id, content hash, id."""
    conditions = [message.c.transmission_id == wanted]
    if is_content_hash(wanted):
        conditions.append(of_content(wanted))
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        conditions.append(message.c.id == int(wanted))
    elif len(wanted) < 8:
        return []
    return [match for condition in conditions for match in _messages_where(connection, sandbox, condition, senders)]


def _messages_where(
    connection: Connection, sandbox: str, where: ColumnElement[bool], senders: Collection[str] | None
) -> list[Match]:
    is_visible = true() if senders is None else message.c.sender.in_(senders)
    columns = [message.c[name] for name in ("id", "code", "guid", "transmission_id", "state")]
    chosen = select(*columns).where(message.c.sandbox == sandbox, is_visible, where).order_by(message.c.id)
    return [_match_of_message(row) for row in fetch(connection, chosen.limit(MAX_MATCHES), message)]


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
    """Return kind and flow of the documents in messages of this code; empty for an unknown code."""
    try:
        kind = catalogue.by_code(code).kind
    except catalogue.UnknownMessage:
        return "", ""
    return kind, flow_of(kind)


_OF_ORDERS = document.c.kind.in_([kind for kind, handling in catalogue.handled().items() if handling.of_order])
"""Documents of a trade, whose order number all its partners know."""


def _sent_by(senders: Collection[str] | None) -> ColumnElement[bool]:
    """Return the condition that a document came in a message of these senders."""
    if senders is None:
        return true()
    of_document = and_(message.c.id == document.c.message_id, message.c.sender.in_(senders))
    return select(message.c.id).where(of_document).exists()


def _documents(connection: Connection, sandbox: str, *where: ColumnElement[bool]) -> list[Any]:
    columns = [document.c[name] for name in ("id", "kind", "key", "order_no", "state", "guid", "port_no", "message_id")]
    chosen = select(*columns).where(document.c.sandbox == sandbox, *where).limit(MAX_MATCHES)
    return list(fetch(connection, chosen, document))


def _targets_of(
    connection: Connection, sandbox: str, documents: Iterable[Any], known: set[tuple[str, str]]
) -> list[Match]:
    """Return the declarations of the documents' orders or parcels; without one, the note, the order or the message.

    `known` are (order number, flow) of declarations found already."""
    matches: list[Match] = []
    notes: set[tuple[str, str]] = set()
    for row in documents:
        if (row.order_no, flow_of(row.kind)) in known and catalogue.handling(row.kind).of_order:
            continue
        if row.kind in NOTES:
            note = (row.kind, row.key.rpartition("|")[0])
            if note not in notes:
                notes.add(note)
                matches.append(_match_of_note(connection, sandbox, row, note[1]))
        elif row.kind in queries.OUTCOME_TABLES:
            state = queries.state_of(connection, sandbox, row)
            matches.append(_make_match("paper", row, row.message_id, queries.number_of(row.kind, row.key), state))
        else:
            matches += _of_trade(connection, sandbox, row)
    return matches


def _of_trade(connection: Connection, sandbox: str, row: Any) -> list[Match]:
    """Return the declarations of a document's order or parcel; without one, the order or the message."""
    if declared := _declared_by(connection, sandbox, row, flow_of(row.kind)):
        return [replace(match, by=catalogue.by_kind(row.kind).number, version=0) for match in declared]
    if row.order_no and catalogue.handling(row.kind).of_order:
        return [_make_match("order", row, 0, row.order_no, row.state)]
    return [_make_match("message", row, row.message_id, "", row.state)]


def _make_match(category: str, row: Any, number: int, order_no: str, state: str, **more: Any) -> Match:
    """Return the match of a row with kind and key of a document; `more`: fields that are not the usual ones."""
    usual = {
        "by": catalogue.by_kind(row.kind).number,
        "label": f"{phrases.kind(row.kind).en} {row.key}",
        "words": phrases.state(state, row.kind),
        "flow": flow_of(row.kind),
    }
    return Match(category=category, id=number, order_no=order_no, state=state, kind=row.kind, **{**usual, **more})


def _match_of_note(connection: Connection, sandbox: str, row: Any, note: str) -> Match:
    """Return the match of a transport note from the row of one of its parts, with customs' state of that part."""
    state = (
        connection.execute(
            select(request.c.state).where(
                request.c.sandbox == sandbox, request.c.kind == row.kind, request.c.key == row.key
            )
        ).scalar()
        or row.state
    )
    label = f"{phrases.kind(row.kind).en} {note}"
    return _make_match("note", row, row.id, row.order_no, state, label=label)


def _declared_by(connection: Connection, sandbox: str, row: Any, flow: str) -> list[Match]:
    """Return the declarations of a document: by its parcel, by the list that a request concerns, or by its order."""
    if row.kind in {"waybill_status", "export_waybill"}:
        where = and_(declaration.c.logistics_key == row.key, declaration.c.flow == flow)
        return [_match_of_declaration(row, "logisticsNo") for row in _rows(connection, sandbox, where)]
    if row.kind in ABOUT_LISTS and not catalogue.handling(row.kind).of_order:
        named = select(request.c.declaration_id).where(
            request.c.sandbox == sandbox, request.c.kind == row.kind, request.c.key == row.key
        )
        return [
            _match_of_declaration(declared, catalogue.by_kind(row.kind).number)
            for declared in _rows(connection, sandbox, declaration.c.id.in_(named))
        ]
    return of_order(connection, sandbox, row.order_no, flow) if row.order_no else []


def _numbered(connection: Connection, sandbox: str, wanted: str, senders: Collection[str] | None) -> list[Match]:
    """Find what agencies know by numbers that no document has; with `senders` only what is about their companies."""
    matches = []
    for known in NUMBERED:
        columns = known.table.c
        rows = connection.execute(
            select(known.table).where(columns.sandbox == sandbox, columns[known.number] == wanted).limit(MAX_MATCHES)
        )
        for row in rows:
            company = getattr(row, known.company) if known.company else ""
            if senders is not None and known.company and mailbox_of(connection, sandbox, company) not in senders:
                continue
            matches.append(_match_of_numbered(row, known))
    return matches


def _match_of_numbered(row: Row[Any], known: NumberedRows) -> Match:
    state, number = known.state(row), str(getattr(row, known.number))
    return Match(
        category="case",
        id=row.id,
        order_no="",
        by=known.element,
        label=number,
        state=state,
        words=phrases.state(state, known.kind),
        kind=known.kind,
        flow="",
        note=str(getattr(row, known.about)),
    )


def _undeclared(connection: Connection, sandbox: str, wanted: str, senders: Collection[str] | None) -> list[Match]:
    """Find documents that the port refused or staged, by their order, else by their message."""
    matches = []
    for found in undeclared.with_number(connection, sandbox, wanted, senders=senders):
        state = "staged" if found.status == refusal_search.STAGED else "refused"
        of_trade = found.order_no and catalogue.handling(found.kind).of_order
        if of_trade:
            words = phrases.state(state) if state == "staged" else phrases.phrase("message", state)
            by = "orderNo" if found.order_no == wanted else catalogue.handling(found.kind).own_number or "number"
            matches.append(_make_match("order", found, 0, found.order_no, state, by=by, words=words))
        elif found.message_id is not None:
            matches += _messages_where(connection, sandbox, message.c.id == found.message_id, senders)
    return matches
