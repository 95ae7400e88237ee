"""Accepts or rejects import lists: compares the four documents, checks limits, draws the lane.

Order, payment, waybill and list arrive in any order; the one that completes the set triggers the decision. A declared
list waits for the other three (its partners) and is rejected if they do not arrive in time.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from declarations.tax.import_tax import dutiable_value_of
from gateways.customs import examination, list_holds, lists, offices, reservations, risk_lane, spot_checked
from gateways.customs.export import acceptance as exports
from gateways.customs.import_trades import differences, join_trades, misnumbered
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.outcome import apply_step, make_event, reject_list
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.customs.trade import IMPORT, JoinedImport
from gateways.topics.customs import PartnersOverdue
from gateways.topics.shared import DocumentFiled


def handle_documents(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Handle filed documents: decide every list whose partners are complete."""
    meetings = desk.repository.load_meetings(
        sorted({document.meeting_key for document in documents if document.meeting_key})
    )
    lists.end_deleted(meetings, IMPORT, desk)
    complete = []
    for trade, old_declaration in lists.pair_with_declarations(list(join_trades(meetings)), IMPORT, desk.repository):
        if not lists.must_be_handled(trade, old_declaration):
            continue
        declaration, is_new = lists.begin_declaration(trade, old_declaration, IMPORT, desk)
        if trade.missing:
            _wait_for_partners(declaration, trade, desk, is_new=is_new)
        else:
            complete.append((trade, declaration))
    _decide(complete, desk)


def handle_partners_missing(deadlines: Sequence[PartnersOverdue], desk: CustomsDesk) -> None:
    """Reject the lists, import and export, whose time to wait for partners is over.

    A list of which a later version is filed but not yet handled is skipped: it waits anew with that version.
    """
    waiting_declarations = lists.waiting_declarations(deadlines, IMPORT, desk)
    for trade in join_trades(
        desk.repository.load_meetings(sorted({declaration.order_no for declaration in waiting_declarations.values()}))
    ):
        declaration = waiting_declarations.get(trade.inventory.key)
        if declaration is None or not trade.missing or trade.inventory.version != declaration.document_version:
            continue
        reject_list(declaration, _reasons_for_missing(declaration, trade, desk), desk)
    exports.handle_partners_missing(deadlines, desk)


def _wait_for_partners(declaration: Declaration, trade: JoinedImport, desk: CustomsDesk, *, is_new: bool) -> None:
    if is_new:
        lists.wait_for_partners(declaration, _reasons_for_missing(declaration, trade, desk), desk)
    desk.repository.put_mark(declaration.order_no, Mark(MarkKind.DECLARED))
    desk.repository.put_declaration(declaration)


def _reasons_for_missing(declaration: Declaration, trade: JoinedImport, desk: CustomsDesk) -> list[Reason]:
    others = misnumbered(trade, desk.repository)
    return lists.reasons_for_missing(declaration, trade, others, differences(trade, others), desk)


def _decide(complete: Sequence[tuple[JoinedImport, Declaration]], desk: CustomsDesk) -> None:
    complete = lists.sort_by_completion(complete)
    rows = examination.load_rows(complete, desk)
    # read together here; the examination of each list then finds them without a query of its own
    desk.repository.reserved([key for _, declaration in complete for key in (declaration.key, declaration.order_no)])
    list_holds.read_together([declaration for _, declaration in complete], desk)
    spot_checked.read_together([declaration for _, declaration in complete], desk)
    for trade, declaration in complete:
        value = dutiable_value_of(trade.inventory.facts)
        result = examination.examine(trade, value, rows, desk)
        lists.answer_partners(trade.partners, result.reasons, IMPORT, desk)
        refused = result.reasons or list_holds.refusing(declaration, desk)
        if reasons := refused or desk.forced.rejection(declaration):
            reject_list(declaration, reasons, desk)
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
    declaration.held = reservations.reserve_all(trade.inventory.facts, declaration.value, rows, desk)
    if (parcel := rows.parcels.get(declaration.logistics_key)) is not None:
        declaration.arrived_at, declaration.delivered_at = parcel.arrived_at, parcel.signed_at
    apply_step(declaration, "accept", desk)
    if warnings:
        desk.add_event(make_event(declaration, desk.now, "accepted", warnings))
    port_code = trade.inventory.facts.port_code
    if port_code and port_code != declaration.customs_code:
        offices.request_agreement(declaration, port_code, desk)
    else:
        risk_lane.continue_accepted(declaration, rows.companies, desk)
    desk.repository.put_declaration(declaration)
