"""The documents of an export meet: compare them, choose the channel, accept or reject the list.

Order and collection meet their list under its order number; a waybill names no order, so it meets its list under its
own number. Whoever hears any of them holds both meetings. A list that has to wait leaves its mark at both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from declarations.documents import ExportInventory
from declarations.export import comparing, requirements, transport
from declarations.reasons import Reason
from gateways.customs import holdings, lanes, offices
from gateways.customs.batches import joining
from gateways.customs.export import examination
from gateways.customs.export.trades import USED, WAITS, Trade, lists_of, logistics_key, marked, parcel_place, trades
from gateways.customs.outcome import (
    advance,
    advance_to_declared,
    conclude_rejected,
    document_receipt,
    event,
    may_start_over,
    tell,
)
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration, Held, Parcel
from gateways.records import Filed
from gateways.topics.customs import PartnersOverdue
from gateways.topics.shared import DocumentFiled

PARTNERS = {"export_order": "14301", "export_waybill": "14303", "collection": "17132"}
"""Partner of a list → code of the rejection when it never comes."""


def handle_documents(documents: Sequence[DocumentFiled], desk: CustomsDesk) -> None:
    """Documents came in: decide every list whose partners are complete."""
    places = sorted({document.place for document in documents if document.place})
    met = desk.repository.meet(places)
    _delete(
        [one for filed in met.values() for one in filed if one.kind == "export_inventory" and one.state == "deleted"],
        desk,
    )
    waiting = desk.repository.declarations(sorted(marked(WAITS, places, desk.repository))).values()
    keys, others = {one.key for one in waiting}, desk.repository.meet(sorted({one.order_no for one in waiting}))
    lists = {one.id: one for filed in met.values() for one in lists_of(filed)}
    lists |= {one.id: one for filed in others.values() for one in lists_of(filed) if one.key in keys}
    if not lists:
        return
    collected = requirements.collection(desk.day, desk.law).applies
    complete = []
    for trade, old in _known(trades(lists.values(), collected, desk.repository), desk.repository):
        if not _undecided(trade, old):
            _answer_late(trade, desk)
            continue
        declaration = old or _declare(trade.inventory, desk.repository)
        renewed = declaration.document_version != trade.inventory.version
        if renewed:
            _renew(declaration, trade.inventory, desk)
        if trade.missing:
            _wait(declaration, trade, desk, new=old is None or renewed)
        else:
            complete.append((trade, declaration))
    _decide(complete, desk)


def handle_partners_missing(overdue: Sequence[PartnersOverdue], desk: CustomsDesk) -> None:
    """The window for partners is over: reject what still waits."""
    found = desk.repository.declarations([deadline.declaration_id for deadline in overdue])
    declared = [(found[deadline.declaration_id], deadline.document_version) for deadline in overdue]
    waiting = {
        declaration.key: declaration
        for declaration, version in declared
        if declaration.flow == "E" and declaration.state == "declared" and declaration.document_version == version
    }
    if not waiting:
        return
    met = desk.repository.meet(sorted({one.order_no for one in waiting.values()}))
    lists = [one for filed in met.values() for one in lists_of(filed) if one.key in waiting]
    collected = requirements.collection(desk.day, desk.law).applies
    for trade in trades(lists, collected, desk.repository):
        declaration = waiting[trade.inventory.key]
        if trade.missing and trade.inventory.version == declaration.document_version:
            conclude_rejected(declaration, _missing(trade, desk), desk)


def _delete(inventories: Sequence[Filed], desk: CustomsDesk) -> None:
    """Lists that their declarant deleted (appType 3): what waited for partners, or was rejected, is over."""
    found = desk.repository.declarations_by_key([one.key for one in inventories], "E") if inventories else {}
    for declaration in found.values():
        if declaration.state in {"declared", "rejected"}:
            advance(declaration, "delete")
            desk.note(event(declaration, desk.now, "deleted"))
            desk.repository.put_declaration(declaration)


def _known(listed: Sequence[Trade], repository: CustomsRepository) -> list[tuple[Trade, Declaration | None]]:
    """Trades with their declarations, where they have one.

    Who waits or was decided has left a mark at its meeting; without one there is no declaration to look for.
    """
    declarations = repository.declarations_by_key(
        [trade.inventory.key for trade in listed if repository.answered(trade.inventory.order_no)], "E"
    )
    return [(trade, declarations.get(trade.inventory.key)) for trade in listed]


def _undecided(trade: Trade, old: Declaration | None) -> bool:
    """Whether customs has to look at a list: a new one, one that waits, or a later version that may start over."""
    return (
        old is None
        or old.state == "declared"
        or (old.document_version < trade.inventory.version and may_start_over(old))
    )


def _answer_late(trade: Trade, desk: CustomsDesk) -> None:
    """A collection that no longer had to come, and came after its list was decided: compared and answered by itself."""
    order, waybill, collection = trade.order, trade.waybill, trade.collection
    if order is None or waybill is None or collection is None:
        return
    against = comparing.compare(order.facts, waybill.facts, trade.inventory.facts, collection.facts, desk.day, desk.law)
    _answer_partners(
        trade._replace(order=None, waybill=None),
        [one for one in against if examination.CONCERNS.get(one.rule) == "collection"],
        desk,
    )


def _declare(inventory: Filed, repository: CustomsRepository) -> Declaration:
    facts: ExportInventory = inventory.facts
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
        assure_code="",
        logistics_key=logistics_key(facts),
        trade_mode=facts.trade_mode,
        buyer="",
        last_return=inventory.last_return,
        flow="E",
        bill_no=facts.bill_no,
        statistics_flag=facts.statistics_flag,
    )


def _renew(declaration: Declaration, inventory: Filed, desk: CustomsDesk) -> None:
    """A list was amended or declared again: the declaration starts over with the new facts and holds nothing."""
    facts: ExportInventory = inventory.facts
    holdings.give_back(declaration, desk.repository)
    joining.settled(declaration, "refused", desk)
    advance_to_declared(declaration)
    declaration.document_version = inventory.version
    declaration.cop_no, declaration.pre_no = facts.cop_no, inventory.port_no
    declaration.customs_code, declaration.agent_code = facts.customs_code, facts.agent_code
    declaration.trade_mode, declaration.ebp_code = facts.trade_mode, facts.ebp_code
    declaration.logistics_key, declaration.bill_no = logistics_key(facts), facts.bill_no
    declaration.statistics_flag = facts.statistics_flag
    declaration.mailboxes, declaration.reasons, declaration.lane = inventory.mailboxes, (), ""
    declaration.arrived_at = 0
    declaration.last_return = max(declaration.last_return, inventory.last_return)


def _wait(declaration: Declaration, trade: Trade, desk: CustomsDesk, *, new: bool) -> None:
    for place in {declaration.order_no, parcel_place(declaration.logistics_key)} - {""}:
        desk.repository.put_answered(place, desk.repository.answered(place) | {f"{WAITS}{declaration.id}"})
    desk.repository.put_declaration(declaration)
    if new:
        due = desk.due_in("windows.partner_documents")
        desk.deadline(due, PartnersOverdue(declaration.id, declaration.document_version))
        desk.note(event(declaration, desk.now, "waiting", _missing(trade, desk)))


def _missing(trade: Trade, desk: CustomsDesk) -> list[Reason]:
    window = desk.in_force("windows.partner_documents")
    return [Reason(PARTNERS[kind], {"hours": f"{window.amount}"}, (window.id,)) for kind in trade.missing]


def _decide(complete: Sequence[tuple[Trade, Declaration]], desk: CustomsDesk) -> None:
    """Examine complete trades in the order in which they became complete: who comes first has the stock first."""
    if not complete:
        return
    complete = sorted(complete, key=lambda one: max(filed.id for filed in (one[0].inventory, *one[0].partners)))
    users = marked(USED, {parcel_place(declaration.logistics_key) for _, declaration in complete}, desk.repository)
    known = examination.load(complete, users, desk.repository)
    for trade, declaration in complete:
        opinion = examination.examine(trade, user_of(declaration, known, desk.repository), known, desk)
        _answer_partners(trade, opinion.reasons, desk)
        if reasons := opinion.reasons or desk.forced.rejection(declaration):
            conclude_rejected(declaration, reasons, desk)
        else:
            _accept(declaration, trade, opinion, known, desk)


def user_of(declaration: Declaration, known: examination.Known, repository: CustomsRepository) -> Declaration | None:
    """Another list that has the same parcel and has not ended."""
    others = marked(USED, [parcel_place(declaration.logistics_key)], repository) - {declaration.id}
    users: Mapping[int, Declaration] = repository.declarations(sorted(others - known.users.keys())) if others else {}
    for number in sorted(others):
        other = known.users.get(number) or users.get(number)
        if other is not None and other.logistics_key == declaration.logistics_key and not may_start_over(other):
            return other
    return None


def _answer_partners(trade: Trade, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Order, waybill and collection have met: each is taken in (120) once, or refused (100) for what concerns it."""
    concerned = {examination.CONCERNS.get(reason.rule): reason for reason in reversed(reasons)}
    for partner in trade.partners:
        mark, marks = f"{partner.id}:{partner.version}", desk.repository.answered(partner.order_no)
        if mark not in marks:
            desk.receipt(document_receipt(partner, desk.now, concerned.get(partner.kind)))
            desk.repository.put_answered(partner.order_no, marks | {mark})


