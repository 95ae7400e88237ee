"""The four documents meet: compare them, check limits, accept or reject the list, draw its lane.

Order, payment, waybill and list arrive in any order. Whichever completes the set brings the decision about;
until then a declared list waits for its partners, and is rejected when they do not come within their window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from declarations.documents import Inventory
from declarations.reasons import Reason
from declarations.tax.import_tax import dutiable_value
from gateways.customs import examination, lanes, lists, offices, reservations
from gateways.customs.export import acceptance as exports
from gateways.customs.outcome import conclude_rejected, event, step
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.records import Filed
from gateways.topics.customs import PartnersOverdue
from gateways.topics.shared import DocumentFiled

PARTNERS = lists.PARTNERS["I"]
WAITS = "waits"
"""The mark at a meeting that a list of its order has a declaration, though no partner has been answered."""


class Trade(NamedTuple):
    """A declared list with the partners that are there."""

    inventory: Filed
    order: Filed | None
    payment: Filed | None
    waybill: Filed | None

    @property
    def partners(self) -> tuple[Filed, ...]:
        """The partners that have come."""
        return tuple(document for document in self[1:] if document is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of the partners that have not come."""
        return tuple(kind for kind, document in zip(PARTNERS, self[1:], strict=True) if document is None)


def handle_documents(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Documents came in: decide every list whose partners are complete."""
    meetings = desk.repository.meet(sorted({document.place for document in documents if document.place}))
    lists.delete(meetings, "I", desk)
    complete = []
    for trade, old in lists.with_declarations(list(trades(meetings)), "I", desk.repository):
        if not lists.undecided(trade, old):
            continue
        declaration, new = lists.begin(trade, old, "I", desk)
        if trade.missing:
            _wait(declaration, trade, desk, new=new)
        else:
            complete.append((trade, declaration))
    _decide(complete, desk)


def handle_partners_missing(overdue: Sequence[PartnersOverdue], desk: CustomsDesk) -> None:
    """The window for partners is over: reject what still waits.

    Of imports and of exports. A list of which the port has filed a later version, not handled here yet, will wait
    anew with that one.
    """
    waiting = lists.still_waiting(overdue, "I", desk)
    for trade in trades(desk.repository.meet(sorted({declaration.order_no for declaration in waiting.values()}))):
        declaration = waiting.get(trade.inventory.key)
        if declaration is None or not trade.missing or trade.inventory.version != declaration.document_version:
            continue
        conclude_rejected(declaration, lists.missing(declaration, trade, desk), desk)
    exports.handle_partners_missing(overdue, desk)


def trades(meetings: Mapping[str, list[Filed]]) -> Iterable[Trade]:
    """Each declared list of these orders with its partners, found by their exact keys."""
    for filed in meetings.values():
        inventories = [document for document in filed if document.kind == "inventory" and document.state == "declared"]
        if inventories:
            others = [document for document in filed if document.kind in PARTNERS and document.state == "declared"]
            for inventory in inventories:
                yield trade_of(inventory, others)


def trade_of(inventory: Filed, others: Sequence[Filed]) -> Trade:
    """A list with its partners. Where the order names its payment no other will do; else the first by its key."""
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
    return Trade(inventory, order, payment, waybill)


def _wait(declaration: Declaration, trade: Trade, desk: CustomsDesk, *, new: bool) -> None:
    if new:
        lists.wait(declaration, trade, desk)
    desk.repository.put_answered(declaration.order_no, desk.repository.answered(declaration.order_no) | {WAITS})
    desk.repository.put_declaration(declaration)


def _decide(complete: Sequence[tuple[Trade, Declaration]], desk: CustomsDesk) -> None:
    complete = lists.first_come(complete)
    known = examination.load(complete, desk)
    desk.repository.reserved([key for _, declaration in complete for key in (declaration.key, declaration.order_no)])
    for trade, declaration in complete:
        value = dutiable_value(trade.inventory.facts)
        opinion = examination.examine(trade, value, known, desk)
        lists.answer_partners(trade.partners, opinion.reasons, examination.CONCERNS, desk)
        if reasons := opinion.reasons or desk.forced.rejection(declaration):
            conclude_rejected(declaration, reasons, desk)
        else:
            declaration.value, declaration.full_tax = value, opinion.full_tax
            _accept(declaration, trade, opinion.warnings, known, desk)


def _accept(
    declaration: Declaration, trade: Trade, warnings: Sequence[Reason], known: examination.Known, desk: CustomsDesk
) -> None:
    declaration.accepted_at = desk.now
    declaration.invt_no = declaration.invt_no or desk.repository.list_no(declaration.customs_code, desk.day.year)
    declaration.held = reservations.take(trade.inventory.facts, declaration.value, known, desk)
    if (parcel := known.parcels.get(declaration.logistics_key)) is not None:
        declaration.arrived_at, declaration.delivered_at = parcel.arrived_at, parcel.signed_at
    step(declaration, "accept", desk)
    if warnings:
        desk.note(event(declaration, desk.now, "accepted", warnings))
    port_code = trade.inventory.facts.port_code
    if port_code and port_code != declaration.customs_code:
        offices.request_agreement(declaration, port_code, desk)
    else:
        lanes.accepted(declaration, known.companies, desk)
    desk.repository.put_declaration(declaration)
