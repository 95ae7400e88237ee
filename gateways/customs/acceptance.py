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
from gateways.customs.memory import CustomsMemory, Declaration, Filed
from gateways.customs.outcome import (
    advance,
    advance_to_declared,
    conclude_rejected,
    document_receipt,
    event,
    may_start_over,
    step,
)
from gateways.gateway import Answers, Circumstances, DeadlineDraft, Item

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


def hear_documents(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                   answers: Answers) -> None:
    """Documents came in, each item [document id, order number]: decide every list whose partners are complete."""
    meetings = memory.meet(sorted({item[1] for item in items if item[1]}))
    _delete([one for filed in meetings.values() for one in filed if one.kind == "inventory" and one.state == "deleted"],
            memory, circumstances, answers)
    listed = list(trades(meetings))
    # Who waits or was decided has left a mark at its meeting; without one there is no declaration to look for.
    declarations = memory.declarations_by_key([
        trade.inventory.key for trade in listed if memory.answered(trade.inventory.order_no)])
    open_trades = [(trade, declarations.get(trade.inventory.key)) for trade in listed]
    open_trades = [(trade, old) for trade, old in open_trades if _undecided(trade.inventory, old)]
    complete = []
    for trade, old in open_trades:
        declaration = old or _declare(trade.inventory, memory)
        renewed = declaration.document_version != trade.inventory.version
        if renewed:
            _renew(declaration, trade.inventory, memory, answers)
        if trade.missing:
            _wait(declaration, trade, circumstances, answers, new=old is None or renewed)
            memory.put_answered(declaration.order_no, memory.answered(declaration.order_no) | {WAITS})
            memory.put_declaration(declaration)
        else:
            complete.append((trade, declaration))
    _decide(complete, memory, circumstances, answers)


def hear_partners_missing(items: Sequence[Item], memory: CustomsMemory, circumstances: Circumstances,
                          answers: Answers) -> None:
    """The window for partners is over, each item [declaration id, document version]: reject what still waits.

    Of imports and of exports. A list of which the port has filed a later version, not heard here yet, will wait anew
    with that one.
    """
    found = memory.declarations([item[0] for item in items])
    waiting = [found[number] for number, version in items if found[number].flow == "I"
               and found[number].state == "declared" and found[number].document_version == version]
    keys = {one.key: one for one in waiting}
    for trade in trades(memory.meet(sorted({one.order_no for one in waiting}))):
        declaration = keys.get(trade.inventory.key)
        if declaration is None or not trade.missing or trade.inventory.version != declaration.document_version:
            continue
        reasons = _missing(trade, circumstances)
        conclude_rejected(declaration, reasons, memory, circumstances, answers)
    exports.hear_partners_missing(items, memory, circumstances, answers)


def _delete(inventories: Sequence[Filed], memory: CustomsMemory, circumstances: Circumstances,
            answers: Answers) -> None:
    """Lists that their declarant deleted (appType 3): what waited for partners, or was rejected, is over."""
    found = memory.declarations_by_key([one.key for one in inventories]) if inventories else {}
    for declaration in found.values():
        if declaration.state in {"declared", "rejected"}:
            advance(declaration, "delete")
            answers.timeline.append(event(declaration, circumstances.now, "deleted"))
            memory.put_declaration(declaration)


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
                facts.logistics_code, facts.logistics_no):
            waybill = one
    named = order.facts.pay_transaction_id if order is not None else ""
    payments = [one for one in others if one.kind == "payment" and one.facts.ebp_code == facts.ebp_code
                and (not named or one.facts.pay_transaction_id == named)]
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


def _declare(inventory: Filed, memory: CustomsMemory) -> Declaration:
    facts: Inventory = inventory.facts
    return Declaration(
        id=memory.new_id(), key=inventory.key, order_no=inventory.order_no, state="declared",
        document_id=inventory.id, document_version=inventory.version, mailboxes=inventory.mailboxes,
        cop_no=facts.cop_no, pre_no=inventory.port_no, customs_code=facts.customs_code, ebp_code=facts.ebp_code,
        ebc_code=facts.ebc_code, agent_code=facts.agent_code, assure_code=facts.assure_code,
        logistics_key=logistics_key(facts), trade_mode=facts.trade_mode,
        buyer=facts.buyer_id_number, last_return=inventory.last_return, bill_no=facts.bill_no)


