"""Accepts or rejects export lists: compares the documents, checks clearance by list.

Order and collection are joined with the list by order number. A waybill names no order, so it is joined by waybill
number. A list that waits leaves a mark under both, so that the handler of any document finds and locks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.documents import ExportInventory
from declarations.export import comparing, requirements, transport
from declarations.reasons import Reason
from gateways.customs import list_holds, lists, offices, reservations, risk_lane
from gateways.customs.export import examination
from gateways.customs.export.trades import (
    differences,
    join_trades,
    lists_of,
    meeting_of_parcel,
    meetings_with_mark,
    misnumbered,
)
from gateways.customs.held import Reservations
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.outcome import advance, make_event, may_start_over, reject_list, send_receipt
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration, ParcelRecord, ReviewCause
from gateways.customs.trade import EXPORT, JoinedExport
from gateways.records import FiledDocument
from gateways.topics.customs import PartnersOverdue
from gateways.topics.shared import DocumentFiled


def handle_documents(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle filed documents: decide every list whose partners are complete."""
    places = sorted({document.meeting_key for document in documents if document.meeting_key})
    met = desk.repository.load_meetings(places)
    lists.end_deleted(met, EXPORT, desk)
    waiting = desk.repository.declarations(
        sorted(meetings_with_mark(MarkKind.WAITING, places, desk.repository))
    ).values()
    keys, others = (
        {declaration.key for declaration in waiting},
        desk.repository.load_meetings(sorted({declaration.order_no for declaration in waiting})),
    )
    listed = {document.id: document for filed_documents in met.values() for document in lists_of(filed_documents)}
    listed |= {
        document.id: document
        for filed_documents in others.values()
        for document in lists_of(filed_documents)
        if document.key in keys
    }
    if not listed:
        return
    collected = requirements.collection_requirement_on(desk.day, desk.law).applies
    complete = []
    joined = join_trades(listed.values(), collected, desk.repository)
    for trade, old in lists.pair_with_declarations(joined, EXPORT, desk.repository):
        if not lists.must_be_handled(trade, old):
            _answer_late_partners(trade, desk)
            continue
        declaration, new = lists.begin_declaration(trade, old, EXPORT, desk)
        if trade.missing:
            _wait_for_partners(declaration, trade, desk, new=new)
        else:
            complete.append((trade, declaration))
    _decide(complete, desk)


def _documents_of(declarations: Mapping[str, Declaration], repository: CustomsRepository) -> list[FiledDocument]:
    """The documents of lists, whose orders this locks; `declarations` by key."""
    met = repository.load_meetings(sorted({declaration.order_no for declaration in declarations.values()}))
    return [
        document
        for filed_documents in met.values()
        for document in lists_of(filed_documents)
        if document.key in declarations
    ]


def handle_partners_missing(deadlines: Sequence[PartnersOverdue], desk: CustomsDesk) -> None:
    """Reject the lists whose time to wait for partners is over."""
    waiting = lists.waiting_declarations(deadlines, EXPORT, desk)
    if not waiting:
        return
    collected = requirements.collection_requirement_on(desk.day, desk.law).applies
    for trade in join_trades(_documents_of(waiting, desk.repository), collected, desk.repository):
        declaration = waiting[trade.inventory.key]
        if trade.missing and trade.inventory.version == declaration.document_version:
            reject_list(declaration, _reasons_for_missing(declaration, trade, desk), desk)


def _answer_late_partners(trade: JoinedExport, desk: CustomsDesk) -> None:
    """Compare and answer a collection that arrived after its list was decided without it."""
    order, waybill, collection = trade.order, trade.waybill, trade.collection
    if order is None or waybill is None or collection is None:
        return
    reasons = comparing.compare(order.facts, waybill.facts, trade.inventory.facts, collection.facts, desk.day, desk.law)
    reasons = [reason for reason in reasons if EXPORT.concerns.get(reason.rule) == "collection"]
    lists.answer_partners([collection], reasons, EXPORT, desk)


def _wait_for_partners(declaration: Declaration, trade: JoinedExport, desk: CustomsDesk, *, new: bool) -> None:
    for place in {declaration.order_no, meeting_of_parcel(declaration.logistics_key)} - {""}:
        desk.repository.put_mark(place, Mark(MarkKind.WAITING, declaration.id))
    desk.repository.put_declaration(declaration)
    if new:
        lists.wait_for_partners(declaration, _reasons_for_missing(declaration, trade, desk), desk)


