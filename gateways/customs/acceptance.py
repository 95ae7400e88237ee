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
from gateways.customs import examination, holdings, lanes, offices
from gateways.customs.batches import joining
from gateways.customs.export import acceptance as exports
from gateways.customs.outcome import (
    advance,
    advance_to_declared,
    conclude_rejected,
    document_receipt,
    event,
    may_start_over,
    step,
)
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration
from gateways.records import Filed
from gateways.topics.customs import PartnersOverdue
from gateways.topics.shared import DocumentFiled

PARTNERS = {"order": "14301", "payment": "14302", "waybill": "14303"}
"""Partner of a list → code of the rejection when it never comes."""


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
        return tuple(one for one in self[1:] if one is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of the partners that have not come."""
        return tuple(kind for kind, one in zip(PARTNERS, self[1:], strict=True) if one is None)


def handle_documents(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Documents came in: decide every list whose partners are complete."""
    meetings = desk.repository.meet(sorted({document.place for document in documents if document.place}))
    _delete(
        [one for filed in meetings.values() for one in filed if one.kind == "inventory" and one.state == "deleted"],
        desk,
    )
    listed = list(trades(meetings))
    # Who waits or was decided has left a mark at its meeting; without one there is no declaration to look for.
    declarations = desk.repository.declarations_by_key(
        [trade.inventory.key for trade in listed if desk.repository.answered(trade.inventory.order_no)]
    )
    open_trades = [(trade, declarations.get(trade.inventory.key)) for trade in listed]
    open_trades = [(trade, old) for trade, old in open_trades if _undecided(trade.inventory, old)]
    complete = []
    for trade, old in open_trades:
        declaration = old or _declare(trade.inventory, desk.repository)
        renewed = declaration.document_version != trade.inventory.version
        if renewed:
            _renew(declaration, trade.inventory, desk)
        if trade.missing:
            _wait(declaration, trade, desk, new=old is None or renewed)
            desk.repository.put_answered(declaration.order_no, desk.repository.answered(declaration.order_no) | {WAITS})
            desk.repository.put_declaration(declaration)
        else:
            complete.append((trade, declaration))
    _decide(complete, desk)


def handle_partners_missing(overdue: Sequence[PartnersOverdue], desk: CustomsDesk) -> None:
    """The window for partners is over: reject what still waits.

    Of imports and of exports. A list of which the port has filed a later version, not handled here yet, will wait
    anew with that one.
    """
    found = desk.repository.declarations([deadline.declaration_id for deadline in overdue])
    declared = [(found[deadline.declaration_id], deadline.document_version) for deadline in overdue]
    waiting = [
        declaration
        for declaration, version in declared
        if declaration.flow == "I" and declaration.state == "declared" and declaration.document_version == version
    ]
    keys = {one.key: one for one in waiting}
    for trade in trades(desk.repository.meet(sorted({one.order_no for one in waiting}))):
        declaration = keys.get(trade.inventory.key)
        if declaration is None or not trade.missing or trade.inventory.version != declaration.document_version:
            continue
        reasons = _missing(trade, desk)
        conclude_rejected(declaration, reasons, desk)
    exports.handle_partners_missing(overdue, desk)


def _delete(inventories: Sequence[Filed], desk: CustomsDesk) -> None:
    """Lists that their declarant deleted (appType 3): what waited for partners, or was rejected, is over."""
    found = desk.repository.declarations_by_key([one.key for one in inventories]) if inventories else {}
    for declaration in found.values():
        if declaration.state in {"declared", "rejected"}:
            advance(declaration, "delete")
            desk.note(event(declaration, desk.now, "deleted"))
            desk.repository.put_declaration(declaration)


def trades(meetings: Mapping[str, list[Filed]]) -> Iterable[Trade]:
    """Each declared list of these orders with its partners, found by their exact keys."""
    for filed in meetings.values():
        inventories = [one for one in filed if one.kind == "inventory" and one.state == "declared"]
        if inventories:
            others = [one for one in filed if one.kind in PARTNERS and one.state == "declared"]
            for inventory in inventories:
                yield trade_of(inventory, others)


def trade_of(inventory: Filed, others: Sequence[Filed]) -> Trade:
    """A list with its partners. Where the order names its payment no other will do; else the first by its key."""
    facts: Inventory = inventory.facts
    order = waybill = None
    for one in others:
        if one.kind == "order" and one.facts.ebc_code == facts.ebc_code:
            order = one
        elif one.kind == "waybill" and (one.facts.logistics_code, one.facts.logistics_no) == (
            facts.logistics_code,
            facts.logistics_no,
        ):
            waybill = one
    named = order.facts.pay_transaction_id if order is not None else ""
    payments = [
        one
        for one in others
        if one.kind == "payment"
        and one.facts.ebp_code == facts.ebp_code
        and (not named or one.facts.pay_transaction_id == named)
    ]
    payment = min(payments, key=lambda one: one.key, default=None)
    return Trade(inventory, order, payment, waybill)


def logistics_key(facts: Inventory) -> str:
    """Carrier and number of the parcel that a list names."""
    return f"{facts.logistics_code}|{facts.logistics_no}"


def _undecided(inventory: Filed, declaration: Declaration | None) -> bool:
    """Whether customs has to look at a list: a new one, one that waits, or a later version that may start over."""
    if declaration is None or declaration.state == "declared":
        return True
    return declaration.document_version < inventory.version and may_start_over(declaration)


def _declare(inventory: Filed, repository: CustomsRepository) -> Declaration:
    facts: Inventory = inventory.facts
    return Declaration(
        id=repository.new_id(),
        key=inventory.key,
        order_no=inventory.order_no,
        state="declared",
        document_id=inventory.id,
        document_version=inventory.version,
        mailboxes=inventory.mailboxes,
        cop_no=facts.cop_no,
        pre_no=inventory.port_no,
        customs_code=facts.customs_code,
        ebp_code=facts.ebp_code,
        ebc_code=facts.ebc_code,
        agent_code=facts.agent_code,
        assure_code=facts.assure_code,
        logistics_key=logistics_key(facts),
        trade_mode=facts.trade_mode,
        buyer=facts.buyer_id_number,
        last_return=inventory.last_return,
        bill_no=facts.bill_no,
    )


def _renew(declaration: Declaration, inventory: Filed, desk: CustomsDesk) -> None:
    """A list was amended or declared again: the declaration starts over with the new facts and holds nothing."""
    facts: Inventory = inventory.facts
    holdings.give_back(declaration, desk.repository)
    joining.settled(declaration, "refused", desk)
    advance_to_declared(declaration)
    declaration.document_version = inventory.version
    declaration.cop_no, declaration.pre_no = facts.cop_no, inventory.port_no
    declaration.customs_code, declaration.agent_code = facts.customs_code, facts.agent_code
    declaration.assure_code, declaration.trade_mode = facts.assure_code, facts.trade_mode
    declaration.ebp_code, declaration.buyer = facts.ebp_code, facts.buyer_id_number
    declaration.logistics_key, declaration.bill_no = logistics_key(facts), facts.bill_no
    declaration.mailboxes, declaration.reasons, declaration.lane = inventory.mailboxes, (), ""
    declaration.last_return = max(declaration.last_return, inventory.last_return)


def _wait(declaration: Declaration, trade: Trade, desk: CustomsDesk, *, new: bool) -> None:
    if not new:
        return
    due = desk.due_in("windows.partner_documents")
    desk.deadline(due, PartnersOverdue(declaration.id, declaration.document_version))
    desk.note(event(declaration, desk.now, "waiting", _missing(trade, desk)))


def _missing(trade: Trade, desk: CustomsDesk) -> list[Reason]:
    window = desk.in_force("windows.partner_documents")
    return [Reason(PARTNERS[kind], {"hours": f"{window.amount}"}, (window.id,)) for kind in trade.missing]


def _decide(complete: Sequence[tuple[Trade, Declaration]], desk: CustomsDesk) -> None:
    """Examine complete trades in the order in which they became complete: who comes first has the allowance first."""
    complete = sorted(complete, key=lambda one: max(filed.id for filed in (one[0].inventory, *one[0].partners)))
    known = examination.load(complete, desk)
    desk.repository.reserved([key for _, one in complete for key in (one.key, one.order_no)])
    for trade, declaration in complete:
        value = dutiable_value(trade.inventory.facts)
        opinion = examination.examine(trade, value, known, desk)
        _answer_partners(trade, opinion.reasons, desk)
        if reasons := opinion.reasons or desk.forced.rejection(declaration):
            conclude_rejected(declaration, reasons, desk)
        else:
            declaration.value, declaration.full_tax = value, opinion.full_tax
            _accept(declaration, trade, opinion.warnings, known, desk)


def _answer_partners(trade: Trade, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Order, payment and waybill have met: each is taken in (120) once, or refused (100) for what concerns it."""
    concerned = {examination.CONCERNS.get(reason.rule): reason for reason in reversed(reasons)}
    marks = desk.repository.answered(trade.inventory.order_no)
    for partner in trade.partners:
        mark = f"{partner.id}:{partner.version}"
        if mark not in marks:
            desk.receipt(document_receipt(partner, desk.now, concerned.get(partner.kind)))
            marks.add(mark)
    desk.repository.put_answered(trade.inventory.order_no, marks)


def _accept(
    declaration: Declaration, trade: Trade, warnings: Sequence[Reason], known: examination.Known, desk: CustomsDesk
) -> None:
    declaration.accepted_at = desk.now
    declaration.invt_no = declaration.invt_no or desk.repository.list_no(declaration.customs_code, desk.day.year)
    declaration.held = holdings.take(trade.inventory.facts, declaration.value, known, desk)
    if (parcel := known.parcels.get(declaration.logistics_key)) is not None:
        declaration.arrived_at, declaration.delivered_at = parcel.arrived_at, parcel.signed_at
    step(declaration, "accept", desk)
    if warnings:
        desk.note(event(declaration, desk.now, "accepted", warnings))
    port_code = trade.inventory.facts.port_code
    if port_code and port_code != declaration.customs_code:
        offices.ask(declaration, port_code, desk)
    else:
        lanes.accepted(declaration, known.companies, desk)
    desk.repository.put_declaration(declaration)
