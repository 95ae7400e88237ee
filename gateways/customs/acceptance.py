"""Accepts or rejects import lists: compares the four documents, checks limits, draws the lane.

Order, payment, waybill and list arrive in any order; the one that completes the set triggers the decision. A declared
list waits for the other three (its partners) and is rejected if they do not arrive in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from declarations.documents import Inventory
from declarations.reasons import Reason
from declarations.tax.import_tax import dutiable_value
from gateways.customs import examination, lanes, lists, offices, reservations
from gateways.customs.export import acceptance as exports
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.outcome import event, reject, step
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.customs.trade import IMPORT, JoinedImport
from gateways.records import FiledDocument
from gateways.topics.customs import PartnersOverdue
from gateways.topics.shared import DocumentFiled


def handle_documents(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle filed documents: decide every list whose partners are complete."""
    meetings = desk.repository.meet(sorted({document.place for document in documents if document.place}))
    lists.delete(meetings, IMPORT, desk)
    complete = []
    for trade, old in lists.with_declarations(list(trades(meetings)), IMPORT, desk.repository):
        if not lists.must_be_handled(trade, old):
            continue
        declaration, new = lists.begin(trade, old, IMPORT, desk)
        if trade.missing:
            _wait(declaration, trade, desk, new=new)
        else:
            complete.append((trade, declaration))
    _decide(complete, desk)


def handle_partners_missing(overdue: Sequence[PartnersOverdue], desk: CustomsDesk) -> None:
    """Reject the lists, import and export, whose time to wait for partners is over.

    A list of which a later version is filed but not yet handled is skipped: it waits anew with that version.
    """
    waiting = lists.still_waiting(overdue, IMPORT, desk)
    for trade in trades(desk.repository.meet(sorted({declaration.order_no for declaration in waiting.values()}))):
        declaration = waiting.get(trade.inventory.key)
        if declaration is None or not trade.missing or trade.inventory.version != declaration.document_version:
            continue
        reject(declaration, lists.missing(declaration, trade, desk), desk)
    exports.handle_partners_missing(overdue, desk)


def trades(meetings: Mapping[str, list[FiledDocument]]) -> Iterable[JoinedImport]:
    """Join each declared list of these orders with its partners, by their exact keys."""
    for filed in meetings.values():
        inventories = [document for document in filed if document.kind == "inventory" and document.state == "declared"]
        if inventories:
            others = [
                document for document in filed if document.kind in IMPORT.partners and document.state == "declared"
            ]
            for inventory in inventories:
                yield trade_of(inventory, others)


def trade_of(inventory: FiledDocument, others: Sequence[FiledDocument]) -> JoinedImport:
    """Join a list with its partners. The payment is the one that the order names, if any, else the first by key."""
    facts: Inventory = inventory.facts
    order = waybill = None
    for other in others:
        if other.kind == "order" and other.facts.ebc_code == facts.ebc_code:
            order = other
        elif other.kind == "waybill" and (other.facts.logistics_code, other.facts.logistics_no) == (
            facts.logistics_code,
            facts.logistics_no,
        ):
            waybill = other
    named = order.facts.pay_transaction_id if order is not None else ""
    payments = [
        other
        for other in others
        if other.kind == "payment"
        and other.facts.ebp_code == facts.ebp_code
        and (not named or other.facts.pay_transaction_id == named)
    ]
    payment = min(payments, key=lambda document: document.key, default=None)
    return JoinedImport(inventory, order, payment, waybill)


def _wait(declaration: Declaration, trade: JoinedImport, desk: CustomsDesk, *, new: bool) -> None:
    if new:
        lists.wait(declaration, trade, desk)
    desk.repository.put_mark(declaration.order_no, Mark(MarkKind.DECLARED))
    desk.repository.put_declaration(declaration)


def _decide(complete: Sequence[tuple[JoinedImport, Declaration]], desk: CustomsDesk) -> None:
    complete = lists.in_order_of_completion(complete)
    rows = examination.load(complete, desk)
    desk.repository.reserved([key for _, declaration in complete for key in (declaration.key, declaration.order_no)])
    for trade, declaration in complete:
        value = dutiable_value(trade.inventory.facts)
        result = examination.examine(trade, value, rows, desk)
        lists.answer_partners(trade.partners, result.reasons, IMPORT, desk)
        if reasons := result.reasons or desk.forced.rejection(declaration):
            reject(declaration, reasons, desk)
        else:
            declaration.value, declaration.full_tax = value, result.full_tax
            _accept(declaration, trade, result.warnings, rows, desk)


def _accept(
    declaration: Declaration,
    trade: JoinedImport,
    warnings: Sequence[Reason],
    rows: examination.ExaminationRows,
    desk: CustomsDesk,
) -> None:
    declaration.accepted_at = desk.now
    declaration.invt_no = declaration.invt_no or desk.repository.list_no(declaration.customs_code, desk.day.year)
    declaration.held = reservations.reserve(trade.inventory.facts, declaration.value, rows, desk)
    if (parcel := rows.parcels.get(declaration.logistics_key)) is not None:
        declaration.arrived_at, declaration.delivered_at = parcel.arrived_at, parcel.signed_at
    step(declaration, "accept", desk)
    if warnings:
        desk.note(event(declaration, desk.now, "accepted", warnings))
    port_code = trade.inventory.facts.port_code
    if port_code and port_code != declaration.customs_code:
        offices.request_agreement(declaration, port_code, desk)
    else:
        lanes.after_acceptance(declaration, rows.companies, desk)
    desk.repository.put_declaration(declaration)