def _reasons_for_missing(declaration: Declaration, trade: JoinedExport, desk: CustomsDesk) -> list[Reason]:
    others = misnumbered(trade, desk.repository)
    return lists.reasons_for_missing(declaration, trade, others, differences(trade, others, desk), desk)


def _decide(complete: Sequence[tuple[JoinedExport, Declaration]], desk: CustomsDesk) -> None:
    if not complete:
        return
    complete = lists.sort_by_completion(complete)
    users = meetings_with_mark(
        MarkKind.USED, {meeting_of_parcel(declaration.logistics_key) for _, declaration in complete}, desk.repository
    )
    rows = examination.load_rows(complete, users, desk.repository)
    list_holds.read_together([declaration for _, declaration in complete], desk)
    for trade, declaration in complete:
        result = examination.examine(trade, find_user_of_waybill(declaration, rows, desk.repository), rows, desk)
        lists.answer_partners(trade.partners, result.reasons, EXPORT, desk)
        if reasons := result.reasons or list_holds.refusing(declaration, desk) or desk.forced.rejection(declaration):
            reject_list(declaration, reasons, desk)
        else:
            _accept(declaration, trade, result, rows, desk)


def find_user_of_waybill(
    declaration: Declaration, rows: examination.ExaminationRows, repository: CustomsRepository
) -> Declaration | None:
    """Return another active list with the same parcel, if there is one."""
    others = meetings_with_mark(MarkKind.USED, [meeting_of_parcel(declaration.logistics_key)], repository) - {
        declaration.id
    }
    users: Mapping[int, Declaration] = repository.declarations(sorted(others - rows.users.keys())) if others else {}
    for number in sorted(others):
        other = rows.users.get(number) or users.get(number)
        if other is not None and other.logistics_key == declaration.logistics_key and not may_start_over(other):
            return other
    return None


def _apply_earlier_notes(
    declaration: Declaration,
    facts: ExportInventory,
    parcel: ParcelRecord,
    rows: examination.ExaminationRows,
    desk: CustomsDesk,
) -> None:
    """Apply the notes that named the parcel before its list was accepted, unless they contradict it."""
    departure = rows.departures.get(parcel.departure_id)
    if departure is not None and (contradictions := transport.compare_with_list(departure.facts, facts)):
        desk.add_event(make_event(declaration, desk.now, "note_contradicts", contradictions))
        parcel.departed_at = parcel.departure_id = 0
        desk.repository.put_parcel(parcel)
    arrival = rows.arrivals.get(parcel.arrival_key)
    contradictions = transport.compare_with_list(arrival.facts, facts) if arrival is not None else ()
    if contradictions:
        desk.add_event(make_event(declaration, desk.now, "note_contradicts", contradictions))
        return
    if arrival is not None:  # without a note: the arrival may be that of an import with the same waybill number
        declaration.arrived_at = parcel.arrived_at
    if not facts.bill_no or facts.bill_no == parcel.bill_no:
        declaration.bill_no = parcel.bill_no


def _accept(
    declaration: Declaration,
    trade: JoinedExport,
    result: examination.ExaminationResult,
    rows: examination.ExaminationRows,
    desk: CustomsDesk,
) -> None:
    facts: ExportInventory = trade.inventory.facts
    taken = advance(declaration, "accept")
    declaration.accepted_at, declaration.value = desk.now, result.value
    declaration.invt_no = declaration.invt_no or desk.repository.list_no(declaration.customs_code, desk.day.year, "E")
    if facts.trade_mode == examination.BONDED:
        declaration.held = Reservations(stock=reservations.reserve_stock(facts, rows.books, desk.repository))
    place = meeting_of_parcel(declaration.logistics_key)
    desk.repository.put_mark(place, Mark(MarkKind.USED, declaration.id))
    if (parcel := rows.parcels.get(declaration.logistics_key)) is not None:
        _apply_earlier_notes(declaration, facts, parcel, rows, desk)
    send_receipt(declaration, taken, desk)
    if result.warnings:
        desk.add_event(make_event(declaration, desk.now, "accepted", result.warnings))
    if result.review:
        risk_lane.review(declaration, ReviewCause.EXAMINATION, result.review, desk)
    elif facts.port_code != facts.customs_code:
        offices.request_agreement(declaration, facts.port_code, desk)
    else:
        risk_lane.continue_accepted(declaration, rows.companies, desk)
    desk.repository.put_declaration(declaration)