def _on_its_way(
    declaration: Declaration, facts: ExportInventory, parcel: Parcel, known: examination.Known, desk: CustomsDesk
) -> None:
    """Notes have named the parcel before its list was accepted: they count unless they contradict it."""
    departure = known.departures.get(parcel.departure_id)
    if departure is not None and (against := transport.carries(departure.facts, facts)):
        desk.note(event(declaration, desk.now, "note_contradicts", against))
        parcel.departed_at = parcel.departure_id = 0
        desk.repository.put_parcel(parcel)
    arrival = known.arrivals.get(parcel.arrival_key)
    against = transport.carries(arrival.facts, facts) if arrival is not None else ()
    if against:
        desk.note(event(declaration, desk.now, "note_contradicts", against))
        return
    if arrival is not None:  # what arrived may be an import whose carrier gave it the same number
        declaration.arrived_at = parcel.arrived_at
    if not facts.bill_no or facts.bill_no == parcel.bill_no:
        declaration.bill_no = parcel.bill_no


def _accept(
    declaration: Declaration, trade: Trade, opinion: examination.Opinion, known: examination.Known, desk: CustomsDesk
) -> None:
    facts: ExportInventory = trade.inventory.facts
    taken = advance(declaration, "accept")
    declaration.accepted_at, declaration.value = desk.now, opinion.value
    declaration.invt_no = declaration.invt_no or desk.repository.list_no(declaration.customs_code, desk.day.year, "E")
    if facts.trade_mode == examination.BONDED:
        declaration.held = Held(stock=holdings.take_stock(facts, known.books, desk.repository))
    place = parcel_place(declaration.logistics_key)
    desk.repository.put_answered(place, desk.repository.answered(place) | {f"{USED}{declaration.id}"})
    if (parcel := known.parcels.get(declaration.logistics_key)) is not None:
        _on_its_way(declaration, facts, parcel, known, desk)
    tell(declaration, taken, desk)
    if opinion.warnings:
        desk.note(event(declaration, desk.now, "accepted", opinion.warnings))
    if opinion.review:
        lanes.review(declaration, opinion.review, desk)
    elif facts.port_code != facts.customs_code:
        offices.ask(declaration, facts.port_code, desk)
    else:
        lanes.accepted(declaration, known.companies, desk)
    desk.repository.put_declaration(declaration)
