"""Parcels of consolidations, arrival and departure notes, handled in pieces.

The handler of a piece (`Parcels`, `LateParcels`) sends the next one in the same transaction. So a note with a hundred
thousand parcels never makes a large batch, and the work resumes after a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from declarations.export import transport
from declarations.lifecycle import state_of
from declarations.reasons import Reason
from gateways.customs import list_holds, risk_lane
from gateways.customs.export import leaving, port_told
from gateways.customs.export.notes import PIECE, accept_note, piece_of
from gateways.customs.outcome import advance, make_event, may_start_over, refuse_request
from gateways.customs.repository import (
    CustomsCompany,
    CustomsDesk,
    CustomsRepository,
    Declaration,
    ParcelRecord,
    Request,
)
from gateways.records import FiledDocument
from gateways.topics.customs import DepartureOverdue, LateParcels, Parcels, ParcelsLeft

PIECES_PER_BATCH = 4
"""Maximum number of pieces handled in one batch."""
NOT_RELEASED, NOT_LOADED = "17305", "29302"
_RELEASABLE_STATES = frozenset({"concluded"})


Work: TypeAlias = Parcels | LateParcels
WorkT = TypeVar("WorkT", Parcels, LateParcels, Work)


class Piece(NamedTuple):
    """One piece of a note: its message, the document, the keys of its parcels."""

    work: Work
    filed: FiledDocument
    keys: list[str]


def split_pieces(pieces: Sequence[WorkT]) -> tuple[Sequence[WorkT], Sequence[WorkT]]:
    """Split the pieces of a delivery into those to handle now and those to send again for a later batch."""
    return pieces[:PIECES_PER_BATCH], pieces[PIECES_PER_BATCH:]


def _load_pieces(pieces: Sequence[Work], repository: CustomsRepository) -> list[Piece]:
    documents_by_id = repository.documents(sorted({work.document_id for work in pieces}))
    return [
        Piece(work, documents_by_id[work.document_id], piece_of(work, documents_by_id))
        for work in pieces
        if work.document_id in documents_by_id
    ]


def _next_piece(piece: Piece) -> Work | None:
    """The message for the next piece; None after the last."""
    first = piece.work.end
    return piece.work._replace(first=first, end=first + PIECE) if first < len(piece.filed.facts.lines) else None


class _PieceRows(NamedTuple):
    """Rows for some pieces: parcels and lists by parcel key, inventories by document id."""

    parcels: Mapping[str, ParcelRecord]
    lists: Mapping[str, list[Declaration]]
    inventories: Mapping[int, FiledDocument]

    def parcel(self, key: str) -> ParcelRecord:
        """Return the row of a parcel, or a new one."""
        return self.parcels.get(key) or ParcelRecord(key)

    def list_of(self, key: str) -> Declaration | None:
        """Return the active list of a parcel, if any; a list accepted later looks up its parcel itself."""
        return next((declaration for declaration in self.lists.get(key, ()) if not may_start_over(declaration)), None)

    def contradictions(self, piece: Piece, key: str) -> tuple[Reason, ...]:
        """Return the contradictions between a note and a parcel's list or an earlier consolidation of the parcel."""
        note, declaration = piece.filed.facts, self.list_of(key)
        inventory = self.inventories.get(declaration.document_id) if declaration is not None else None
        reasons = transport.compare_with_list(note, inventory.facts) if inventory is not None else ()
        bound = self.parcel(key).bill_no
        if piece.filed.kind != "consolidation" and bound and note.bill_no and bound != note.bill_no:
            reasons += (Reason(transport.OTHER_TRANSPORT, {"field": "billNo", "found": note.bill_no, "list": bound}),)
        return reasons


def _load_rows(pieces: Iterable[Piece], repository: CustomsRepository) -> _PieceRows:
    keys = sorted({key for piece in pieces for key in piece.keys})
    lists = repository.declarations_by_parcel(keys, "E")
    inventories = repository.documents([declaration.document_id for of_key in lists.values() for declaration in of_key])
    return _PieceRows(repository.parcels(keys), lists, inventories)