def _renew(declaration: Declaration, inventory: Filed, memory: CustomsMemory, answers: Answers) -> None:
    """A list was amended or declared again: the declaration starts over with the new facts and holds nothing."""
    facts: Inventory = inventory.facts
    holdings.give_back(declaration, memory)
    joining.settled(declaration, "refused", answers)
    advance_to_declared(declaration)
    declaration.document_version = inventory.version
    declaration.cop_no, declaration.pre_no = facts.cop_no, inventory.port_no
    declaration.customs_code, declaration.agent_code = facts.customs_code, facts.agent_code
    declaration.assure_code, declaration.trade_mode = facts.assure_code, facts.trade_mode
    declaration.ebp_code, declaration.buyer = facts.ebp_code, facts.buyer_id_number
    declaration.logistics_key, declaration.bill_no = logistics_key(facts), facts.bill_no
    declaration.mailboxes, declaration.reasons, declaration.lane = inventory.mailboxes, (), ""
    declaration.last_return = max(declaration.last_return, inventory.last_return)


def _wait(declaration: Declaration, trade: Trade, circumstances: Circumstances, answers: Answers, *, new: bool) -> None:
    if not new:
        return
    hours = circumstances.parameters.on("windows.partner_documents", circumstances.day).amount
    due = circumstances.now + int(hours * 3_600_000)
    answers.deadlines.append(DeadlineDraft(due, "deadline.partners", "customs",
                                           [declaration.id, declaration.document_version]))
    answers.timeline.append(event(declaration, circumstances.now, "waiting", _missing(trade, circumstances)))


def _missing(trade: Trade, circumstances: Circumstances) -> list[Reason]:
    window = circumstances.parameters.on("windows.partner_documents", circumstances.day)
    return [Reason(PARTNERS[kind], {"hours": f"{window.amount}"}, (window.id,)) for kind in trade.missing]


def _decide(complete: Sequence[tuple[Trade, Declaration]], memory: CustomsMemory, circumstances: Circumstances,
            answers: Answers) -> None:
    """Examine complete trades in the order in which they became complete: who comes first has the allowance first."""
    complete = sorted(complete, key=lambda one: max(filed.id for filed in (one[0].inventory, *one[0].partners)))
    known = examination.load(complete, memory, circumstances)
    memory.reserved([key for _, one in complete for key in (one.key, one.order_no)])
    for trade, declaration in complete:
        value = dutiable_value(trade.inventory.facts)
        opinion = examination.examine(trade, value, known, circumstances)
        _answer_partners(trade, opinion.reasons, memory, circumstances, answers)
        if opinion.reasons:
            conclude_rejected(declaration, opinion.reasons, memory, circumstances, answers)
        else:
            declaration.value, declaration.full_tax = value, opinion.full_tax
            _accept(declaration, trade, opinion.warnings, known, memory, circumstances, answers)


def _answer_partners(trade: Trade, reasons: Sequence[Reason], memory: CustomsMemory, circumstances: Circumstances,
                     answers: Answers) -> None:
    """Order, payment and waybill have met: each is taken in (120) once, or refused (100) for what concerns it."""
    concerned = {examination.CONCERNS.get(reason.rule): reason for reason in reversed(reasons)}
    marks = memory.answered(trade.inventory.order_no)
    for partner in trade.partners:
        mark = f"{partner.id}:{partner.version}"
        if mark not in marks:
            answers.receipts.append(document_receipt(partner, circumstances.now, concerned.get(partner.kind)))
            marks.add(mark)
    memory.put_answered(trade.inventory.order_no, marks)


def _accept(declaration: Declaration, trade: Trade, warnings: Sequence[Reason],
            known: examination.Known, memory: CustomsMemory, circumstances: Circumstances, answers: Answers) -> None:
    declaration.accepted_at = circumstances.now
    declaration.invt_no = declaration.invt_no or memory.list_no(declaration.customs_code, circumstances.day.year)
    declaration.held = holdings.take(trade.inventory.facts, declaration.value, known, memory, circumstances)
    if (parcel := known.parcels.get(declaration.logistics_key)) is not None:
        declaration.arrived_at, declaration.delivered_at = parcel.arrived_at, parcel.signed_at
    step(declaration, "accept", circumstances, answers)
    if warnings:
        answers.timeline.append(event(declaration, circumstances.now, "accepted", warnings))
    port_code = trade.inventory.facts.port_code
    if port_code and port_code != declaration.customs_code:
        offices.ask(declaration, port_code, circumstances, answers)
    else:
        lanes.accepted(declaration, known.companies, memory, circumstances, answers)
    memory.put_declaration(declaration)
