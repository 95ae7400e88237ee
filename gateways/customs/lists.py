"""Declarations of lists, import and export: how they begin, start over, wait for partners, are deleted.

Joining and examining documents differs by flow: `acceptance` and `export.acceptance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from declarations.documents import ExportInventory, Inventory
from declarations.reasons import Reason
from gateways.customs import reservations
from gateways.customs.batches import joining
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.outcome import (
    advance,
    advance_to_declared,
    document_receipt,
    event,
    may_start_over,
)
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration
from gateways.customs.trade import FLOWS, IMPORT, Flow, Trade, TradeT
from gateways.records import FiledDocument
from gateways.topics.customs import PartnersOverdue


class DeclaredValues(TypedDict):
    """The values that a declaration copies from its list, and copies again when the list is amended."""

    cop_no: str
    pre_no: str
    customs_code: str
    ebp_code: str
    agent_code: str
    logistics_key: str
    trade_mode: str
    bill_no: str
    assure_code: str
    buyer: str
    statistics_flag: str


def logistics_key(facts: Inventory | ExportInventory) -> str:
    """Return the key (carrier|waybill number) of a list's parcel."""
    return f"{facts.logistics_code}|{facts.logistics_no}"


def delete(met: Mapping[str, Iterable[FiledDocument]], flow: Flow, desk: CustomsDesk) -> None:
    """End the waiting or rejected declarations of lists that their declarant deleted (appType 3).

    `met`: documents by meeting."""
    keys = [
        document.key
        for filed in met.values()
        for document in filed
        if document.kind == flow.list and document.state == "deleted"
    ]
    declarations = desk.repository.declarations_by_key(keys, flow.letter) if keys else {}
    for declaration in declarations.values():
        if declaration.state in {"declared", "rejected"}:
            advance(declaration, "delete")
            desk.note(event(declaration, desk.now, "deleted"))
            desk.repository.put_declaration(declaration)


def with_declarations(
    trades: Sequence[TradeT], flow: Flow, repository: CustomsRepository
) -> list[tuple[TradeT, Declaration | None]]:
    """Pair each trade with its declaration, or None.

    A meeting without marks has no declaration yet, so none is queried.
    """
    declarations = repository.declarations_by_key(
        [trade.inventory.key for trade in trades if repository.marks(trade.inventory.order_no)],
        flow.letter,
    )
    return [(trade, declarations.get(trade.inventory.key)) for trade in trades]


def must_be_handled(trade: Trade, old: Declaration | None) -> bool:
    """True if customs must handle a list: it is new, waits, or is a later version that may start over."""
    if old is None or old.state == "declared":
        return True
    return old.document_version < trade.inventory.version and may_start_over(old)


def begin(trade: Trade, old: Declaration | None, flow: Flow, desk: CustomsDesk) -> tuple[Declaration, bool]:
    """Return the declaration of an undecided list, and True if it is new or starts over with this version."""
    if old is None:
        return _declare(trade.inventory, flow, desk.repository), True
    renewed = old.document_version != trade.inventory.version
    if renewed:
        _renew(old, trade.inventory, desk)
    return old, renewed


def _declare(inventory: FiledDocument, flow: Flow, repository: CustomsRepository) -> Declaration:
    return Declaration(
        id=repository.new_id(),
        key=inventory.key,
        order_no=inventory.order_no,
        state="declared",
        document_id=inventory.id,
        document_version=inventory.version,
        mailboxes=inventory.mailboxes,
        ebc_code=inventory.facts.ebc_code,
        last_return=inventory.last_return,
        flow=flow.letter,
        **_declared(inventory),
    )


def _renew(declaration: Declaration, inventory: FiledDocument, desk: CustomsDesk) -> None:
    """Start a declaration over with the facts of an amended list; its reservations are released."""
    reservations.release_all(declaration, desk.repository)
    joining.report_end(declaration, "refused", desk)
    advance_to_declared(declaration)
    for name, value in _declared(inventory).items():
        setattr(declaration, name, value)
    declaration.document_version, declaration.mailboxes = inventory.version, inventory.mailboxes
    declaration.reasons, declaration.review_cause, declaration.lane = (), "", ""
    if declaration.flow == "E":
        declaration.arrived_at = 0
    declaration.last_return = max(declaration.last_return, inventory.last_return)


def _declared(inventory: FiledDocument) -> DeclaredValues:
    facts, imported = inventory.facts, inventory.kind == IMPORT.list
    return DeclaredValues(
        cop_no=facts.cop_no,
        pre_no=inventory.port_no,
        customs_code=facts.customs_code,
        ebp_code=facts.ebp_code,
        agent_code=facts.agent_code,
        logistics_key=logistics_key(facts),
        trade_mode=facts.trade_mode,
        bill_no=facts.bill_no,
        assure_code=facts.assure_code if imported else "",
        buyer=facts.buyer_id_number if imported else "",
        statistics_flag="" if imported else facts.statistics_flag,
    )


def wait(declaration: Declaration, trade: Trade, desk: CustomsDesk) -> None:
    """Let a new version of a list wait for its partners, until a deadline."""
    due = desk.due_in("windows.partner_documents")
    desk.deadline(due, PartnersOverdue(declaration.id, declaration.document_version))
    desk.note(event(declaration, desk.now, "waiting", missing(declaration, trade, desk)))


def missing(declaration: Declaration, trade: Trade, desk: CustomsDesk) -> list[Reason]:
    """Return a reason to reject a list for each partner that did not come in time."""
    window = desk.in_force("windows.partner_documents")
    codes = FLOWS[declaration.flow].partners
    return [Reason(codes[kind], {"hours": f"{window.amount}"}, (window.id,)) for kind in trade.missing]


def still_waiting(overdue: Sequence[PartnersOverdue], flow: Flow, desk: CustomsDesk) -> dict[str, Declaration]:
    """Return the declarations, by key, that still wait in the version whose deadline has come."""
    declarations = desk.repository.declarations([deadline.declaration_id for deadline in overdue])
    declared = [(declarations[deadline.declaration_id], deadline.document_version) for deadline in overdue]
    return {
        declaration.key: declaration
        for declaration, version in declared
        if declaration.flow == flow.letter
        and declaration.state == "declared"
        and declaration.document_version == version
    }


def in_order_of_completion(complete: Iterable[tuple[TradeT, Declaration]]) -> list[tuple[TradeT, Declaration]]:
    """Sort trades by when they became complete, so that the first gets the allowance or stock first."""
    return sorted(
        complete,
        key=lambda complete_trade: max(
            filed.id for filed in (complete_trade[0].inventory, *complete_trade[0].partners)
        ),
    )


def answer_partners(
    partners: Iterable[FiledDocument], reasons: Sequence[Reason], flow: Flow, desk: CustomsDesk
) -> None:
    """Answer each partner document of a list once: taken in (120), or refused (100) with the first reason about it."""
    concerned = {flow.concerns.get(reason.rule): reason for reason in reversed(reasons)}
    for partner in partners:
        mark = Mark(MarkKind.ANSWERED, partner.id, partner.version)
        if mark not in desk.repository.marks(partner.order_no):
            desk.receipt(document_receipt(partner, desk.now, concerned.get(partner.kind)))
            desk.repository.put_mark(partner.order_no, mark)