def _note_contradictions(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    desk.add_event(make_event(declaration, desk.now, "note_contradicts", reasons))


def handle_consolidated(payloads: Sequence[Parcels], desk: CustomsDesk) -> None:
    """Assign parcels to the master waybill of their consolidation."""
    now, later = split_pieces(payloads)
    pieces = _load_pieces(now, desk.repository)
    rows = _load_rows(pieces, desk.repository)
    for piece in pieces:
        for key in piece.keys:
            _consolidate(piece, key, rows, desk)
        if (following := _next_piece(piece)) is not None:
            desk.send(following, "goods.consolidated")
    for work in later:
        desk.send(work, "goods.consolidated")


def _consolidate(piece: Piece, key: str, rows: _PieceRows, desk: CustomsDesk) -> None:
    parcel, declaration, bill_no = rows.parcel(key), rows.list_of(key), piece.filed.facts.bill_no
    if declaration is not None and (contradictions := rows.contradictions(piece, key)):
        _note_contradictions(declaration, contradictions, desk)
        return
    parcel.bill_no = bill_no
    desk.repository.put_parcel(parcel)
    if declaration is not None:
        declaration.bill_no = bill_no
        desk.add_event(make_event(declaration, desk.now, "consolidated", [Reason("17310", {"bill_no": bill_no})]))
        desk.repository.put_declaration(declaration)
        port_told.report_bill(declaration, desk)


def handle_arrived(payloads: Sequence[Parcels], desk: CustomsDesk) -> None:
    """Record the arrival of parcels at their site: lists that await it enter their lane."""
    now, later = split_pieces(payloads)
    pieces = _load_pieces(now, desk.repository)
    rows = _load_rows(pieces, desk.repository)
    companies = desk.repository.companies(
        sorted({declaration.ebc_code for of_key in rows.lists.values() for declaration in of_key})
    )
    list_holds.read_together((one for of_key in rows.lists.values() for one in of_key), desk)
    for piece in pieces:
        for key in piece.keys:
            parcel, declaration = rows.parcel(key), rows.list_of(key)
            new = declaration is not None and not declaration.arrived_at
            if declaration is not None and new and (contradictions := rows.contradictions(piece, key)):
                _note_contradictions(declaration, contradictions, desk)
                continue
            parcel.arrived_at = parcel.arrived_at or desk.now
            if declaration is None or not parcel.arrival_key:
                parcel.arrival_key = piece.filed.key
            parcel.bill_no = parcel.bill_no or piece.filed.facts.bill_no
            desk.repository.put_parcel(parcel)
            if declaration is not None and new:
                _record_arrival(declaration, parcel, companies, desk)
        if (following := _next_piece(piece)) is not None:
            desk.send(following, "goods.arrived")
    for work in later:
        desk.send(work, "goods.arrived")


def _record_arrival(
    declaration: Declaration, parcel: ParcelRecord, companies: Mapping[str, CustomsCompany], desk: CustomsDesk
) -> None:
    """Record the arrival for a list: it enters its lane, or is released if it is concluded and awaited only the
    arrival."""
    declaration.arrived_at = desk.now
    declaration.bill_no = declaration.bill_no or parcel.bill_no
    desk.add_event(make_event(declaration, desk.now, "arrived"))
    if declaration.state == "awaiting_arrival":
        advance(declaration, "arrive")
        risk_lane.enter_lane(declaration, companies, desk)
    elif declaration.state in _RELEASABLE_STATES:
        risk_lane.proceed(declaration, desk)
    desk.repository.put_declaration(declaration)


def handle_departed(payloads: Sequence[Parcels], desk: CustomsDesk) -> None:
    """Record the departure of parcels: released lists are closed now, the others on their release."""
    now, later = split_pieces(payloads)
    pieces = _load_pieces(now, desk.repository)
    rows = _load_rows(pieces, desk.repository)
    requests = desk.repository.requests("departure_note", sorted({piece.filed.key for piece in pieces}))
    for piece in pieces:
        request = requests[piece.filed.key]
        left_now = 0
        for key in piece.keys:
            parcel, declaration = rows.parcel(key), rows.list_of(key)
            if contradictions := rows.contradictions(piece, key):
                if declaration is not None:
                    _note_contradictions(declaration, contradictions, desk)
                continue  # not recorded as departed: at its deadline the note is refused because of it
            departed = _record_departure(declaration, desk)
            parcel.departed_at = parcel.departed_at or desk.now
            parcel.departure_id = 0 if departed else request.id
            desk.repository.put_parcel(parcel)
            left_now += departed
        if left_now:
            desk.send(ParcelsLeft(request.id, left_now))
        if (following := _next_piece(piece)) is not None:
            desk.send(following, "goods.departed")
    for work in later:
        desk.send(work, "goods.departed")


def _record_departure(declaration: Declaration | None, desk: CustomsDesk) -> bool:
    """Close the list of a departed parcel if it is released; return True if it is closed."""
    if declaration is None:
        return False
    if declaration.state == "released" and not port_told.awaits_loading(declaration, desk):
        leaving.record_departure(declaration, desk)
        desk.repository.put_declaration(declaration)
    return declaration.state == "closed"


def handle_left(leavings: Sequence[ParcelsLeft], desk: CustomsDesk) -> None:
    """Count parcels of departure notes whose lists were closed; the last one completes the note."""
    requests = desk.repository.requests_by_id(sorted({left.request_id for left in leavings}))
    documents_by_id = desk.repository.documents([request.document_id for request in requests.values()])
    for left in leavings:
        request = requests.get(left.request_id)
        if request is None or request.state != "awaiting_release":
            continue  # decided already, at its deadline
        request.parcels_left -= left.parcels
        if request.parcels_left <= 0:
            accept_note(request, documents_by_id[request.document_id].order_no, desk)
        desk.repository.put_request(request)


def handle_window_over(deadlines: Sequence[DepartureOverdue], desk: CustomsDesk) -> None:
    """Handle deadlines of departure notes: start deciding on their parcels."""
    requests = desk.repository.requests_by_id([deadline.request_id for deadline in deadlines])
    for deadline in deadlines:
        request = requests.get(deadline.request_id)
        if request is not None and (request.state, request.document_version) == (
            "awaiting_release",
            deadline.document_version,
        ):
            desk.send(LateParcels(request.document_id, 0, PIECE, deadline.document_version))


def handle_late(payloads: Sequence[LateParcels], desk: CustomsDesk) -> None:
    """Handle pieces of overdue departure notes: the first parcel that was not released refuses the note.

    The departure of the note's other parcels is undone. A note of which a later version was sent is skipped, because
    that version has a separate deadline.
    """
    now, later = split_pieces(payloads)
    pieces = [
        piece
        for piece in _load_pieces(now, desk.repository)
        if isinstance(piece.work, LateParcels) and piece.filed.version == piece.work.document_version
    ]
    rows = _load_rows(pieces, desk.repository)
    requests = desk.repository.requests("departure_note", sorted({piece.filed.key for piece in pieces}))
    for piece in pieces:
        request, following = requests[piece.filed.key], _next_piece(piece)
        for key in piece.keys:
            parcel, declaration = rows.parcel(key), rows.list_of(key)
            contradictions = rows.contradictions(piece, key)
            if not contradictions and _record_departure(declaration, desk):
                continue
            if parcel.departure_id in {0, request.id} and parcel.departed_at:
                parcel.departed_at = parcel.departure_id = 0
                desk.repository.put_parcel(parcel)
            _refuse_note(request, piece.filed, contradictions or [_unreleased_reason(key, declaration, desk)], desk)
        if following is not None:
            desk.send(following)
        elif request.state == "awaiting_release":
            accept_note(request, piece.filed.order_no, desk)
            desk.repository.put_request(request)
    for work in later:
        desk.send(work)


def _refuse_note(request: Request, document: FiledDocument, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Refuse a departure note, unless an earlier parcel has refused it already."""
    if request.state == "awaiting_release":
        refuse_request(request, document.order_no, reasons, desk)


def _unreleased_reason(key: str, declaration: Declaration | None, desk: CustomsDesk) -> Reason:
    window = desk.value_today("windows.departure")
    if declaration is not None and declaration.state == "released" and port_told.awaits_loading(declaration, desk):
        named = {"parcel": key.partition("|")[2], "hours": f"{window.amount:f}"}
        return Reason(NOT_LOADED, named, (window.id,))
    values = {
        "logistics_no": key.partition("|")[2],
        "hours": f"{window.amount:f}",
        **(
            {"state": "", "state_zh": "无清单", "state_en": "no list"}
            if declaration is None
            else _state_values(declaration)
        ),
    }
    return Reason(NOT_RELEASED, values, (window.id,))


def _state_values(declaration: Declaration) -> dict[str, str]:
    current = state_of(declaration.state)
    return {"state": current.name, "state_zh": current.zh, "state_en": current.en}
