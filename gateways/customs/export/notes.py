"""Notes of transport: consolidation (607), arrival (507), departure (509). A note may have many parts (`multipart`).

Its parcels are handled in pieces by `goods`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.export import transport
from declarations.reasons import Reason
from gateways.customs import multipart
from gateways.customs.multipart import MultipartRules, Part, part_event
from gateways.customs.outcome import make_request_receipt, refuse_request
from gateways.customs.repository import CustomsDesk, Request
from gateways.customs.requests import apply_step
from gateways.records import CaseReference, FiledDocument
from gateways.replies import acceptance_answer
from gateways.topics.customs import DepartureOverdue, LateParcels, Parcels
from gateways.topics.shared import DocumentFiled

NOTES = ("consolidation", "arrival_note", "departure_note")
PIECE = 500
"""Number of a note's parcels in one piece."""
NO_PARCELS = "17306"


def handle_notes(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle filed parts of notes: start on every note that is complete."""
    multipart.handle_parts(documents, _RULES, desk)


def _start_notes(of_note: Sequence[Part], desk: CustomsDesk) -> None:
    for part in of_note:
        _start_note(part, desk)


def _start_note(part: Part, desk: CustomsDesk) -> None:
    """Take in one part of a complete note and send the first piece of its parcels; refuse a part without parcels."""
    if not part.filed.facts.lines:
        refuse_request(part.request, part.filed.order_no, [Reason(NO_PARCELS, {})], desk)
        return
    piece = Parcels(part.filed.id, 0, PIECE)
    if part.filed.kind == "departure_note":
        _await_releases(part, desk)
        desk.send(piece, "goods.departed")
        return
    accept_note(part.request, part.filed.order_no, desk)
    desk.repository.put_request(part.request)
    if part.filed.kind == "arrival_note":
        desk.send(piece, "goods.arrived")
    else:
        desk.send(piece, "goods.consolidated")


def _await_releases(part: Part, desk: CustomsDesk) -> None:
    """Let a departure note wait until all its parcels are released, and count them."""
    apply_step(part.request, "wait_for_release")
    part.request.parcels_left = len(part.filed.facts.lines)
    desk.repository.put_request(part.request)
    desk.add_event(part_event(part, desk.now, "complete"))
    overdue = DepartureOverdue(part.request.id, part.request.document_version, part.filed.order_no)
    desk.schedule(desk.instant_after("windows.departure"), overdue)


def accept_note(request: Request, place: str, desk: CustomsDesk) -> None:
    """Take in a part (399); the caller stores it."""
    apply_step(request, "accept")
    desk.send_receipt(make_request_receipt(request, place, desk.now, *acceptance_answer(request.kind)))
    desk.add_event(CaseReference(request.kind, request.key, place).event("taken_in", request.state, desk.now))


def parcels_of(document: FiledDocument) -> list[str]:
    """Return the parcel keys (carrier|waybill number) of a part, in the order of its lines."""
    facts = document.facts
    return [f"{facts.logistics_code}|{line.logistics_no}" for line in facts.lines]


def piece_of(work: Parcels | LateParcels, documents_by_id: Mapping[int, FiledDocument]) -> list[str]:
    """Return the parcel keys of one piece; empty if the document does not exist."""
    document = documents_by_id.get(work.document_id)
    return parcels_of(document)[work.first : work.end] if document is not None else []


_RULES: Mapping[str, MultipartRules] = {kind: MultipartRules(transport.compare_parts, _start_notes) for kind in NOTES}
